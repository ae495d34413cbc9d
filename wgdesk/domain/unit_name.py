"""Names of tunnels as instances of systemd's units, escaped as systemd-escape does it. Pure."""

from typing import Final

_BOOT_PREFIX: Final = "wgdesk-tunnel@"
_SUFFIX: Final = ".service"


def escaped_instance(name: str) -> str:
    """What stands behind the @; the unit gets the name back as %I."""
    return "".join(
        char if char.isalnum() or char in "_:" or (char == "." and at) else f"\\x{ord(char):02x}"
        for at, char in enumerate(name)
    )


def boot_unit(name: str) -> str:
    """The unit that brings a tunnel up when the machine starts."""
    return f"{_BOOT_PREFIX}{escaped_instance(name)}{_SUFFIX}"
