"""How this process tells a message bus who it is."""

from typing import Final

from dbus_next.auth import Authenticator
from dbus_next.errors import AuthError

_ANSWERS: Final = {"DATA": "DATA", "OK": "BEGIN"}


class CredentialsAuth(Authenticator):
    """EXTERNAL without a claim: the bus takes the identity from the socket itself.

    dbus-next's own would claim `os.getuid()`, which the bus refuses where the two
    sides live in different user namespaces and so number the same user differently.
    """

    def _authentication_start(self, negotiate_unix_fd: bool = False) -> str:  # noqa: FBT001, FBT002  # as dbus-next calls it
        if negotiate_unix_fd:
            raise AuthError("file descriptors are not passed")
        return "AUTH EXTERNAL"

    def _receive_line(self, line: str) -> str:
        word = line.split(" ", 1)[0]
        if word not in _ANSWERS:
            raise AuthError(f"the bus answered {word[:20]}")
        return _ANSWERS[word]


class PassingAuth(CredentialsAuth):
    """The same, and open files may be passed to others."""

    def _authentication_start(self, negotiate_unix_fd: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002  # as dbus-next calls it
        return super()._authentication_start()

    def _receive_line(self, line: str) -> str:
        if line.startswith("AGREE_UNIX_FD"):
            return "BEGIN"
        answer = super()._receive_line(line)
        return "NEGOTIATE_UNIX_FD" if answer == "BEGIN" else answer
