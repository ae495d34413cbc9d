"""What the bus answers when there is nobody, or somebody who says no, in our own errors."""

from typing import Final

from dbus_next.errors import InvalidAddressError

from wgdesk.domain.errors import (
    AuthRequired,
    HelperUnreachable,
    InvalidRequest,
    LimitExceeded,
    NotAuthorized,
    WgdeskError,
)
from wgdesk.domain.names import printable
from wgdesk.wire.codec import error_from
from wgdesk.wire.names import ERROR_PREFIX

INSTALL: Final = "Install the package wgdesk-helper."
JOURNAL: Final = "Its journal tells more: journalctl -u wgdesk-helper"
RESTORE: Final = f"To be back on plain networking: wgdesk restore. {JOURNAL}"
NO_BUS: Final = "Start D-Bus (systemctl start dbus), then try again."

_STANDARD: Final = "org.freedesktop.DBus.Error."
_NOT_INSTALLED: Final = frozenset({"ServiceUnknown", "Spawn.ServiceNotFound"})
# What dbus-broker says of one that it could not start, as while its unit is masked.
_NOT_STARTED: Final = "NameHasNoOwner"
_NO_ANSWER: Final = frozenset({"NoReply", "Disconnected"})
_TOO_SLOW: Final = frozenset({"Timeout", "TimedOut"})
_OTHER_VERSION: Final = frozenset(
    {"UnknownMethod", "UnknownInterface", "UnknownObject", "InvalidArgs", "InvalidSignature"}
)


def refused(name: str, text: str) -> WgdeskError:
    """The error for an error reply of that D-Bus name.

    Args:
        name: Such as `org.wgdesk.Error.AlreadyUp`.
        text: The reply's sentence, or "".
    """
    own = name.removeprefix(f"{ERROR_PREFIX}.")
    if own != name:
        return error_from(own, text)
    short = name.removeprefix(_STANDARD)
    if short in _NOT_INSTALLED:
        return HelperUnreachable("it is not installed", INSTALL, is_absent=True)
    if short in _NO_ANSWER:
        return HelperUnreachable("it stopped while answering", JOURNAL)
    has_failed = short.startswith("Spawn.") or short == _NOT_STARTED or ".systemd1." in name
    if has_failed or short in _TOO_SLOW:
        return HelperUnreachable("it is installed but does not start", RESTORE)
    return _policy(short) or HelperUnreachable(f"the bus answered {printable(name)}")


def no_bus(error: BaseException) -> HelperUnreachable:
    """The error for a system bus that could not be connected to."""
    match error:
        case InvalidAddressError():
            return HelperUnreachable(
                "DBUS_SYSTEM_BUS_ADDRESS is not the address of a bus",
                "Unset it, or set it to a bus address such as unix:path=/run/dbus/system_bus_socket.",
            )
        case TimeoutError():
            return HelperUnreachable("the system bus does not answer", NO_BUS)
        case PermissionError():
            return HelperUnreachable("the system bus may not be opened by this user")
        case FileNotFoundError() | ConnectionRefusedError():
            return HelperUnreachable("there is no system bus on this machine", NO_BUS)
        case _:
            return HelperUnreachable("the system bus refused the connection", NO_BUS)


def hung_up() -> HelperUnreachable:
    return HelperUnreachable("the system bus went away while it was asked", NO_BUS)


def too_slow(waited_s: float) -> HelperUnreachable:
    return HelperUnreachable(f"it has not answered for {waited_s:.0f} seconds", RESTORE)


def _policy(short: str) -> WgdeskError | None:
    """A refusal by the bus itself, before the helper saw the call."""
    if short == "AccessDenied":
        return NotAuthorized("the system bus does not let this user talk to the helper")
    if short == "InteractiveAuthorizationRequired":
        return AuthRequired()
    if short == "LimitsExceeded":
        return LimitExceeded("this user has too many calls open on the system bus")
    if short in _OTHER_VERSION:
        return InvalidRequest()
    return None
