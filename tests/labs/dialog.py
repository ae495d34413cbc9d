"""A desktop's password dialog in lab box: notes what it is to show, and does what a test says.

The real polkit opens it by the protocol of every desktop's agent. Only the typing of the
password is left out: root tells polkit that it was right, as polkit's own helper program does.
"""

import json
import queue
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from tests.labs.box import Box

PATIENCE_S: Final = 15.0
QUIET_S: Final = 1.5
POLKIT: Final = "org.freedesktop.PolicyKit1"
AUTHORITY: Final = (POLKIT, "/org/freedesktop/PolicyKit1/Authority", f"{POLKIT}.Authority")

AGENT: Final = """
import asyncio, json, sys
from dbus_next import BusType, Message, MessageType, Variant
from dbus_next.aio import MessageBus

POLKIT = "org.freedesktop.PolicyKit1"
waiting = {}

def say(**words):
    print(json.dumps(words), flush=True)

def answer(message):
    if message.message_type is not MessageType.METHOD_CALL:
        return None
    if message.member == "CancelAuthentication":
        (cookie,) = message.body
        say(cancelled=cookie)
        finish(cookie, "close")
        return Message.new_method_return(message)
    if message.member == "BeginAuthentication":
        action, text, icon, details, cookie, identities = message.body
        waiting[cookie] = message
        (kind, who), *_ = identities
        say(action=action, message=text, icon=icon, details=details, cookie=cookie,
            administrator=who["uid"].value)
        return True
    return None

def finish(cookie, word):
    message = waiting.pop(cookie, None)
    if message is None:
        return
    if word == "close":
        bus.send(Message.new_error(message, POLKIT + ".Error.Cancelled", "closed"))
    else:
        bus.send(Message.new_method_return(message))

async def main():
    global bus
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    bus.add_message_handler(answer)
    session = ["unix-session", {"session-id": Variant("s", sys.argv[1])}]
    reply = await bus.call(Message(
        destination=POLKIT, path="/org/freedesktop/PolicyKit1/Authority",
        interface=POLKIT + ".Authority", member="RegisterAuthenticationAgent",
        signature="(sa{sv})ss", body=[session, "C", "/agent"],
    ))
    say(registered=reply.body == [])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, cookie = line.split()
        finish(cookie, word)

asyncio.run(main())
"""


class Dialog:
    """The dialog of one user's session; open until `close`."""

    def __init__(self, box: Box, user: str, session: str) -> None:
        self._box, self._user = box, user
        self._process = box.popen(["python3", "-c", AGENT, session], user=user)
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._next() == {"registered": True}

    def shown(self, timeout_s: float = PATIENCE_S) -> Mapping[str, Any]:
        """The next one that opens: action, message, icon, details, cookie."""
        said = self._next(timeout_s)
        assert "action" in said, said
        return said

    def next_ones(self) -> list[dict[str, Any]]:
        """What opens or is taken back until nothing does for a moment."""
        found: list[dict[str, Any]] = []
        with suppress(queue.Empty):
            while True:
                found.append(self._next(QUIET_S))
        return found

    def dismiss(self, shown: Mapping[str, Any]) -> None:
        self._tell("close", shown)

    def allow(self, shown: Mapping[str, Any]) -> None:
        """An administrator types the right password."""
        uid = str(self._box.user_id(self._user))
        identity = ["unix-user", "1", "uid", "u", str(shown["administrator"])]
        arguments = ["AuthenticationAgentResponse2", "us(sa{sv})", uid, shown["cookie"], *identity]
        self._box.run(["busctl", "call", *AUTHORITY, *arguments])
        self._tell("done", shown)

    def close(self) -> None:
        self._process.communicate(timeout=10)

    def _tell(self, word: str, shown: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word} {shown['cookie']}\n")
        self._process.stdin.flush()

    def _next(self, timeout_s: float = PATIENCE_S) -> dict[str, Any]:
        return self._said.get(timeout=timeout_s)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(json.loads(line))
