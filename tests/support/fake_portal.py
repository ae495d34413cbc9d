"""A desktop's portal that answers as it is told."""

from collections.abc import Callable
from contextlib import asynccontextmanager

from dbus_next.aio import MessageBus
from dbus_next.message import Message
from dbus_next.signature import Variant

NAME = "org.freedesktop.portal.Desktop"
REQUEST = "org.freedesktop.portal.Request"
GRANTED, CANCELLED, OTHER = range(3)


class FakePortal:
    """One method of one of its interfaces.

    Attributes:
        outcome: The number in its Response; None is none at all.
        make_results: Makes what a granted Response has, of the options.
        asked: The options of every call, unpacked.
        is_hasty: Sends the Response before the call returns, as the interface allows.
    """

    def __init__(
        self,
        interface: str,
        member: str,
        make_results: Callable[[dict[str, object]], dict[str, Variant]],
        outcome: int | None = GRANTED,
        *,
        is_hasty: bool = False,
    ):
        self.interface, self.member = f"org.freedesktop.portal.{interface}", member
        self.make_results, self.outcome, self.is_hasty = make_results, outcome, is_hasty
        self.asked = []

    @asynccontextmanager
    async def serve(self, address: str):
        self.bus = await MessageBus(bus_address=address).connect()
        self.bus.add_message_handler(self._on_message)
        await self.bus.request_name(NAME)
        yield
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def responses(self, handle: str) -> list[Message]:
        """Another question's, and the one that was asked for."""
        if self.outcome is None:
            return []
        results = self.make_results(self.asked[-1]) if self.outcome == GRANTED else {}
        return [_response(f"{handle}x", OTHER, {}), _response(handle, self.outcome, results)]

    def _on_message(self, message: Message) -> bool:
        if message.member != self.member:
            return False
        parent, options = message.body
        assert (parent, message.interface) == ("", self.interface)
        self.asked.append({key: value.value for key, value in options.items()})
        sender = message.sender[1:].replace(".", "_")
        token = self.asked[-1]["handle_token"]
        handle = f"/org/freedesktop/portal/desktop/request/{sender}/{token}"
        calls = [Message.new_method_return(message, "o", [handle]), *self.answer(handle, message)]
        for each in reversed(calls) if self.is_hasty else calls:
            self.bus.send(each)
        return True

    def answer(
        self, handle: str, question: Message
    ) -> list[Message]:  # a test's own may send it elsewhere
        return self.responses(handle)


def _response(path: str, outcome: int, results: dict[str, Variant]) -> Message:
    return Message.new_signal(path, REQUEST, "Response", "ua{sv}", [outcome, results])
