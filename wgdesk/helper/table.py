"""What a method of the helper is, and the table of all of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dbus_next import MessageFlag, MessageType

from wgdesk.engine.bounded_bus import Header, is_expected
from wgdesk.helper.authority import Question

Body = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the call wanted; nothing was or will be changed."""

    body: Body = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """A change, or a look at what is root's, and what polkit has to say yes to before it happens."""

    questions: tuple[Question, ...]
    act: Callable[[], Awaitable[Body]]


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    signature: str


@dataclass(frozen=True, slots=True)
class Method:
    """One line of the table.

    Attributes:
        actions: The polkit actions it may ask about; without any it changes nothing and
            can do no deed, unless `is_free`.
        is_free: It only takes something from the caller, so nobody is asked.
        is_costly: It takes its time, so it counts as a change towards the user's quota.
        understand: Takes the caller and the call's arguments. Raises WgdeskError.
    """

    interface: str
    member: str
    understand: Callable[..., Awaitable[Answer | Deed]]
    takes: tuple[Argument, ...] = ()
    gives: tuple[Argument, ...] = ()
    actions: frozenset[str] = frozenset()
    is_costly: bool = False
    is_free: bool = False

    @property
    def takes_signature(self) -> str:
        return "".join(argument.signature for argument in self.takes)

    @property
    def gives_signature(self) -> str:
        return "".join(argument.signature for argument in self.gives)


class Table:
    """Every method there is."""

    def __init__(self, methods: Sequence[Method]) -> None:
        self.methods = tuple(methods)
        self._by_name = {(method.interface, method.member): method for method in methods}

    def find(self, interface: str | None, member: str | None) -> Method | None:
        return self._by_name.get((interface or "", member or ""))

    def wants(self, header: Header) -> bool:
        """Whether a message's body is worth reading."""
        if header.message_type is MessageType.METHOD_CALL:
            if header.flags & MessageFlag.NO_REPLY_EXPECTED:
                return False
            method = self.find(header.interface, header.member)
            return method is not None and method.takes_signature == header.signature
        return is_expected(header)
