"""Who wants to hear of changes, and what each of them may hear."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final, Protocol

from dbus_next import Message, MessageType

from wgdesk.domain.errors import Busy, LimitExceeded
from wgdesk.helper.caller import Caller, Callers
from wgdesk.wire.names import (
    INTERFACE,
    OBJECT_PATH,
    SIGNAL_GENERATION,
    SIGNAL_LOG_WRITTEN,
    SIGNAL_ROUTING_CHANGED,
    SIGNAL_TUNNEL_CHANGED,
)

PER_USER: Final = 4
IN_ALL: Final = 128


class Sender(Protocol):
    def send(self, message: Message, /) -> Any: ...


class Audience:
    """Programs that want to hear of something; so many for each user, and in all."""

    def __init__(self, bus: Sender, callers: Callers) -> None:
        self._bus, self._callers = bus, callers
        self._members: dict[str, tuple[int, Callable[[], None]]] = {}

    def __len__(self) -> int:
        return len(self._members)

    async def add(self, caller: Caller) -> None:
        """Once is enough; a second time changes nothing.

        Raises:
            LimitExceeded: This user, or the machine, has too many.
            Busy: The caller is gone already.
        """
        if caller.sender in self._members:
            return
        if self._is_full_for(caller.uid):
            await self._drop_the_gone(caller.uid)
        if self._is_full_for(caller.uid):
            raise LimitExceeded(f"at most {PER_USER} programs of a user can be subscribed")

        def leave() -> None:
            self.remove(caller.sender)

        self._members[caller.sender] = (caller.uid, leave)
        self._callers.watch(caller.sender, leave)
        if not await self._callers.is_there(caller.sender):
            leave()
            raise Busy("the caller went away")

    def _is_full_for(self, uid: int) -> bool:
        mine = sum(owner == uid for owner, _ in self._members.values())
        return mine >= PER_USER or len(self._members) >= IN_ALL

    async def _drop_the_gone(self, uid: int) -> None:
        """In a flood the bus loses even the news that somebody left."""
        is_full = len(self._members) >= IN_ALL
        for sender, (owner, leave) in tuple(self._members.items()):
            if (is_full or owner == uid) and not await self._callers.is_there(sender):
                leave()

    def remove(self, sender: str) -> None:
        """Nobody of that name is a success too."""
        member = self._members.pop(sender, None)
        if member is not None:
            self._callers.unwatch(sender, member[1])


class Subscribers(Audience):
    """Tells each user about their own tunnels, and everybody only that something changed."""

    def __init__(self, bus: Sender, callers: Callers) -> None:
        super().__init__(bus, callers)
        self._generation = count(1)

    def has(self, uid: int) -> bool:
        """Whether a program of this user listens."""
        return any(owner == uid for owner, _ in self._members.values())

    def tell_log(self, uid: int, last: int) -> None:
        """There are lines for this user, up to that number."""
        for sender, (owner, _) in self._members.items():
            if owner == uid:
                self._bus.send(_signal(SIGNAL_LOG_WRITTEN, "t", last, sender))

    def tell(self, tunnel_id: str, owner_uid: int | None) -> None:
        """A tunnel came, went or changed.

        Without an owner only the generation is told.
        """
        for sender, (uid, _) in self._members.items():
            if uid == owner_uid:
                self._bus.send(_signal(SIGNAL_TUNNEL_CHANGED, "s", tunnel_id, sender))
        self._bus.send(_signal(SIGNAL_GENERATION, "t", next(self._generation)))


class RoutingWatchers(Audience):
    """Hear once that the machine's routing changed; whoever wants to hear more asks again."""

    def tell(self) -> None:
        for sender in tuple(self._members):
            self.remove(sender)
            self._bus.send(_signal(SIGNAL_ROUTING_CHANGED, "", None, sender))


def _signal(member: str, signature: str, value: Any, destination: str | None = None) -> Message:
    message = Message(
        message_type=MessageType.SIGNAL,
        path=OBJECT_PATH,
        interface=INTERFACE,
        member=member,
        signature=signature,
        body=[value] if signature else [],
    )
    if destination is not None:
        message.destination = destination
    return message
