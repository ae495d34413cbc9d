"""Tunnel names: what the kernel, wg-quick and the helper all accept."""

import re

from wgdesk.domain.errors import InvalidName

# wg-quick's own pattern; IFNAMSIZ in uapi/linux/if.h leaves 15 bytes for the name.
MAX_NAME_BYTES = 15
_NAME = re.compile(r"[A-Za-z0-9_=+.-]{1,15}")
# The kernel keeps these beside the interfaces: in /proc/sys/net and, when bonding is loaded, in
# /sys/class/net.
_RESERVED = frozenset({"lo", "all", "default", ".", "..", "bonding_masters"})
PROFILE_SUFFIX = ".conf"


def parse_tunnel_name(text: str) -> str:
    """Check a name that becomes a network interface.

    Raises:
        InvalidName: With the reason.
    """
    if not text:
        raise InvalidName(text, "it is empty")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        raise InvalidName(
            printable(text), f"interface names have at most {MAX_NAME_BYTES} characters"
        )
    if not _NAME.fullmatch(text):
        raise InvalidName(printable(text), "only letters, digits and _ = + . - may be used")
    if text in _RESERVED:
        raise InvalidName(text, "the name is reserved")
    if text.startswith("-"):
        raise InvalidName(text, "it must not begin with a dash")
    return text


def printable(text: str, limit: int = 60) -> str:
    """Text that is safe on a terminal and in a log: no controls, bounded length."""
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key by which `office2` comes before `office10`, without regard to case."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return tuple(
        (False, int(part), "") if part[0] in "0123456789" else (True, 0, part) for part in parts
    )
