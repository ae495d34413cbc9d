"""What becomes of names, IPv6, the local network and commands, in lines with a mark. No Qt."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wgdesk.domain.dns import DnsState, DnsStatus, dns_config
from wgdesk.domain.options import HookMode
from wgdesk.domain.recipes import describe
from wgdesk.domain.routing import NOWHERE
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.marks import Mark, Tone
from wgdesk.ui.picture import TunnelRow

MOST_NETWORKS = 3


class Wish(StrEnum):
    """What a line offers."""

    REVIEW_COMMANDS = "review-commands"
    LET_IPV6_PAST = "let-ipv6-past"
    BLOCK_IPV6 = "block-ipv6"


@dataclass(frozen=True, slots=True)
class Line:
    """A mark, a sentence, and something to do about it; `wish` is None for nothing."""

    mark: Mark
    tone: Tone
    text: str
    wish: Wish | None = None


def wish_text(wish: Wish) -> str:
    return {
        Wish.REVIEW_COMMANDS: tr("Review"),
        Wish.LET_IPV6_PAST: tr("Let IPv6 past"),
        Wish.BLOCK_IPV6: tr("Block IPv6"),
    }[wish]


def protection_lines(row: TunnelRow) -> tuple[Line, ...]:
    return (*_dns_lines(row), *_ipv6_lines(row), *_local_lines(row), *_command_lines(row))


def _dns_lines(row: TunnelRow) -> Iterator[Line]:
    if row.tunnel is not None and row.tunnel.dns is not None:
        yield _dns_line(row.tunnel.dns)
        return
    config = dns_config(row.profile) if row.profile is not None else None
    if config is None:
        if row.profile is not None:
            yield _quiet(tr("Names are looked up as without this tunnel"))
    elif not row.is_up and config.servers:
        servers = ", ".join(map(str, config.servers))
        yield _quiet(tr("DNS will be answered by {servers}").format(servers=servers))


def _dns_line(dns: DnsStatus) -> Line:
    servers = ", ".join(map(str, dns.servers)) or tr("no servers")
    if dns.state is DnsState.NOT_APPLIED:
        why = dns.reason.rstrip(".")
        text = tr("DNS is not applied: {why}").format(why=why) if why else tr("DNS is not applied")
        return Line(Mark.ATTENTION, Tone.ATTENTION, text)
    if dns.state is DnsState.CHECKING:
        text = tr("DNS servers {servers} are set and not verified yet").format(servers=servers)
        return Line(Mark.BUSY, Tone.QUIET, text)
    if dns.state is DnsState.UNWATCHED:
        text = tr("DNS servers {servers} are set; nobody verifies them").format(servers=servers)
        return _quiet(text)
    if dns.is_exclusive or not dns.search:
        text = tr("DNS is answered by {servers} (verified; {backend})").format(
            servers=servers, backend=dns.backend
        )
    else:
        text = tr("DNS for {domains} is answered by {servers} (verified; {backend})").format(
            domains=", ".join(dns.search), servers=servers, backend=dns.backend
        )
    return _good(text)


def _ipv6_lines(row: TunnelRow) -> Iterator[Line]:
    """Only where all of IPv4 goes through it, and IPv6 does not."""
    if row.profile is None or row.profile.full_families() != (4,):
        return
    wish = Wish.LET_IPV6_PAST if row.block_ipv6 else Wish.BLOCK_IPV6
    if row.tunnel is None or not row.is_up:
        if row.block_ipv6:
            text = tr("IPv6 will have no way past this tunnel")
            yield Line(Mark.OFF, Tone.QUIET, text, wish)
        else:
            text = tr("IPv6 will go past this tunnel, outside it")
            yield Line(Mark.ATTENTION, Tone.ATTENTION, text, wish)
        return
    if _blocks_ipv6(row.tunnel):
        text = tr("IPv6 has no way past this tunnel")
        if not row.block_ipv6:
            text = tr("IPv6 has no way past this tunnel until it is connected anew")
        yield Line(Mark.CONNECTED, Tone.GOOD, text, wish)
    elif row.block_ipv6:
        yield Line(Mark.OFF, Tone.QUIET, tr("No IPv6 of this machine goes past this tunnel"), wish)
    else:
        text = tr("IPv6 may go past this tunnel, outside it")
        yield Line(Mark.ATTENTION, Tone.ATTENTION, text, wish)


def _blocks_ipv6(tunnel: TunnelSnapshot) -> bool:
    return any(rule.family == 6 and rule.table == NOWHERE for rule in tunnel.rules)


def _local_lines(row: TunnelRow) -> Iterator[Line]:
    if row.tunnel is None:
        return
    given = (rule.to for rule in row.tunnel.rules if rule.to is not None)
    # Nobody misses the addresses that every link has, and that are no network of anybody's.
    networks = [it for it in dict.fromkeys(given) if not it.is_link_local]
    for network in networks[:MOST_NETWORKS]:
        yield _quiet(tr("Local network {network} stays reachable").format(network=network))
    more = len(networks) - MOST_NETWORKS
    if more > 0:
        yield _quiet(
            tr_count(
                "{count} more local network stays reachable",
                "{count} more local networks stay reachable",
                more,
            )
        )


def _command_lines(row: TunnelRow) -> Iterator[Line]:
    count = len(row.profile.interface.hooks) if row.profile is not None else 0
    if not count:
        return
    words = {
        HookMode.IGNORE: tr_count(
            "{count} command in this file is not run",
            "{count} commands in this file are not run",
            count,
        ),
        HookMode.ME: tr_count(
            "{count} command in this file runs as you",
            "{count} commands in this file run as you",
            count,
        ),
        HookMode.ROOT: tr_count(
            "{count} command in this file runs as root",
            "{count} commands in this file run as root",
            count,
        ),
    }
    text = words[row.hooks]
    if row.tunnel is not None and row.is_up and row.tunnel.hooks is not row.hooks:
        text = tr("{what}, from the next connect on").format(what=text)
    if row.profile is not None and (known := describe(row.profile.interface.hooks)):
        text = f"{text}: {tr_told(known)}"
    is_odd = row.hooks is HookMode.IGNORE
    mark, tone = (Mark.ATTENTION, Tone.ATTENTION) if is_odd else (Mark.READY, Tone.QUIET)
    yield Line(mark, tone, text, Wish.REVIEW_COMMANDS)


def _good(text: str) -> Line:
    return Line(Mark.CONNECTED, Tone.GOOD, text)


def _quiet(text: str) -> Line:
    return Line(Mark.OFF, Tone.QUIET, text)
