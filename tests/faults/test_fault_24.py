"""Callers that ask for a password dialog and go away again."""

import pytest

from tests.support.box_commands import PROFILE, DialogScene
from wgdesk.wire import names

# Callers that ask for a password dialog and go away again.
HASTY_CALLERS = f"""
import asyncio, sys
from dbus_next import BusType, Message, MessageFlag
from dbus_next.aio import MessageBus

async def main():
    text = open({PROFILE!r}, "rb").read().replace(b"AllowedIPs = ", b"AllowedIPs = 198.18.0.0/15, ")
    buses = [await MessageBus(bus_type=BusType.SYSTEM).connect() for _ in range(50)]
    for bus in buses:
        await bus.send(Message(
            destination="{names.BUS_NAME}", path="{names.OBJECT_PATH}",
            interface="{names.INTERFACE}", member="Up", signature="saya{{ss}}",
            body=["home", text, {{}}], flags=MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION,
        ))
    print("asked", flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


@pytest.fixture
def desktop(fresh_box):
    made = DialogScene(fresh_box)
    yield made
    made.dialog.close()


def test_fault_24_fifty_callers_open_one_dialog_and_leave_nothing(desktop, record):
    crowd = desktop.box.popen(["python3", "-c", HASTY_CALLERS], user="alice")
    assert crowd.stdout.readline() == "asked\n"
    shown = desktop.dialog.shown()
    assert desktop.dialog.next_ones() == [], "one user has one dialog"
    crowd.communicate(timeout=10)
    taken_back = {"cancelled": shown["cookie"]}
    assert desktop.dialog.next_ones() in ([taken_back], [taken_back] * 2)  # polkit may say it twice
    desktop.allow_all("up", "home", dialogs=1)
    record("50 callers: 1 dialog, taken back")
