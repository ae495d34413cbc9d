"""What a person is shown when polkit asks for a password on the helper's behalf."""

import json

import pytest

from tests.labs.server_end import HOME_SUBNETS
from wgdesk.wire import names

NOT_AUTHORISED = 3
# A desktop's password dialog that notes what it was to show, and is closed at once.
AGENT = """
import asyncio, json, sys
from dbus_next import BusType, Message, MessageType, Variant
from dbus_next.aio import MessageBus

POLKIT = "org.freedesktop.PolicyKit1"

def answer(message):
    if message.message_type is not MessageType.METHOD_CALL:
        return None
    if message.member == "BeginAuthentication":
        action, text, icon, details, cookie, identities = message.body
        shown = {"action": action, "message": text, "icon": icon}
        print(json.dumps(shown), flush=True)
        return Message.new_error(message, POLKIT + ".Error.Cancelled", "closed")
    return Message.new_method_return(message)

async def main():
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    bus.add_message_handler(answer)
    session = ["unix-session", {"session-id": Variant("s", sys.argv[1])}]
    reply = await bus.call(Message(
        destination=POLKIT, path="/org/freedesktop/PolicyKit1/Authority",
        interface=POLKIT + ".Authority", member="RegisterAuthenticationAgent",
        signature="(sa{sv})ss", body=[session, "C", "/agent"],
    ))
    print(json.dumps(reply.body), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


@pytest.fixture
def desktop(fresh_box):
    """Alice at the screen with a profile and a password dialog; the box and the dialog."""
    box = fresh_box
    server = box.world.wireguard()
    text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
    box.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    session = box.log_in("alice")
    agent = box.popen(["python3", "-c", AGENT, session], user="alice")
    assert json.loads(agent.stdout.readline()) == []
    yield box, agent
    agent.communicate(timeout=10)


def test_a_new_profile_is_shown_with_what_it_does(desktop):
    box, agent = desktop
    refused = box.run(["wgdesk", "up", "home"], user="alice", check=False)
    shown = json.loads(agent.stdout.readline())
    assert shown["action"] == names.ACTION_APPROVE_PROFILE
    networks = ", ".join(sorted(HOME_SUBNETS.split(", ")))
    assert shown["message"] == (
        f"Authentication is required to send traffic for {networks} "
        "through 192.0.2.2:51820 (profile “home”)"
    )
    assert refused.returncode == NOT_AUTHORISED, refused.stderr
    assert "the password dialog was closed" in refused.stderr


def test_a_script_that_forbids_it_shows_nothing(desktop):
    box, agent = desktop
    where = f"{names.BUS_NAME} {names.OBJECT_PATH} {names.INTERFACE}"
    read = 'set -- $(od -An -v -tu1 "$HOME/.wireguard/home.conf")'
    call = f"busctl --allow-interactive-authorization=no call {where} Up 'saya{{ss}}' home $# $* 0"
    refused = box.run(["sh", "-c", f"{read}; {call}"], user="alice", check=False)
    assert "nobody could be asked" in refused.stderr
    # The next dialog is the first one.
    box.run(["wgdesk", "up", "home"], user="alice", check=False)
    assert json.loads(agent.stdout.readline())["action"] == names.ACTION_APPROVE_PROFILE
