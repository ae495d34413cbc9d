"""Stands for the desktop's portals, on the desk's session bus; tells on its output what was asked.

Started with a folder: what lies in its `by-app` is what a person has chosen for each sandbox, as
the real document portal's file system would show it.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from dbus_next.aio import MessageBus
from dbus_next.message import Message
from dbus_next.signature import Variant

DESKTOP = "org.freedesktop.portal.Desktop"
DOCUMENTS = "org.freedesktop.portal.Documents"
VERSION = 4  # of each portal
PERSON_S = 0.5
SECRET = b"what the desktop keeps for this one program, in the keyring"


def plain(value: Any) -> Any:
    """Without D-Bus's own types."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Variant):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


async def main(documents: str) -> None:
    logging.disable()  # dbus-next complains of each question that nobody here answers
    bus = await MessageBus(negotiate_unix_fd=True).connect()

    def on_message(message: Message) -> bool:
        match message.member:
            case "GetMountPoint":
                path = os.fsencode(documents) + b"\0"
                bus.send(Message.new_method_return(message, "ay", [path]))
            case "AddNotification" | "RemoveNotification":
                bus.send(Message.new_method_return(message))
            case "Get":
                bus.send(Message.new_method_return(message, "v", [Variant("u", VERSION)]))
            case "OpenFile" if message.interface.endswith(".FileChooser"):
                answer(bus, message, {"uris": Variant("as", chosen(documents))})
            case "RequestBackground":
                answer(bus, message, {"autostart": message.body[1]["autostart"]})
            case "RetrieveSecret":
                with os.fdopen(message.unix_fds[message.body[0]], "wb") as file:
                    file.write(SECRET)
                answer(bus, message, {})
            case _:
                return False
        print(json.dumps([message.member, plain(message.body)]), flush=True)
        return True

    bus.add_message_handler(on_message)
    for name in (DESKTOP, DOCUMENTS):
        await bus.request_name(name)
    print(json.dumps(["ready", []]), flush=True)
    await bus.wait_for_disconnect()


def chosen(documents: str) -> list[str]:
    """All that was picked for any sandbox, as it is called inside."""
    inside = Path("/run/user", str(os.getuid()), "doc")
    files = Path(documents, "by-app").glob("*/*/*")
    return [(inside / path.parent.name / path.name).as_uri() for path in files]


def answer(bus: MessageBus, message: Message, results: dict[str, Variant]) -> None:
    sender = message.sender[1:].replace(".", "_")
    token = message.body[-1]["handle_token"].value
    handle = f"/org/freedesktop/portal/desktop/request/{sender}/{token}"
    bus.send(Message.new_method_return(message, "o", [handle]))
    interface = "org.freedesktop.portal.Request"
    response = Message.new_signal(handle, interface, "Response", "ua{sv}", [0, results])
    # Qt begins to listen once it has the handle; a person takes longer than this.
    asyncio.get_running_loop().call_later(PERSON_S, bus.send, response)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
