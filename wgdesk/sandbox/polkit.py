"""A stand-in for polkit on the sandbox's private bus.

It answers CheckAuthorization from a small table instead of asking people. The helper
cannot tell it from the real one, and has no switch that skips the question.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from dbus_next import BusType, Message, MessageType, RequestNameReply, Variant
from dbus_next.aio import MessageBus

SERVICE: Final = "org.freedesktop.PolicyKit1"
INTERFACE: Final = "org.freedesktop.PolicyKit1.Authority"
REST: Final = "*"  # the table's line for every action that has none of its own


class Verdict(StrEnum):
    """What the table may say about an action."""

    YES = "yes"
    NO = "no"
    CHALLENGE = "challenge"  # a password would help, and nobody is there to give it
    DISMISSED = "dismissed"  # somebody was asked and closed the dialog

    def reply(self) -> tuple[bool, bool, dict[str, str]]:
        """As CheckAuthorization gives it: authorised, challenge, details."""
        details = {"polkit.dismissed": "true"} if self is Verdict.DISMISSED else {}
        return self is Verdict.YES, self is Verdict.CHALLENGE, details


def verdict_for(action: str, table_text: str) -> Verdict:
    """A table that cannot be read, or does not know the action, means no."""
    try:
        table = json.loads(table_text)
        return Verdict(table.get(action, table.get(REST, Verdict.NO)))
    except (ValueError, AttributeError):
        return Verdict.NO


class Authority:
    """Answers each question from the table as it stands at that moment.

    Args:
        table_path: JSON: action -> verdict.
        asked_path: Gets one JSON line for each question, for tests to read.
    """

    def __init__(self, table_path: Path, asked_path: Path) -> None:
        self._table_path, self._asked_path = table_path, asked_path

    def answer(self, message: Message) -> Message | None:
        """A handler for MessageBus; None leaves the message to dbus-next."""
        if message.message_type is not MessageType.METHOD_CALL or message.interface != INTERFACE:
            return None
        if message.member == "CheckAuthorization" and message.signature == "(sa{sv})sa{ss}us":
            reply = self._decide(message.body)
            return Message.new_method_return(message, "(bba{ss})", [list(reply)])
        if message.member == "CancelCheckAuthorization":
            return Message.new_method_return(message)
        return None

    def _decide(self, body: list[Any]) -> tuple[bool, bool, dict[str, str]]:
        (kind, subject), action, details, flags, _ = body
        plain = {key: value.value for key, value in subject.items() if isinstance(value, Variant)}
        asked = {"kind": kind, "subject": plain, "action": action, "details": details}
        with self._asked_path.open("a", encoding="utf-8") as asked_file:
            asked_file.write(json.dumps({**asked, "flags": flags}) + "\n")
        return verdict_for(action, self._read_table()).reply()

    def _read_table(self) -> str:
        try:
            return self._table_path.read_text(encoding="utf-8")
        except OSError:
            return ""


async def serve(table_path: Path, asked_path: Path) -> int:
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    bus.add_message_handler(Authority(table_path, asked_path).answer)
    if await bus.request_name(SERVICE) is not RequestNameReply.PRIMARY_OWNER:
        print(f"somebody else has the name {SERVICE} on this bus", file=sys.stderr)
        return 1
    print("ready", flush=True)
    await bus.wait_for_disconnect()
    return 0


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="wgdesk.sandbox.polkit")
    parser.add_argument("table", type=Path)
    parser.add_argument("asked", type=Path)
    arguments = parser.parse_args(argv)
    return asyncio.run(serve(arguments.table, arguments.asked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
