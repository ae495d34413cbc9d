"""Domain values become words and the names of marks. No Qt."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wgdesk.domain.device import EngineKind
from wgdesk.domain.dns import ASSUMED
from wgdesk.domain.errors import InvalidProfile, WgdeskError
from wgdesk.domain.health import Light
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import notices
from wgdesk.domain.problem import Problem, Severity
from wgdesk.domain.profile import Network, Profile, TableMode
from wgdesk.domain.snapshot import Lifecycle, PeerSnapshot, TunnelSnapshot
from wgdesk.domain.units import bytes_text
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.picture import Failure, HelperState, Order, Picture, TunnelRow

# Data that came in this lately counts as "arriving": more than one keepalive (25 s by custom).
ARRIVING_S: Final = 30
MOST_PROBLEMS: Final = 5
NOTHING: Final = "–"  # noqa: RUF001  # an en dash, as tables have it
SEPARATOR: Final = " · "


class Mark(StrEnum):
    """The shapes; each reads at 16 px and without colour. Values are file names."""

    CONNECTED = "connected"
    OFF = "off"
    ATTENTION = "attention"
    READY = "ready"
    FAILED = "failed"
    BUSY = "busy"


class Tone(StrEnum):
    """The colours by meaning."""

    GOOD = "good"
    QUIET = "quiet"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Face:
    """A state as a person sees it: shape, colour and word, never one without the others."""

    mark: Mark
    tone: Tone
    word: str


@dataclass(frozen=True, slots=True)
class Action:
    """The one big button.

    Attributes:
        why_not: Why it cannot be pressed; "" where it can.
    """

    order: Order
    text: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Something to read: what happened, why, and what to do about it ("" where unknown)."""

    title: str
    body: str
    remedy: str = ""


_MARKS: Final = {
    Light.OFF: (Mark.OFF, Tone.QUIET),
    Light.STARTING: (Mark.BUSY, Tone.QUIET),
    Light.WAITING: (Mark.ATTENTION, Tone.ATTENTION),
    Light.CONNECTED: (Mark.CONNECTED, Tone.GOOD),
    Light.READY: (Mark.READY, Tone.GOOD),
    Light.NO_REPLY: (Mark.ATTENTION, Tone.ATTENTION),
    Light.RECONNECTING: (Mark.BUSY, Tone.ATTENTION),
    Light.STOPPING: (Mark.BUSY, Tone.QUIET),
    Light.FAILED: (Mark.FAILED, Tone.BAD),
    Light.DNS_NOT_APPLIED: (Mark.ATTENTION, Tone.ATTENTION),
}


def face(row: TunnelRow) -> Face:
    """The state of a row; a file that cannot be used only matters while nothing is up."""
    if row.tunnel is None and row.profile_error is not None:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("Cannot be used"))
    if row.health is None:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("State unknown"))
    return Face(*_MARKS[row.health.light], _light_text(row))


def _light_text(row: TunnelRow) -> str:
    """The words of design 5.4."""
    if row.health is None:
        return tr("State unknown")
    match row.health.light:
        case Light.OFF:
            return tr("Off")
        case Light.STARTING:
            return tr("Starting…")
        case Light.WAITING:
            return tr("Waiting for handshake")
        case Light.CONNECTED:
            return tr("Connected")
        case Light.READY:
            return tr("Ready")
        case Light.NO_REPLY:
            return tr("No reply for {minutes} min").format(minutes=row.health.minutes)
        case Light.RECONNECTING:
            return tr("Reconnecting…")
        case Light.STOPPING:
            return tr("Stopping…")
        case Light.FAILED:
            cause = row.health.cause
            return tr("Failed: {cause}").format(cause=cause) if cause else tr("Failed")
        case Light.DNS_NOT_APPLIED:
            return tr("DNS not applied")


def line_text(row: TunnelRow) -> str:
    """The second line of a list entry: `Connected · all traffic`."""
    kind = kind_text(row.profile, row.tunnel)
    return SEPARATOR.join(part for part in (face(row).word, kind) if part)


def kind_text(profile: Profile | None, tunnel: TunnelSnapshot | None = None) -> str:
    """What goes through it: `all traffic`, `2 subnets`, `12 peers`; "" if unknown."""
    if profile is None:
        return _all_text(tunnel.full_families) if tunnel and tunnel.full_tunnel else ""
    if families := profile.full_families():
        return _all_text(families)
    if profile.interface.table.mode is TableMode.OFF:
        return tr("no routes")
    if len(profile.peers) > 1:
        return tr_count("{count} peer", "{count} peers", len(profile.peers))
    return tr_count("{count} subnet", "{count} subnets", len(profile.allowed_ips()))


def _all_text(families: tuple[int, ...]) -> str:
    if len(families) == 1:
        return tr("all IPv{version} traffic").format(version=families[0])
    return tr("all traffic")


def headline(row: TunnelRow) -> str:
    """`Connected to home`."""
    if row.tunnel is None and row.profile_error is not None:
        return tr("{name} cannot be used").format(name=row.name)
    if row.health is None:
        return tr("{name}: state unknown").format(name=row.name)
    return _headlines()[row.health.light].format(name=row.name)


def _headlines() -> dict[Light, str]:
    return {
        Light.OFF: tr("{name} is off"),
        Light.STARTING: tr("Connecting to {name}…"),
        Light.WAITING: tr("{name}: waiting for handshake"),
        Light.CONNECTED: tr("Connected to {name}"),
        Light.READY: tr("{name} is ready"),
        Light.NO_REPLY: tr("{name} does not reply"),
        Light.RECONNECTING: tr("Connecting to {name} again…"),
        Light.STOPPING: tr("Disconnecting from {name}…"),
        Light.FAILED: tr("{name} failed"),
        Light.DNS_NOT_APPLIED: tr("{name}: DNS not applied"),
    }


def sentence(row: TunnelRow, now_unix_s: int) -> str:
    """The truth in one line: `Handshake 38 s ago · replies arriving · all traffic goes through …`."""
    if row.tunnel is None and row.profile_error is not None:
        return tr("As long as its file cannot be understood, it cannot be connected.")
    if row.health is None:
        return tr("The helper does not answer, so nobody can say what this tunnel does.")
    if row.tunnel is None or row.tunnel.lifecycle is not Lifecycle.UP:
        return _idle_sentence(row)
    parts = (_handshake_part(row, now_unix_s), _reply_part(row, now_unix_s), _traffic_part(row))
    return SEPARATOR.join(part for part in parts if part)


def _idle_sentence(row: TunnelRow) -> str:
    light = row.health.light if row.health else Light.OFF
    match light:
        case Light.STARTING:
            return tr("The helper sets the tunnel up; it may ask for your password first.")
        case Light.RECONNECTING:
            return tr("Its engine stopped and is started anew; until then traffic goes past it.")
        case Light.STOPPING:
            return tr("Routes and rules go first, then the interface.")
        case _:
            return _would_part(row.profile)


def _would_part(profile: Profile | None) -> str:
    if profile is None:
        return ""
    if families := profile.full_families():
        return tr("When connected, {what} goes through it.").format(what=_all_text(families))
    networks = _networks_text(profile.allowed_ips())
    if not networks or profile.interface.table.mode is TableMode.OFF:
        return tr("When connected, it changes no routes.")
    one = tr("When connected, only {networks} goes through it.")
    many = tr("When connected, only {networks} go through it.")
    return (one if len(profile.allowed_ips()) == 1 else many).format(networks=networks)


def _handshake_part(row: TunnelRow, now_unix_s: int) -> str:
    then = row.tunnel.latest_handshake_unix_s if row.tunnel else 0
    if then:
        return tr("Handshake {ago}").format(ago=short_ago(then, now_unix_s))
    if row.health is not None and row.health.light is Light.READY:
        return tr("No traffic so far, so no handshake was needed")
    return tr("No handshake so far")


def _reply_part(row: TunnelRow, now_unix_s: int) -> str:
    if row.tunnel is None or row.health is None:
        return ""
    if row.health.light in {Light.WAITING, Light.NO_REPLY}:
        sent = row.tunnel.sent_bytes
        return tr("{sent} sent, no reply").format(sent=bytes_text(sent)) if sent else ""
    if row.health.light is not Light.CONNECTED or not row.heard_unix_s:
        return ""
    if now_unix_s - row.heard_unix_s <= ARRIVING_S:
        return tr("replies arriving")
    return tr("last reply {ago}").format(ago=short_ago(row.heard_unix_s, now_unix_s))


def _traffic_part(row: TunnelRow) -> str:
    if row.tunnel is None:
        return ""
    if families := row.tunnel.full_families:
        what, peer = _all_text(families), _default_peer(row.tunnel.device.peers)
        if peer is None or peer.endpoint is None:
            return tr("{what} goes through it").format(what=what)
        return tr("{what} goes through {address}").format(what=what, address=peer.endpoint.address)
    networks = _networks_text([route.destination for route in row.tunnel.routes])
    if not networks:
        return tr("no routes")
    one, many = tr("only {networks} goes through it"), tr("only {networks} go through it")
    return (one if len(row.tunnel.routes) == 1 else many).format(networks=networks)


def _default_peer(peers: Sequence[PeerSnapshot]) -> PeerSnapshot | None:
    return next(
        (peer for peer in peers if any(net.prefixlen == 0 for net in peer.allowed_ips)), None
    )


def _networks_text(networks: Sequence[Network]) -> str:
    """Up to two by name, more by number."""
    if len(networks) > 2:
        return tr_count("{count} subnet", "{count} subnets", len(networks))
    return tr(" and ").join(str(network) for network in networks)


def action(row: TunnelRow) -> Action:
    """What the big button does, or why it does nothing now."""
    light = row.health.light if row.health else Light.OFF
    if light is Light.STARTING:
        return Action(Order.DISCONNECT, tr("Connecting…"), tr("The tunnel is being set up."))
    if light is Light.STOPPING:
        return Action(Order.CONNECT, tr("Disconnecting…"), tr("The tunnel is being taken down."))
    if row.is_up:
        return Action(Order.DISCONNECT, tr("Disconnect"))
    why_not = as_sentence(str(row.profile_error)) if row.profile_error else ""
    return Action(Order.CONNECT, tr("Connect"), why_not)


def notice_texts(row: TunnelRow) -> tuple[str, ...]:
    """What a person should know beside the state, in whole sentences."""
    found = [
        tr("{other} was disconnected, because its routes meet those of {name}.").format(
            other=other, name=row.name
        )
        for other in row.took_over
    ]
    if row.tunnel is not None:
        found += row.tunnel.notices
        if row.health is not None and row.health.light is Light.DNS_NOT_APPLIED:
            found.append(as_sentence(row.health.text))
    elif row.profile is not None:
        options = TunnelOptions(hooks=row.hooks)
        found += notices(row.profile, ipv6=True, dns=ASSUMED, options=options)
    if row.tunnel is not None and row.profile_error is not None:
        found.append(
            tr("The file has changed and cannot be used: {why}").format(
                why=as_sentence(str(row.profile_error))
            )
        )
    return tuple(found)


def failure_words(name: str, failure: Failure) -> Words:
    titles = {
        Order.CONNECT: tr("{name} was not connected"),
        Order.DISCONNECT: tr("{name} was not disconnected"),
    }
    return error_words(titles[failure.order].format(name=name), failure.error)


def error_words(title: str, error: WgdeskError) -> Words:
    if isinstance(error, InvalidProfile):
        return Words(title, problems_text(error.problems), error.remedy)
    return Words(title, as_sentence(str(error)), error.remedy)


def problems_text(problems: Sequence[Problem]) -> str:
    """A line for each error, up to MOST_PROBLEMS of them, then how many more there are."""
    errors = [each for each in problems if each.severity is Severity.ERROR]
    lines = [_problem_text(problem) for problem in errors[:MOST_PROBLEMS]]
    more = len(errors) - MOST_PROBLEMS
    if more > 0:
        lines.append(tr_count("And {count} more problem.", "And {count} more problems.", more))
    return "\n".join(lines)


def _problem_text(problem: Problem) -> str:
    place = tr("Line {line}, column {column}:").format(line=problem.line, column=problem.column)
    return " ".join(part for part in (place, as_sentence(problem.text), problem.fix) if part)


def trouble(row: TunnelRow) -> Words | None:
    """What the banner of this tunnel says; None where all is well."""
    if row.failure is not None:
        return failure_words(row.name, row.failure)
    if row.tunnel is not None and row.has_fallen:
        title = tr("{name} went down").format(name=row.name)
        return Words(title, as_sentence(row.tunnel.cause))
    if row.tunnel is None and row.profile_error is not None:
        title = tr("The file of {name} cannot be used as it is").format(name=row.name)
        return error_words(title, row.profile_error)
    return None


def helper_trouble(picture: Picture) -> Words | None:
    if picture.helper is not HelperState.GONE:
        return None
    title = tr("No tunnel can be connected or seen right now")
    if picture.helper_error is None:
        return Words(title, tr("The helper does not answer; asking again."))
    return error_words(title, picture.helper_error)


def helper_text(picture: Picture) -> str:
    """`Helper ready · kernel WireGuard`."""
    match picture.helper:
        case HelperState.ASKING:
            return tr("Asking the helper…")
        case HelperState.GONE:
            return tr("Helper not reachable")
        case HelperState.HERE:
            parts = (tr("Helper ready"), engine_name(picture.engine))
            return SEPARATOR.join(part for part in parts if part)


def engine_name(kind: str) -> str:
    """`kind` is as the helper names it, which may be newer than this window; "" if unknown."""
    names = {
        EngineKind.KERNEL: tr("kernel WireGuard"),
        EngineKind.USERSPACE: tr("wireguard-go"),
        "none": tr("no WireGuard on this machine"),
    }
    return names.get(kind, kind)


def short_ago(then_unix_s: int, now_unix_s: int) -> str:
    """`38 s ago`, `5 min ago`, `2 h ago`, `3 days ago`: one unit, rounded down."""
    age_s = max(0, now_unix_s - then_unix_s)
    if age_s < 60:
        return tr("{count} s ago").format(count=age_s)
    if age_s < 3600:
        return tr("{count} min ago").format(count=age_s // 60)
    if age_s < 48 * 3600:
        return tr("{count} h ago").format(count=age_s // 3600)
    return tr_count("{count} day ago", "{count} days ago", age_s // (24 * 3600))


def as_sentence(text: str) -> str:
    """First letter big, full stop at the end; errors come as clauses."""
    if not text:
        return ""
    end = "" if text[-1] in ".!?…" else "."
    return text[0].upper() + text[1:] + end


def plain_tooltip(text: str) -> str:
    """Text that Qt wraps and takes literally, whatever signs are in it."""
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"
