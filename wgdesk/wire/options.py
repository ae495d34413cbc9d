"""The options of `Up`, `Check` and `Sync` as the strings that travel."""

from collections.abc import Mapping
from typing import Final, TypeVar

from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.names import printable
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions

ALLOW_LAN: Final = "allow_lan"
DNS: Final = "dns"
HOOKS: Final = "hooks"
IPV6: Final = "ipv6"

_ALLOW_LAN_WORDS: Final = {"yes": True, "no": False}
_DNS_WORDS: Final = {"apply": True, "ignore": False}
_IPV6_WORDS: Final = {"block": True, "leave": False}
_HOOK_WORDS: Final = {mode.value: mode for mode in HookMode}

T = TypeVar("T")


def encode_options(options: TunnelOptions) -> dict[str, str]:
    """Only what differs from the default, so that an older helper understands the most."""
    found: dict[str, str] = {}
    if options.allow_lan != DEFAULT_OPTIONS.allow_lan:
        found[ALLOW_LAN] = "yes" if options.allow_lan else "no"
    if options.use_dns != DEFAULT_OPTIONS.use_dns:
        found[DNS] = "apply" if options.use_dns else "ignore"
    if options.block_ipv6 != DEFAULT_OPTIONS.block_ipv6:
        found[IPV6] = "block" if options.block_ipv6 else "leave"
    if options.hooks != DEFAULT_OPTIONS.hooks:
        found[HOOKS] = options.hooks.value
    return found


def decode_options(
    words: Mapping[str, str], base: TunnelOptions = DEFAULT_OPTIONS
) -> TunnelOptions:
    """Read what a caller sent; what it does not say is as in `base`.

    Raises:
        InvalidRequest: An option or a value that this version does not know.
    """
    for key in words:
        if key not in (ALLOW_LAN, DNS, HOOKS, IPV6):
            raise InvalidRequest(f"unknown option “{printable(key)}”")
    return TunnelOptions(
        allow_lan=_word(words, ALLOW_LAN, _ALLOW_LAN_WORDS, base.allow_lan),
        use_dns=_word(words, DNS, _DNS_WORDS, base.use_dns),
        block_ipv6=_word(words, IPV6, _IPV6_WORDS, base.block_ipv6),
        hooks=_word(words, HOOKS, _HOOK_WORDS, base.hooks),
    )


def _word(words: Mapping[str, str], key: str, known: Mapping[str, T], default: T) -> T:
    if key not in words:
        return default
    try:
        return known[words[key]]
    except KeyError as error:
        choice = " or ".join(known)
        text = f"the option “{key}” is {choice}, not “{printable(words[key])}”"
        raise InvalidRequest(text) from error
