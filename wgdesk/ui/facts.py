"""The figures below the sentence: what the interface is, in pairs of label and value. No Qt."""

from dataclasses import dataclass

from wgdesk.domain.device import Engine
from wgdesk.domain.dns import DnsState, DnsStatus
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.wording import NOTHING, engine_name, span_words


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


def interface_facts(row: TunnelRow, now_unix_s: int) -> tuple[Fact, ...]:
    """What the device says where there is one, else what the file asks for."""
    if row.tunnel is not None and row.tunnel.mtu:
        return _facts_of_tunnel(row.tunnel, now_unix_s)
    return _facts_of_profile(row.profile) if row.profile is not None else ()


def _facts_of_tunnel(tunnel: TunnelSnapshot, now_unix_s: int) -> tuple[Fact, ...]:
    key = tunnel.device.public_key
    facts = [
        Fact(tr("Addresses"), ", ".join(map(str, tunnel.addresses)) or NOTHING),
        Fact(tr("Public key"), key.base64() if key else NOTHING),
        Fact(tr("Listening port"), str(tunnel.device.listen_port or NOTHING)),
        Fact(tr("MTU"), tr("{count} bytes").format(count=tunnel.mtu)),
        Fact(tr("Engine"), engine_text(tunnel.engine)),
    ]
    if tunnel.dns is not None:
        facts.append(Fact(tr("DNS"), dns_text(tunnel.dns)))
    if tunnel.since_unix_s:
        facts.append(Fact(tr("Up for"), duration_text(now_unix_s - tunnel.since_unix_s)))
    return tuple(facts)


def _facts_of_profile(profile: Profile) -> tuple[Fact, ...]:
    interface = profile.interface
    key, mtu = interface.private_key, interface.mtu
    return (
        Fact(tr("Addresses"), ", ".join(map(str, interface.addresses)) or NOTHING),
        Fact(tr("Public key"), key.public().base64() if key else NOTHING),
        Fact(tr("Listening port"), str(interface.listen_port or tr("automatic"))),
        Fact(tr("MTU"), tr("{count} bytes").format(count=mtu) if mtu else tr("automatic")),
    )


def dns_text(dns: DnsStatus) -> str:
    """`10.0.0.1 for every name (systemd-resolved), verified`; why not, where it is not."""
    servers = ", ".join(map(str, dns.servers)) or tr("no servers")
    domains = tr("every name") if dns.is_exclusive else ", ".join(dns.search) or NOTHING
    what = tr("{servers} for {domains} ({backend})").format(
        servers=servers, domains=domains, backend=dns.backend
    )
    states = {
        DnsState.CHECKING: tr("not verified yet"),
        DnsState.VERIFIED: tr("verified"),
        DnsState.NOT_APPLIED: tr("not applied: {why}").format(why=tr_told(dns.reason)),
    }
    return f"{what}, {states[dns.state]}"


def duration_text(seconds: int) -> str:
    """The two biggest units: `2 hours, 5 minutes`."""
    return span_words(max(0, seconds), most=2) or tr("a moment")


def engine_text(engine: Engine | None) -> str:
    """`kernel WireGuard (the kernel module answers)`: which one, and why."""
    if engine is None:
        return NOTHING
    name = engine_name(engine.kind)
    return f"{name} ({tr_told(engine.reason)})" if engine.reason else name
