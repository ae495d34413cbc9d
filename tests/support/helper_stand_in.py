"""The helper's face on a bus, with a FakeBackend behind it; for tests of its callers."""

import asyncio
from contextlib import suppress
from typing import Any, Self

from dbus_next.aio import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message

from tests.support.fakes import FakeBackend
from wgdesk.domain.errors import WgdeskError
from wgdesk.wire import codec, log_codec
from wgdesk.wire.names import (
    BUS_NAME,
    ERROR_PREFIX,
    INTERFACE,
    OBJECT_PATH,
    SIGNAL_GENERATION,
    SIGNAL_LOG_WRITTEN,
    SIGNAL_ROUTING_CHANGED,
    SIGNAL_TUNNEL_CHANGED,
)
from wgdesk.wire.routing_codec import encode_routing


class HelperStandIn:
    """Answers as the helper does, for one caller.

    Attributes:
        calls: Every call as (member, flags), in order.
        called: Set by the first call.
        replies: What a member answers instead: an error's name, or None for silence.
    """

    def __init__(self, address: str, backend: FakeBackend) -> None:
        self.backend = backend
        self.calls: list[tuple[str, Any]] = []
        self.called = asyncio.Event()
        self.replies: dict[str, str | None] = {}
        self._address = address
        self._bus: MessageBus | None = None
        self._subscribers: set[str] = set()
        self._watchers: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.arrive()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    async def arrive(self) -> None:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._on_message)
        await self._bus.request_name(BUS_NAME)

    def leave(self) -> None:
        """Go without a word, as a process that is killed."""
        if self._bus:
            self._bus._user_disconnect = True
            self._bus._finalize()
            with suppress(OSError):  # an answer on its way has nowhere to go
                self._bus._stream.close()  # it holds the socket open
            self._bus._sock.close()
            if self._bus._disconnect_future.done():  # the bus was faster; that is no news
                self._bus._disconnect_future.exception()
        self._bus = None
        self._subscribers.clear()
        self._watchers.clear()

    async def tell_all(self) -> None:
        """The broadcast by which every caller learns that something changed."""
        assert self._bus
        await self._bus.send(
            Message.new_signal(OBJECT_PATH, INTERFACE, SIGNAL_GENERATION, "t", [1])
        )

    async def tell_subscribers(self, tunnel_id: str) -> None:
        assert self._bus
        for name in self._subscribers:
            signal = Message.new_signal(
                OBJECT_PATH, INTERFACE, SIGNAL_TUNNEL_CHANGED, "s", [tunnel_id]
            )
            signal.destination = name
            await self._bus.send(signal)

    async def tell_watchers(self) -> None:
        """That routing changed; each of them once."""
        assert self._bus
        while self._watchers:
            signal = Message.new_signal(OBJECT_PATH, INTERFACE, SIGNAL_ROUTING_CHANGED)
            signal.destination = self._watchers.pop()
            await self._bus.send(signal)

    async def tell_log(self) -> None:
        assert self._bus
        for name in self._subscribers:
            signal = Message.new_signal(OBJECT_PATH, INTERFACE, SIGNAL_LOG_WRITTEN, "t", [1])
            signal.destination = name
            await self._bus.send(signal)

    def _on_message(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != INTERFACE:
            return False
        self.calls.append((message.member, message.flags))
        self.called.set()
        task = asyncio.ensure_future(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _answer(self, message: Message) -> None:
        if message.member in self.replies:
            name = self.replies[message.member]
            if name is not None:
                await self._send(Message.new_error(message, name, "as the test says"))
            return
        try:
            signature, body = await self._do(message)
        except WgdeskError as error:
            name = f"{ERROR_PREFIX}.{error.code}"
            await self._send(Message.new_error(message, name, str(error)))
        else:
            await self._send(Message.new_method_return(message, signature, body))

    async def _send(self, message: Message) -> None:
        if self._bus:
            await self._bus.send(message)

    async def _do(self, message: Message) -> tuple[str, list[Any]]:
        backend, body = self.backend, message.body
        match message.member:
            case "Hello":
                hello = await backend.hello()
                return "ua{ss}", [hello.api, dict(hello.abilities)]
            case "Check":
                return "s", [codec.encode(codec.check_json(await backend.check(*body)))]
            case "Up":
                return "s", [codec.encode(codec.up_json(await backend.up(*body)))]
            case "Sync":
                return "s", [codec.encode(codec.sync_json(await backend.sync(*body)))]
            case "Down":
                await backend.down(*body)
                return "", []
            case "List":
                return "s", [codec.encode(codec.machine_json(await backend.tunnels()))]
            case "GetStatus":
                return "s", [codec.encode(codec.tunnel_json(await backend.status(*body)))]
            case "GetRouting":
                routing = await backend.routing()
                told = [(str(route.destination), route) for route in routing.routes]
                return "s", [encode_routing(routing, told)]
            case "WatchRouting":
                self._watchers.add(message.sender)
                return "", []
            case "GetLog":
                return "s", [codec.encode(log_codec.page_json(await backend.log(*body)))]
            case "Subscribe":
                self._subscribers.add(message.sender)
                return "", []
        return await self._do_system(message)

    async def _do_system(self, message: Message) -> tuple[str, list[Any]]:
        """The calls about /etc/wireguard."""
        match message.member:
            case "ListSystemProfiles":
                return "as", [list(await self.backend.system_profiles())]
            case "ReadSystemProfiles":
                read = await self.backend.read_system_profiles(*message.body)
                return "a(says)", [[[it.name, it.content, it.withheld] for it in read]]
        raise AssertionError(message.member)
