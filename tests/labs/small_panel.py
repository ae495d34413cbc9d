"""A program that plays the panel where no real one runs: it takes icons, and picks from their menus.

Owns org.kde.StatusNotifierWatcher as a panel does. One method more, Pick(s), clicks the entry of
that text in the first icon's menu, over com.canonical.dbusmenu as a panel does it.
"""

import asyncio
from typing import Any, Final

from dbus_next.aio import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

WATCHER: Final = "org.kde.StatusNotifierWatcher"
ITEM: Final = "org.kde.StatusNotifierItem"
ITEM_PATH: Final = "/StatusNotifierItem"
MENU: Final = "com.canonical.dbusmenu"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"


class SmallPanel:
    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._items: list[str] = []
        self._picks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        self._bus.add_message_handler(self._on_message)
        await self._bus.request_name(WATCHER)
        await asyncio.get_running_loop().create_future()  # until the desk ends

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        match message.member:
            case "RegisterStatusNotifierItem":
                self._register(message.body[0])
                return Message.new_method_return(message)
            case "RegisterStatusNotifierHost":
                return Message.new_method_return(message)
            case "Get":
                value = self._properties()[message.body[1]]
                return Message.new_method_return(message, "v", [value])
            case "GetAll":
                return Message.new_method_return(message, "a{sv}", [self._properties()])
            case "Pick":
                pick = asyncio.ensure_future(self._pick(message))
                self._picks.add(pick)
                pick.add_done_callback(self._picks.discard)
                return True
        return False

    def _properties(self) -> dict[str, Variant]:
        return {
            "RegisteredStatusNotifierItems": Variant("as", self._items),
            "IsStatusNotifierHostRegistered": Variant("b", value=True),
            "ProtocolVersion": Variant("i", 0),
        }

    def _register(self, service: str) -> None:
        self._items = [f"{service}{ITEM_PATH}"]
        path = f"/{WATCHER.rpartition('.')[2]}"
        self._bus.send(
            Message.new_signal(path, WATCHER, "StatusNotifierItemRegistered", "s", [self._items[0]])
        )

    async def _pick(self, message: Message) -> None:
        service = self._items[0].partition("/")[0]
        found = await self._call(service, ITEM_PATH, PROPERTIES, "Get", "ss", ITEM, "Menu")
        path = found[0].value
        await self._call(service, path, MENU, "AboutToShow", "i", 0)
        _, layout = await self._call(service, path, MENU, "GetLayout", "iias", 0, -1, [])
        number = find_entry(layout, message.body[0])
        if number is None:
            error = ("org.wgdesk.test.NoSuchEntry", f"{message.body[0]} is not in {layout}")
            self._bus.send(Message.new_error(message, *error))
            return
        click = (number, "clicked", Variant("i", 0), 0)
        await self._call(service, path, MENU, "Event", "isvu", *click)
        self._bus.send(Message.new_method_return(message))

    async def _call(
        self, service: str, path: str, interface: str, member: str, signature: str, *body: object
    ) -> list[Any]:
        reply = await self._bus.call(
            Message(
                destination=service,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        return list(reply.body) if reply else []


def find_entry(layout: list[Any], text: str) -> int | None:
    """The number of the entry that says this; `layout` is dbusmenu's (ia{sv}av)."""
    number, properties, children = layout
    label = properties.get("label")
    if label is not None and label.value.replace("__", "_") == text:
        return int(number)
    found = (find_entry(child.value, text) for child in children)
    return next((each for each in found if each is not None), None)


async def main() -> None:
    await SmallPanel(await MessageBus().connect()).run()


if __name__ == "__main__":
    asyncio.run(main())
