"""How a tunnel is to be brought up, beyond what its profile says. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class HookMode(StrEnum):
    """What becomes of the profile's commands.

    IGNORE: they are shown and not run. ME: the user's own process runs them; the helper
    only remembers it. ROOT: the helper runs the text that an administrator approved.
    """

    IGNORE = "ignore"
    ME = "me"
    ROOT = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelOptions:
    """What the caller wants.

    Attributes:
        allow_lan: The networks on the machine's own links stay reachable beside a full tunnel.
        use_dns: Apply the profile's name servers; an `up` fails where that fails.
        block_ipv6: IPv6 has no way out beside a tunnel that carries all of IPv4 and not of IPv6.
    """

    allow_lan: bool = True
    use_dns: bool = True
    block_ipv6: bool = True
    hooks: HookMode = HookMode.IGNORE


DEFAULT_OPTIONS = TunnelOptions()
