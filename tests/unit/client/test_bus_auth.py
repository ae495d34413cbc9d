"""The greeting on a message bus."""

import pytest
from dbus_next.errors import AuthError

from wgdesk.client.bus_auth import CredentialsAuth


def test_greeting_claims_no_user_id():
    auth = CredentialsAuth()
    assert auth._authentication_start() == "AUTH EXTERNAL"
    assert auth._receive_line("DATA") == "DATA"
    assert auth._receive_line("OK 0123456789abcdef") == "BEGIN"


@pytest.mark.parametrize("line", ["REJECTED EXTERNAL", "ERROR", "", "OKAY"])
def test_greeting_ends_when_the_bus_says_anything_else(line):
    with pytest.raises(AuthError):
        CredentialsAuth()._receive_line(line)


def test_greeting_passes_no_descriptors():
    with pytest.raises(AuthError):
        CredentialsAuth()._authentication_start(negotiate_unix_fd=True)
