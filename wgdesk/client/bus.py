"""A connection to a message bus that cannot hang and closes what it opened."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from dbus_next.aio import MessageBus
from dbus_next.constants import BusType
from dbus_next.errors import AuthError, DBusError, InvalidAddressError
from dbus_next.message import Message

from wgdesk.client.bounded_reader import BoundedUnmarshaller
from wgdesk.client.bus_auth import CredentialsAuth, PassingAuth

CONNECT_TIMEOUT_S: Final = 5.0
MAX_GREETING_BYTES: Final = 1024
MESSAGES_PER_TURN: Final = 32
DAEMON: Final = "org.freedesktop.DBus"

# All that dbus-next lets out of connecting and calling, its own and the socket's.
BUS_FAILURES: Final = (OSError, EOFError, AuthError, DBusError, InvalidAddressError, KeyError)


class Bus(MessageBus):
    """dbus-next's connection, less the faults of its 0.2.3 that a user would notice.

    Args:
        on_lost: Called once when the connection ends and nobody here ended it.
        passes_files: Whether open files can be given away; none are taken.
    """

    def __init__(
        self, kind: BusType, on_lost: Callable[[], None], *, passes_files: bool = False
    ) -> None:
        auth = PassingAuth() if passes_files else CredentialsAuth()
        super().__init__(bus_type=kind, auth=auth, negotiate_unix_fd=passes_files)
        self._on_lost = on_lost

    def send(self, msg: Message) -> asyncio.Future[Any]:  # type: ignore[override]  # as in aio
        """Send; a failure shows in the call's own future, so this one may fail unseen."""
        sent: asyncio.Future[Any] = super().send(msg)
        sent.add_done_callback(_look_at)
        return sent

    def close(self) -> None:
        """Hang up; dbus-next only shuts the socket down and never closes it."""
        self._user_disconnect = True
        self._finalize()
        with suppress(OSError):  # what was still to be sent has nowhere to go
            self._stream.close()
        self._sock.close()

    def _finalize(self, err: BaseException | None = None) -> None:
        is_news = not self._disconnected and not self._user_disconnect
        super()._finalize(err)
        _look_at(self._disconnect_future)
        if is_news:
            self._on_lost()

    def _create_unmarshaller(self) -> BoundedUnmarshaller:
        return BoundedUnmarshaller(self._stream)

    def _message_reader(self) -> None:
        """As the parent does, but a flood of messages leaves the loop time for its tasks."""
        if self._disconnected:
            return
        try:
            for _ in range(MESSAGES_PER_TURN):
                if not self._unmarshaller.unmarshall():
                    return
                self._on_message(self._unmarshaller.message)
                self._unmarshaller = self._create_unmarshaller()
        except Exception as error:  # noqa: BLE001  # whatever it is, this connection is over
            self._finalize(error)
        else:
            # Not left to the socket: what is buffered already would not wake the loop.
            self._loop.call_soon(self._message_reader)

    async def _auth_readline(self) -> str:
        """Read one line of the greeting; dbus-next's own spins for ever at end of file."""
        line = b""
        while not line.endswith(b"\r\n"):
            # Never too much: after its line the bus waits for ours.
            part = await self._loop.sock_recv(self._sock, MAX_GREETING_BYTES)
            if not part or len(line) > MAX_GREETING_BYTES:
                raise EOFError("the bus hung up while it was greeted")
            line += part
        return line[:-2].decode("ascii", "replace")


async def connect(
    kind: BusType, on_lost: Callable[[], None] = lambda: None, *, passes_files: bool = False
) -> Bus:
    """A connection to the system or the session bus; the arguments are Bus's.

    Raises:
        BUS_FAILURES: One of them; TimeoutError where the bus takes the call and says nothing.
    """
    bus = Bus(kind, on_lost, passes_files=passes_files)
    try:
        await asyncio.wait_for(bus.connect(), CONNECT_TIMEOUT_S)
    except BaseException:
        bus.close()
        raise
    return bus


def add_match(rule: str) -> Message:
    """The call that lets signals come to who makes it."""
    return Message(
        destination=DAEMON,
        path="/org/freedesktop/DBus",
        interface=DAEMON,
        member="AddMatch",
        signature="s",
        body=[rule],
    )


def _look_at(future: asyncio.Future[Any]) -> None:
    """Take the exception out, or asyncio complains on the terminal that nobody did."""
    if future.done() and not future.cancelled():
        future.exception()
