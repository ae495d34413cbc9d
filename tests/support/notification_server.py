"""A notification server, and a portal, that remember what they were asked and answer as told."""

from contextlib import asynccontextmanager

from dbus_next.aio import MessageBus
from dbus_next.message import Message
from dbus_next.signature import Variant

from wgdesk.client import notify, notify_portal


class FakeService:
    """A service of the session bus; `calls` are members and their arguments, in order."""

    name = path = interface = ""

    def __init__(self):
        self.calls = []
        self.bus = None

    @asynccontextmanager
    async def serve(self, address):
        self.bus = await MessageBus(bus_address=address).connect()
        self.bus.add_message_handler(self._on_message)
        await self.bus.request_name(self.name)
        yield
        self.bus.disconnect()
        if self.bus._disconnect_future.done():  # the bus was faster; that is no news
            self.bus._disconnect_future.exception()

    def said(self, member):
        """The arguments of every call of that member."""
        return [body for name, body in self.calls if name == member]

    async def tell(self, member, signature, *body, bus=None, destination=None):
        """Send a signal; from another program where `bus` is given."""
        message = Message.new_signal(self.path, self.interface, member, signature, list(body))
        message.destination = destination
        await (bus or self.bus).send(message)

    def reply(self, message):
        raise NotImplementedError

    def _on_message(self, message):
        if message.interface != self.interface:
            return False
        self.calls.append((message.member, message.body))
        return self.reply(message)


class FakeServer(FakeService):
    """org.freedesktop.Notifications; numbers begin at 41."""

    name = interface = notify.NAME
    path = notify.PATH

    def __init__(self, *abilities):
        super().__init__()
        self.abilities = list(abilities or ("actions", "body", "body-markup"))

    def reply(self, message):
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [self.abilities])
        if message.member == "CloseNotification":
            return Message.new_method_return(message)
        number = message.body[1] or 40 + len(self.said("Notify"))
        return Message.new_method_return(message, "u", [number])


class FakePortal(FakeService):
    """org.freedesktop.portal.Notification, version 2."""

    name, path, interface = notify_portal.NAME, notify_portal.PATH, notify_portal.INTERFACE

    def reply(self, message):
        return Message.new_method_return(message)

    async def choose(self, number, action, token=""):
        extra = [Variant("a{sv}", {"activation-token": Variant("s", token)})] if token else []
        await self.tell("ActionInvoked", "ssav", number, action, extra)
