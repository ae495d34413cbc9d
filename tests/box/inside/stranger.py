"""A program of any user that takes liberties on the system bus.

    policy          what the bus itself says to calls, names and file descriptors
    calls           calls what stdin lists, as [interface, member, signature, body] each
    forge WHO N     signals and answers for the connection WHO, as if the helper had sent them
    ask             says its own name, waits for a line, and asks the helper `Hello`

Each prints lines of JSON.
"""

import asyncio
import json
import os
import sys

from dbus_next import BusType, Message, MessageType
from dbus_next.aio import MessageBus

HELPER, PATH = "org.wgdesk.Helper1", "/org/wgdesk/Helper1"
DAEMON = "org.freedesktop.DBus"
PEER, PROPERTIES = "org.freedesktop.DBus.Peer", "org.freedesktop.DBus.Properties"
DO_NOT_QUEUE = 4
FORGED_API = 99


async def connect():
    return await MessageBus(bus_type=BusType.SYSTEM, negotiate_unix_fd=True).connect()


async def answer(bus, interface, member, signature="", body=(), **more):
    """The error's name, or the body that came back."""
    where = {"destination": HELPER, "path": PATH, **more}
    call = Message(
        interface=interface, member=member, signature=signature, body=list(body), **where
    )
    reply = await asyncio.wait_for(bus.call(call), 20)
    return reply.error_name if reply.message_type is MessageType.ERROR else reply.body


async def policy():
    bus = await connect()
    read, write = os.pipe()
    login = {"destination": "org.freedesktop.login1", "path": "/"}
    daemon = {"destination": DAEMON, "path": "/"}

    async def own(name):
        return await answer(bus, DAEMON, "RequestName", "su", [name, DO_NOT_QUEUE], **daemon)

    return {
        "hello": bool(await answer(bus, HELPER, "Hello", "u", [1])),
        "ping": await answer(bus, PEER, "Ping"),
        "ping with a descriptor": await answer(bus, PEER, "Ping", unix_fds=[read]),
        "hello with descriptors": await answer(
            bus, HELPER, "Hello", "u", [1], unix_fds=[read, write]
        ),
        "another's ping with a descriptor": await answer(
            bus, PEER, "Ping", unix_fds=[read], **login
        ),
        "reload": await answer(bus, HELPER, "Reload"),
        "no interface": await answer(bus, None, "Hello", "u", [1]),
        "set": await answer(bus, PROPERTIES, "Set", "ss", [HELPER, "Version"]),
        "machine id": await answer(bus, PEER, "GetMachineId"),
        "asking": await answer(bus, PEER, "Ping", destination=f"{HELPER}.Asking"),
        "own helper": await own(HELPER),
        "own asking": await own(f"{HELPER}.Asking"),
        "own another": await own(f"{HELPER}.Other"),
    }


async def calls():
    bus = await connect()
    answers = {}
    for interface, member, signature, body in json.load(sys.stdin):
        said = [bytes(it) if isinstance(it, list) and it[:1] == [91] else it for it in body]
        found = await answer(bus, interface, member, signature, said)
        answers[member] = found if isinstance(found, str) else ""
    return answers


async def forge(who, number):
    bus = await connect()
    for serial in range(1, int(number) + 1):
        true = Message(destination=who, path=PATH, interface=HELPER, member="Hello")
        true.serial, true.sender = serial, who
        for fake in (
            Message.new_method_return(true, "ua{ss}", [FORGED_API, {"version": "forged"}]),
            Message.new_error(true, "org.wgdesk.Error.ClientTooOld", "forged"),
            Message.new_signal(PATH, HELPER, "TunnelChanged", "s", ["forged"]),
        ):
            fake.destination = who
            bus.send(fake)
    # The bus keeps the order: what it has said to this, it has said to all before.
    await answer(bus, DAEMON, "GetId", destination=DAEMON, path="/")
    return {"sent": 3 * int(number)}


async def ask():
    bus = await connect()
    heard = []
    bus.add_message_handler(
        lambda it: heard.append(it.member) if it.message_type is MessageType.SIGNAL else None
    )
    asked = asyncio.ensure_future(answer(bus, HELPER, "Hello", "u", [1]))
    await asyncio.sleep(0)
    waits_for = max(bus._method_return_handlers)
    print(json.dumps([bus.unique_name, waits_for]), flush=True)
    found = await asked
    return {"api": found[0] if isinstance(found, list) else found, "heard": len(heard)}


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    print(json.dumps(asyncio.run(globals()[verb](*words)), default=str))
