"""What a profile wants of the machine's name lookups, and who carries it out here. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from wgdesk.domain.profile import Address, Profile


class DnsBackend(StrEnum):
    """Who decides on this machine which name server is asked."""

    RESOLVED = "systemd-resolved"
    NETWORKMANAGER = "NetworkManager"
    OPENRESOLV = "openresolv"
    RESOLVCONF = "resolvconf"
    FILE = "resolv.conf"
    LOCAL = "local resolver"  # dnsmasq, unbound... on loopback: it is left alone


@dataclass(frozen=True, slots=True)
class DnsChoice:
    """Which backend an `up` uses, and why that one (one clause)."""

    backend: DnsBackend
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsConfig:
    """Name servers and domains of one tunnel.

    Attributes:
        search: Domains to complete short names with, in order.
        is_exclusive: Every name is asked of these servers; else only names in `search` are.
    """

    servers: tuple[Address, ...]
    search: tuple[str, ...] = ()
    is_exclusive: bool = True


def dns_config(profile: Profile) -> DnsConfig | None:
    """What the profile's DNS lines ask for; None where it has none.

    As with wg-quick the servers answer for every name, but for one case: a split tunnel that
    names domains wants its servers for those domains only.
    """
    interface = profile.interface
    if not interface.dns_servers and not interface.dns_search:
        return None
    is_split = not profile.is_full_tunnel() and bool(interface.dns_search)
    return DnsConfig(
        servers=interface.dns_servers,
        search=interface.dns_search,
        is_exclusive=bool(interface.dns_servers) and not is_split,
    )
