"""What a tunnel does, in a headline, a sentence and notices. No Qt."""

from collections.abc import Sequence
from typing import Final

from wgdesk.domain.dns import ASSUMED
from wgdesk.domain.health import WHY_APART, Health, Light
from wgdesk.domain.networkmanager_limits import CARRIED
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import notices
from wgdesk.domain.profile import Network, Profile, TableMode
from wgdesk.domain.recipes import not_run_text
from wgdesk.domain.routing_notices import IPV6_GOES_PAST, IPV6_IS_BLOCKED
from wgdesk.domain.snapshot import Lifecycle, PeerSnapshot, TunnelSnapshot
from wgdesk.domain.units import bytes_text
from wgdesk.ui.faces import face
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.rates import rate_text
from wgdesk.ui.wording import SEPARATOR, as_sentence, short_ago

# Data that came in this lately counts as "arriving": more than one keepalive (25 s by custom).
ARRIVING_S: Final = 30
CROWD: Final = 100


def line_text(row: TunnelRow) -> str:
    """The second line of a list entry: `Connected · all traffic`."""
    kind = kind_text(row.profile, row.tunnel)
    return SEPARATOR.join(part for part in (face(row).word, kind) if part)


def live_line_text(row: TunnelRow) -> str:
    """The same with what goes through it now: `Connected · all traffic · ↓ 4.1 MiB/s`."""
    received, sent = row.history.received, row.history.sent
    if not row.is_up or max(received, sent) < 1:
        return line_text(row)
    rate = f"↓ {rate_text(received)}" if received >= 1 else f"↑ {rate_text(sent)}"
    return SEPARATOR.join((line_text(row), rate))


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
        return tr("{name} cannot be used").format(name=shown_name(row))
    if row.health is None:
        return tr("{name}: state unknown").format(name=shown_name(row))
    return _headlines()[row.health.light].format(name=shown_name(row))


def _headlines() -> dict[Light, str]:
    return {
        Light.OFF: tr("{name} is off"),
        Light.STARTING: tr("Connecting to {name}…"),
        Light.WAITING: tr("{name}: waiting for handshake"),
        Light.CONNECTED: tr("Connected to {name}"),
        Light.READY: tr("{name} is ready"),
        Light.ACTIVE: tr("{name} is active"),
        Light.NO_REPLY: tr("{name} does not reply"),
        Light.RECONNECTING: tr("Connecting to {name} again…"),
        Light.STOPPING: tr("Disconnecting from {name}…"),
        Light.FAILED: tr("{name} failed"),
        Light.DNS_NOT_APPLIED: tr("{name}: DNS not applied"),
        Light.INCOMPLETE: tr("{name} is not complete"),
        Light.UNKNOWN: tr("{name}: state unknown"),
    }


def sentence(row: TunnelRow, now_unix_s: int) -> str:
    """The truth in one line: `Handshake 38 s ago · replies arriving · all traffic goes through …`."""
    if row.tunnel is None and row.profile_error is not None:
        return tr("As long as its file cannot be understood, it cannot be connected.")
    if row.health is None:
        return tr("The helper does not answer, so nobody can say what this tunnel does.")
    if row.tunnel is None or row.tunnel.lifecycle is not Lifecycle.UP:
        return _idle_sentence(row)
    if row.health.light in WHY_APART and row.health.cause:
        return _cause_sentence(row.health)
    parts = (_handshake_part(row, now_unix_s), _reply_part(row, now_unix_s), _traffic_part(row))
    return SEPARATOR.join(part for part in parts if part)


def _cause_sentence(seen: Health) -> str:
    """Why it does not work, and what to do; these texts are domain/finding.py's."""
    return " ".join(tr_told(text) for text in (seen.cause, seen.remedy) if text)


def _idle_sentence(row: TunnelRow) -> str:
    light = row.health.light if row.health else Light.OFF
    match light:
        case Light.STARTING:
            return tr("The helper sets the tunnel up; it may ask for your password first.")
        case Light.RECONNECTING:
            return tr("Its engine stopped and is started anew; until then traffic goes past it.")
        case Light.STOPPING:
            return tr("Routes and rules go first, then the interface.")
        case Light.UNKNOWN:
            return tr("The helper is newer than this window and says what it does not know.")
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
    if row.tunnel is not None and row.tunnel.counters is not None:
        return _bytes_part(row.tunnel, now_unix_s, row.heard_unix_s)
    then = row.tunnel.latest_handshake_unix_s if row.tunnel else 0
    if then:
        return tr("Handshake {ago}").format(ago=short_ago(then, now_unix_s))
    if row.health is not None and row.health.light is Light.READY:
        return tr("No traffic so far, so no handshake was needed")
    return tr("No handshake so far")


def _bytes_part(tunnel: TunnelSnapshot, now_unix_s: int, heard_unix_s: int) -> str:
    """Where nobody tells of handshakes: bytes come in once one was answered."""
    heard = max(heard_unix_s, tunnel.counters.heard_unix_s if tunnel.counters else 0)
    if not tunnel.received_bytes:
        return tr("No answer so far") if tunnel.sent_bytes else tr("No traffic so far")
    if not heard:
        return tr("No handshake information; it was answered since it came up")
    return tr("Answered {ago}").format(ago=short_ago(heard, now_unix_s))


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
    """None also for a crowd: who has 10,000 peers is not asking which of them is the way out."""
    if len(peers) > CROWD:
        return None
    return next(
        (peer for peer in peers if any(net.prefixlen == 0 for net in peer.allowed_ips)), None
    )


def _networks_text(networks: Sequence[Network]) -> str:
    """Up to two by name, more by number."""
    if len(networks) > 2:
        return tr_count("{count} subnet", "{count} subnets", len(networks))
    return tr(" and ").join(str(network) for network in networks)


def notice_texts(row: TunnelRow) -> tuple[str, ...]:
    """What a person should know beside the state and the protection, in whole sentences."""
    found = [
        tr("{other} was disconnected, because its routes meet those of {name}.").format(
            other=other, name=shown_name(row)
        )
        for other in row.took_over
    ]
    if row.tunnel is not None:
        found += (tr_told(it) for it in row.tunnel.notices if not _is_told_elsewhere(row, it))
    elif row.profile is not None:
        told = notices(row.profile, ipv6=True, dns=ASSUMED, options=TunnelOptions(hooks=row.hooks))
        found += (tr_told(it) for it in told if not _is_told_elsewhere(row, it))
    if row.tunnel is not None and row.profile_error is not None:
        found.append(
            tr("The file has changed and cannot be used: {why}").format(
                why=as_sentence(str(row.profile_error))
            )
        )
    return tuple(found)


def _is_told_elsewhere(row: TunnelRow, text: str) -> bool:
    """What the state says already, the bar above, or a protection line with its choice."""
    hooks = row.profile.interface.hooks if row.profile is not None else ()
    if hooks and text == not_run_text(hooks):
        return True
    lacks = row.tunnel.lacks if row.tunnel is not None else ""
    return text in {IPV6_IS_BLOCKED, IPV6_GOES_PAST, CARRIED, lacks}
