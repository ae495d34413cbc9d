"""D-Bus's errors and the socket's as ours, each with a sentence of its own."""

import pytest
from dbus_next.errors import AuthError, InvalidAddressError

from wgdesk.client.bus_errors import INSTALL, no_bus, refused
from wgdesk.domain.errors import (
    AlreadyUp,
    AuthRequired,
    HelperUnreachable,
    InvalidRequest,
    LimitExceeded,
    NotAuthorized,
)
from wgdesk.wire.codec import RemoteError

STANDARD = "org.freedesktop.DBus.Error."


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("org.wgdesk.Error.AlreadyUp", AlreadyUp),
        ("org.wgdesk.Error.NotAuthorized", NotAuthorized),
        ("org.wgdesk.Error.InvalidProfile", RemoteError),
        ("org.wgdesk.Error.SomethingNew", RemoteError),
        (STANDARD + "AccessDenied", NotAuthorized),
        (STANDARD + "InteractiveAuthorizationRequired", AuthRequired),
        (STANDARD + "LimitsExceeded", LimitExceeded),
        (STANDARD + "UnknownMethod", InvalidRequest),
        (STANDARD + "InvalidArgs", InvalidRequest),
        (STANDARD + "ServiceUnknown", HelperUnreachable),
        (STANDARD + "Spawn.Failed", HelperUnreachable),
        ("com.example.Other", HelperUnreachable),
    ],
)
def test_refused_knows_whose_error_it_is(name, kind):
    error = refused(name, "why")
    assert type(error) is kind
    if name.startswith("org.wgdesk."):
        assert str(error) == "why"
        assert error.code == name.rpartition(".")[2]


def test_refused_tells_how_to_install_the_helper():
    for name in ("ServiceUnknown", "Spawn.ServiceNotFound"):
        error = refused(STANDARD + name, "")
        assert (error.remedy, error.is_absent) == (INSTALL, True)


@pytest.mark.parametrize(
    "name",
    [
        STANDARD + "NameHasNoOwner",  # as dbus-broker has it
        "org.freedesktop.systemd1.UnitMasked",  # as dbus-daemon has it
        STANDARD + "Spawn.ChildExited",
        STANDARD + "TimedOut",
    ],
)
def test_a_helper_that_does_not_start_is_not_one_that_is_not_installed(name):
    """Else NetworkManager would carry the tunnel, unasked and without a firewall."""
    error = refused(name, "")
    assert (error.why, error.is_absent) == ("it is installed but does not start", False)


def test_unreachable_helpers_have_sentences_of_their_own():
    names = ("ServiceUnknown", "NoReply", "Spawn.ChildExited", "Failed")
    assert len({str(refused(STANDARD + name, "")) for name in names}) == len(names)


def test_unreachable_buses_have_sentences_of_their_own():
    causes = (
        FileNotFoundError(),
        PermissionError(),
        TimeoutError(),
        InvalidAddressError(),
        AuthError(),
    )
    assert len({no_bus(cause).why for cause in causes}) == len(causes)
    assert no_bus(ConnectionRefusedError()).why == no_bus(FileNotFoundError()).why
