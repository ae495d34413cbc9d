"""Who is calling, as the bus says it, and whether they are still there."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dbus_next import Message, MessageType

from wgdesk.domain.errors import Busy, NotAuthorized
from wgdesk.engine.bounded_bus import DAEMON, NO_ANSWER, CallRefused

KNOWN_CALLERS: Final = 1024  # the bus lets each user have 256 connections
OWNER_CHANGED: Final = "NameOwnerChanged"


@dataclass(frozen=True, slots=True)
class Caller:
    """One connection to the bus.

    Attributes:
        sender: The connection's unique name; the bus never gives it to another one.
        uid: The user who opened the connection.
        may_prompt: The call allows that somebody is asked for a password.
    """

    sender: str
    uid: int
    may_prompt: bool = False


class Daemon(Protocol):
    """What is asked of the bus itself."""

    def ask_daemon(
        self, member: str, signature: str = "", body: Sequence[Any] = ()
    ) -> Awaitable[Any]: ...

    def tell_daemon(self, member: str, text: str) -> None: ...


class Callers:
    """Names connections and notices when one goes away."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._uids: OrderedDict[str, int] = OrderedDict()
        self._watched: dict[str, list[Callable[[], None]]] = {}

    async def uid_of(self, sender: str | None) -> int:
        """The user of a connection.

        Raises:
            NotAuthorized: The bus cannot or does not say; unsure means no.
            Busy: The bus does not answer.
        """
        if not sender:
            raise NotAuthorized("the bus does not say who is calling")
        known = self.known_uid(sender)
        if known is None:
            known = await self._ask_uid(sender)
            self._remember(sender, known)
        return known

    def known_uid(self, sender: str) -> int | None:
        """The user of a connection that called before, without asking."""
        if sender not in self._uids:
            return None
        self._uids.move_to_end(sender)
        return self._uids[sender]

    async def is_there(self, sender: str) -> bool:
        try:
            return await self._daemon.ask_daemon("NameHasOwner", "s", [sender]) is True
        except CallRefused:
            return False

    def watch(self, sender: str, told: Callable[[], None]) -> None:
        """Call `told` once when the connection goes away, until `unwatch`."""
        if sender not in self._watched:
            self._daemon.tell_daemon("AddMatch", _rule(sender))
        self._watched.setdefault(sender, []).append(told)

    def unwatch(self, sender: str, told: Callable[[], None]) -> None:
        listeners = self._watched.get(sender, [])
        if told in listeners:
            listeners.remove(told)
            self._forget_if_idle(sender)

    @contextmanager
    def watching(self, sender: str, told: Callable[[], None]) -> Iterator[None]:
        self.watch(sender, told)
        try:
            yield
        finally:
            self.unwatch(sender, told)

    def on_message(self, message: Message) -> bool:
        """A message handler for the bus connection."""
        if not _is_owner_change(message):
            return False
        name, _, new_owner = message.body
        if not new_owner:
            self._left(name)
        return True

    def _left(self, sender: str) -> None:
        for told in list(self._watched.get(sender, [])):
            told()

    def _forget_if_idle(self, sender: str) -> None:
        if not self._watched[sender]:
            del self._watched[sender]
            self._daemon.tell_daemon("RemoveMatch", _rule(sender))

    def _remember(self, sender: str, uid: int) -> None:
        self._uids[sender] = uid
        while len(self._uids) > KNOWN_CALLERS:
            self._uids.popitem(last=False)

    async def _ask_uid(self, sender: str) -> int:
        try:
            uid = await self._daemon.ask_daemon("GetConnectionUnixUser", "s", [sender])
        except CallRefused as error:
            if error.name == NO_ANSWER:
                raise Busy("the bus has too much to do; try again in a moment") from error
            raise NotAuthorized("the bus does not know who is calling") from error
        if not isinstance(uid, int):
            raise NotAuthorized("the bus does not say which user is calling")
        return uid


def _rule(sender: str) -> str:
    return (
        f"type='signal',sender='{DAEMON}',interface='{DAEMON}',"
        f"member='{OWNER_CHANGED}',arg0='{sender}'"
    )


def _is_owner_change(message: Message) -> bool:
    return (
        message.message_type is MessageType.SIGNAL
        and message.sender == DAEMON
        and message.interface == DAEMON
        and message.member == OWNER_CHANGED
        and message.signature == "sss"
    )
