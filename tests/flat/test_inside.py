"""The command line inside the sandbox: what works as elsewhere, and what the walls keep out."""

import json

import pytest
import segno

from tests.support.texts import HOME, WORK
from wgdesk.sandbox import network, profiles
from wgdesk.wire.names import APP_ID

# Each of the names, and of two more, is asked for by the most harmless call there is.
ASK = """
import asyncio, json, os, socket
from pathlib import Path
from dbus_next.aio import MessageBus
from dbus_next.constants import BusType
from dbus_next.message import Message

async def ask(kind):
    bus = await MessageBus(bus_type=kind).connect()
    async def call(name, member, interface):
        message = Message(destination=name, path="/", interface=interface, member=member)
        reply = await bus.call(message)
        return reply.error_name or reply.body
    names = (await call("org.freedesktop.DBus", "ListNames", "org.freedesktop.DBus"))[0]
    refused = {name: await call(name, "Ping", "org.freedesktop.DBus.Peer") for name in HIDDEN[kind.name]}
    return [name for name in names if not name.startswith(":")], refused

HIDDEN = {"SYSTEM": ["org.freedesktop.PolicyKit1"], "SESSION": ["org.freedesktop.Notifications"]}
print(json.dumps({
    "SYSTEM": asyncio.run(ask(BusType.SYSTEM)),
    "SESSION": asyncio.run(ask(BusType.SESSION)),
    "links": [name for _, name in socket.if_nameindex()],
    "home": sorted(os.listdir(Path.home())),
    "etc": Path("/etc/wireguard").exists(),
}))
"""


@pytest.fixture(scope="module")
def place(sandboxed_module):
    return sandboxed_module


@pytest.fixture(scope="module")
def seen(place):
    """What a program inside sees of what is outside."""
    (place.home / "diary.txt").write_text("dear diary", encoding="utf-8")
    return place.python(ASK)


def test_it_sees_the_helper_on_the_system_bus_and_nobody_else(place, seen):
    names, refused = seen["SYSTEM"]
    assert set(names) <= {"org.freedesktop.DBus", "org.wgdesk.Helper1"}
    assert refused == {"org.freedesktop.PolicyKit1": "org.freedesktop.DBus.Error.ServiceUnknown"}


def test_of_the_session_it_sees_the_panel_and_nobody_else(place, seen):
    names, refused = seen["SESSION"]
    allowed = ("org.freedesktop.DBus", "org.freedesktop.portal.", "org.kde.StatusNotifierWatcher")
    assert not [name for name in names if not name.startswith((*allowed, APP_ID))]
    assert refused == {"org.freedesktop.Notifications": "org.freedesktop.DBus.Error.ServiceUnknown"}


def test_it_has_no_network_and_no_files_but_the_profiles(seen):
    assert seen["links"] == ["lo"]
    assert seen["home"] == [".var", ".wireguard"]
    assert not seen["etc"]


def test_the_profiles_are_the_person_s_own(place):
    listed = place.run("list", "--json")
    assert [each["name"] for each in json.loads(listed.stdout)["profiles"]] == [
        *("attached_home", "home", "work")
    ]
    checked = place.run("check", str(place.home / ".wireguard/home.conf"))
    assert checked.returncode == 0, checked.stdout


def test_a_tunnel_is_brought_up_and_down_by_the_helper_outside(place):
    done = place.run("up", "home", "--wait")
    assert done.returncode == 0, done.stderr
    assert profiles.address_of("home") in place.world.fetch(network.INTERNET_PAGE)
    asked = [each["action"] for each in place.world.asked()]
    assert "org.wgdesk.connect" in asked
    assert "interface: home" in place.run("status").stdout
    routed = place.run("where", network.INTERNET_PAGE.split("/")[2].split(":")[0])
    assert "home" in routed.stdout
    assert place.run("down", "home").returncode == 0
    assert network.MACHINE_ADDRESS in place.world.fetch(network.INTERNET_PAGE)


def test_a_chosen_file_comes_in_through_the_portal_of_documents(place):
    place.start_portals()
    path = place.choose("1a2b3c", "office.conf", HOME.encode())
    done = place.run("import", path)
    assert done.returncode == 0, done.stderr
    inside = place.home / ".wireguard/office.conf"
    assert inside.read_bytes() == HOME.encode()
    assert inside.stat().st_mode & 0o777 == 0o600


def test_a_qr_code_is_read_by_the_modules_that_it_brings(place):
    path = place.own_dir / "data/code.png"
    segno.make(WORK).save(str(path), scale=4)
    done = place.run("import", str(path))
    assert done.returncode == 0, done.stderr
    assert "1 imported" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("where", "example.org"), "Give its address instead of its name."),
        (("restore",), "In a terminal: systemctl start wgdesk-reset.service"),
    ],
)
def test_what_the_walls_forbid_is_named(place, words, said):
    done = place.run(*words)
    assert done.returncode != 0
    assert said in done.stderr


def test_keys_go_into_a_file_that_only_the_desktop_s_secret_opens(place):
    file = place.home / ".wireguard/work.conf"
    key = next(line for line in file.read_text().splitlines() if line.startswith("PrivateKey"))
    key = key.partition("=")[2].strip()
    done = place.run("keyring", "on", "work")
    assert done.returncode == 0, done.stderr
    assert key not in file.read_text()
    kept = place.own_dir / "data/wgdesk/keys.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    found = [
        path
        for path in place.home.rglob("*")
        if path.is_file() and key.encode() in path.read_bytes()
    ]
    assert not found
    # The secret is asked for anew, and opens what was locked with it.
    up = place.run("up", "work", "--wait")
    assert up.returncode == 0, up.stderr
    assert place.run("down", "work").returncode == 0
    assert place.run("keyring", "off", "work").returncode == 0
    assert key in file.read_text()


def test_its_own_files_lie_with_the_flatpak(place):
    place.run("tag", "home", "+away")
    assert (place.own_dir / "config/wgdesk").is_dir()
    assert not (place.home / ".config/wgdesk").exists()
