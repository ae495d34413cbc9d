"""What a tunnel lacks that NetworkManager carries, in sentences. Pure."""

from collections.abc import Iterator
from typing import Final

from wgdesk.domain.dns import dns_config
from wgdesk.domain.networkmanager_values import FAMILIES
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Profile, TableMode
from wgdesk.domain.recipes import not_run_text

CARRIED: Final = "NetworkManager carries this tunnel, not wgdesk's helper."
# Whatever the profile is. The window and `docs/networkmanager.md` tell all of them.
LIMITS: Final = (
    "Handshakes are not known: the state goes by whether bytes come in, and often stays open.",
    "Nobody finds out why a server does not answer.",
    (
        "Nobody is asked before a new or a changed profile connects: NetworkManager lets whoever"
        " sits at this computer do that."
    ),
    (
        "There are no firewall rules: no kill switch, and nothing is dropped that others on the"
        " local network send to the tunnel's address."
    ),
    "DNS servers are set and neither verified nor defended against other programs.",
    "Commands of a profile do not run as root.",
    "An edited profile is applied by disconnecting and connecting again.",
    "The local network that stays reachable is the one of the moment of connecting.",
    "A tunnel is not led through another tunnel.",
    "Without an MTU in the profile it is 1420 bytes, whatever the way to the server carries.",
    "The pages Routes and Log stay empty, and /etc/wireguard is not read.",
    "Nothing connects at boot, before anybody logs in.",
)

_TABLE_OFF: Final = (
    "Table = off: no routes are made, but NetworkManager goes on managing the interface and may"
    " undo what other programs set on it."
)
_NAMES_FOR_ALL: Final = (
    "Without systemd-resolved the DNS servers of this profile are asked for every name, not only"
    " for those in {domains}."
)
_NOT_APPLIED: Final = (
    "DNS servers in this profile are not applied; names are still looked up as before."
)


def profile_limits(profile: Profile, options: TunnelOptions) -> tuple[str, ...]:
    """What is not done of this profile, beside `LIMITS`."""
    return tuple(_of_profile(profile, options))


def _of_profile(profile: Profile, options: TunnelOptions) -> Iterator[str]:
    interface = profile.interface
    if interface.hooks and options.hooks is HookMode.IGNORE:
        yield not_run_text(interface.hooks)
    if interface.table.mode is TableMode.OFF:
        yield _TABLE_OFF
    if interface.save_config:
        yield "SaveConfig is not done: what is changed by hand is not written into the profile."
    for version in FAMILIES:
        yield from _of_family(version, profile)
    config = dns_config(profile)
    if config is None:
        return
    if not options.use_dns:
        yield _NOT_APPLIED
    elif config.servers and not config.is_exclusive:
        yield _NAMES_FOR_ALL.format(domains=", ".join(config.search))


def _of_family(version: int, profile: Profile) -> Iterator[str]:
    has_address = any(it.version == version for it in profile.interface.addresses)
    is_wanted = any(net.version == version for net in profile.allowed_ips())
    if has_address or not is_wanted or profile.interface.table.mode is TableMode.OFF:
        return
    if version == 6 and version in profile.full_families():
        yield (
            "The profile has no IPv6 address, so NetworkManager sends no IPv6 through it;"
            " IPv6 traffic is blocked instead."
        )
    else:
        yield (
            f"The profile has no IPv{version} address, so NetworkManager sends no IPv{version}"
            " through it."
        )
