"""The command line against a helper on a private bus, run as an ordinary user."""

import asyncio
import json
import signal
import sys
from ipaddress import ip_network

import pytest

from tests.support.fakes import FakeBackend
from tests.support.helper_stand_in import HelperStandIn
from tests.support.open_bus import open_bus
from tests.support.ordinary_user import ROOT, ordinary_user
from tests.support.texts import ATTACHED_HOME, HOME, WORK
from wgdesk.domain.errors import AlreadyUp, EngineMissing, NotAuthorized
from wgdesk.domain.machine_routing import MachineRoute, MachineRouting, MachineRule
from wgdesk.domain.snapshot import ForeignTunnel, Lifecycle

UNREACHABLE = "wgdesk: cannot tell the status: the helper cannot be reached"


@pytest.fixture
def user():
    with open_bus() as bus, ordinary_user() as user:
        user.bus = bus
        user.environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
        user.write("home.conf", HOME)
        user.write("attached_home.conf", ATTACHED_HOME)
        user.write("work.conf", WORK)
        yield user


@pytest.fixture
async def helper(user):
    async with HelperStandIn(user.bus.address, FakeBackend()) as stand_in:
        yield stand_in


async def test_cli_toggles_a_tunnel_through_the_helper(user, helper):
    helper.backend.handshake_unix_s = 1
    up = await user.wgdesk_beside("up", "home", "--explain")
    assert up.returncode == 0, up.stderr
    lines = up.stdout.splitlines()
    assert lines[0] == "[#] ip link add dev home type wireguard"
    assert lines[-1] == "home is up through the kernel's WireGuard (the kernel module answers)."
    listed = await user.wgdesk_beside("list", "--json")
    states = {it["name"]: it["health"] for it in json.loads(listed.stdout)["profiles"]}
    assert states == {"attached_home": "off", "home": "no-reply", "work": "off"}
    down = await user.wgdesk_beside("down", "home")
    assert (down.returncode, down.stdout) == (0, "home is down.\n")
    status = await user.wgdesk_beside("status")
    assert (status.returncode, status.stdout) == (0, "No tunnel is up.\n")


async def test_up_says_whom_it_took_over_from(user, helper):
    await user.wgdesk_beside("up", "work")
    up = await user.wgdesk_beside("up", "home")
    assert "; took over from work." in up.stdout
    beside = await user.wgdesk_beside("up", "attached_home")
    assert "took over" not in beside.stdout


async def test_up_and_down_may_prompt_and_reading_may_not(user, helper):
    await user.wgdesk_beside("up", "home")
    await user.wgdesk_beside("down", "home")
    flags = {member: flag.value for member, flag in helper.calls}
    assert flags == {"Up": 4, "List": 0, "Down": 4}


async def test_up_asks_the_helper_once(user, helper):
    await user.wgdesk_beside("up", "home")
    assert [member for member, _ in helper.calls] == ["Up"]


async def test_toggle_goes_both_ways(user, helper):
    first = await user.wgdesk_beside("toggle", "home")
    second = await user.wgdesk_beside("toggle", "home")
    assert first.stdout.startswith("home is up through")
    assert second.stdout == "home is down.\n"


async def test_down_all_takes_every_tunnel_down(user, helper):
    await user.wgdesk_beside("up", "home")
    await user.wgdesk_beside("up", "attached_home")
    down = await user.wgdesk_beside("down", "--all")
    assert down.stdout.splitlines() == ["home is down.", "attached_home is down."]
    again = await user.wgdesk_beside("down", "--all")
    assert (again.returncode, again.stdout) == (0, "No tunnel is up.\n")


async def test_down_of_a_tunnel_that_is_gone_is_a_success(user, helper):
    down = await user.wgdesk_beside("down", "home")
    assert (down.returncode, down.stdout) == (0, "home was not up.\n")


async def test_down_of_a_name_that_nothing_has_is_no_such_profile(user, helper):
    down = await user.wgdesk_beside("down", "hmoe")
    assert down.returncode == 5
    assert down.stderr.startswith("wgdesk: cannot take hmoe down: no profile named “hmoe”")


async def test_down_of_another_users_tunnel_is_not_authorised(user, helper):
    helper.backend.show(
        (),
        (ForeignTunnel(name="theirs", owner_uid=1001, lifecycle=Lifecycle.UP, full_tunnel=True),),
    )
    down = await user.wgdesk_beside("down", "theirs")
    assert down.returncode == 3
    assert down.stderr.splitlines() == [
        "wgdesk: cannot take theirs down: that tunnel belongs to another user",
        "Ask that user to take it down.",
    ]


async def test_up_twice_is_refused_politely(user, helper):
    await user.wgdesk_beside("up", "home")
    up = await user.wgdesk_beside("up", "home")
    assert (up.returncode, up.stderr) == (1, "wgdesk: cannot bring home up: “home” is up already\n")


async def test_sync_applies_the_edited_file_and_up_names_the_way(user, helper):
    await user.wgdesk_beside("up", "home")
    same = await user.wgdesk_beside("sync", "home")
    assert (same.returncode, same.stdout) == (
        0,
        "home is as its profile says: nothing to change.\n",
    )
    path = user.profiles / "home.conf"
    path.write_text(path.read_text().replace("Address", "MTU = 1300\nAddress"))
    up = await user.wgdesk_beside("up", "home")
    assert up.returncode == 1
    assert up.stderr.splitlines()[1].endswith("wgdesk sync home")
    sync = await user.wgdesk_beside("sync", "home", "--explain")
    assert (sync.returncode, sync.stdout.splitlines()) == (
        0,
        ["[#] ip link set mtu 1300 dev home", "home stayed up; changed: the MTU."],
    )


async def test_sync_of_what_is_not_up_says_so(user, helper):
    sync = await user.wgdesk_beside("sync", "home")
    assert (sync.returncode, sync.stderr.splitlines()) == (
        1,
        [
            "wgdesk: cannot apply home to its tunnel: “home” is not up",
            "To bring it up: wgdesk up home",
        ],
    )


async def test_wait_ends_with_the_first_handshake(user, helper):
    helper.backend.handshake_unix_s = 1_700_000_000
    up = await user.wgdesk_beside("up", "home", "--wait=5")
    assert up.returncode == 0
    assert up.stdout.splitlines()[-1] == "home is connected: the other side has answered."


async def test_wait_fails_with_a_sentence_when_nobody_answers(user, helper):
    up = await user.wgdesk_beside("up", "home", "--wait=0.3")
    assert up.returncode == 1
    assert up.stderr.startswith("wgdesk: home is up, but nobody has answered within 0.3 seconds\n")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (NotAuthorized(), 3, "you are not authorised to do that"),
        (
            EngineMissing("neither the kernel module nor wireguard-go"),
            1,
            "this machine has no WireGuard: neither the kernel module nor wireguard-go",
        ),
        (AlreadyUp(), 1, "the tunnel is up already"),
    ],
    ids=["not authorised", "no engine", "already up"],
)
async def test_up_says_why_the_helper_refused(user, helper, error, code, text):
    helper.backend.errors["up"] = error
    up = await user.wgdesk_beside("up", "home")
    expected = f"wgdesk: cannot bring home up: {text}\n"
    assert (up.returncode, up.stdout) == (code, "")
    assert up.stderr == expected + (f"{error.remedy}\n" if error.remedy else "")


@pytest.mark.parametrize(
    ("reply", "code", "text"),
    [
        ("org.freedesktop.DBus.Error.NoReply", 4, "it stopped while answering"),
        ("org.freedesktop.DBus.Error.AccessDenied", 3, "the system bus does not let this user"),
        ("org.freedesktop.DBus.Error.UnknownMethod", 1, "does not understand that request"),
        ("org.freedesktop.DBus.Error.Spawn.ChildExited", 4, "installed but does not start"),
        ("org.freedesktop.systemd1.NoSuchUnit", 4, "installed but does not start"),
        ("org.freedesktop.DBus.Error.TimedOut", 4, "installed but does not start"),
        ("org.wgdesk.Error.Newer", 1, "as the test says"),
    ],
)
async def test_cli_tells_bus_errors_apart(user, helper, reply, code, text):
    helper.replies["List"] = reply
    status = await user.wgdesk_beside("status")
    assert status.returncode == code
    assert text in status.stderr
    assert "Traceback" not in status.stderr


async def test_helper_that_dies_while_it_is_asked_is_told(user, helper):
    helper.replies["List"] = None

    async def die():
        await helper.called.wait()
        helper.leave()

    _, status = await asyncio.gather(die(), user.wgdesk_beside("status"))
    assert status.returncode == 4
    assert "it stopped while answering" in status.stderr


async def test_bus_that_dies_while_it_is_asked_is_told(user, helper):
    helper.replies["List"] = None

    async def die():
        await helper.called.wait()
        user.bus.stop()

    _, status = await asyncio.gather(die(), user.wgdesk_beside("status"))
    assert status.returncode == 4
    assert status.stderr.startswith(f"{UNREACHABLE}: the system bus went away while it was asked")


async def test_interrupted_up_ends_without_a_traceback(user, helper):
    helper.replies["Up"] = None
    process = await asyncio.create_subprocess_exec(
        *user.command(sys.executable, "-m", "wgdesk", "up", "home"),
        cwd=ROOT,
        env=user.environment,
        stderr=asyncio.subprocess.PIPE,
    )
    await helper.called.wait()
    process.send_signal(signal.SIGINT)
    _, told = await process.communicate()
    assert (process.returncode, told) == (130, b"")


def test_cli_says_that_the_helper_is_not_installed(user):
    status = user.wgdesk("status")
    assert status.returncode == 4
    assert status.stderr.splitlines() == [
        f"{UNREACHABLE}: it is not installed",
        "Install the package wgdesk-helper.",
    ]


def test_cli_says_that_the_helper_does_not_start(user):
    (user.bus.services / "helper.service").write_text(
        "[D-BUS Service]\nName=org.wgdesk.Helper1\nExec=/bin/false\n"
    )
    user.bus.stop()
    user.bus.start()
    status = user.wgdesk("status")
    assert status.returncode == 4
    assert "it is installed but does not start" in status.stderr


def test_cli_says_that_there_is_no_bus(user):
    user.bus.stop()
    status = user.wgdesk("status")
    assert status.returncode == 4
    what, remedy = status.stderr.splitlines()
    assert what == f"{UNREACHABLE}: there is no system bus on this machine"
    assert remedy == "Start D-Bus (systemctl start dbus), then try again."


def test_list_needs_no_helper(user):
    listed = user.wgdesk("list")
    assert listed.returncode == 0
    assert listed.stdout.splitlines() == [
        "attached_home  Unknown  2 subnets",
        "home           Unknown  all traffic",
        "work           Unknown  all traffic",
    ]
    assert listed.stderr == (
        "wgdesk: the states are unknown: the helper cannot be reached: it is not installed. "
        "Install the package wgdesk-helper.\n"
    )


async def test_refused_bus_message_is_not_authorised(user):
    with open_bus('<deny send_destination="org.wgdesk.Helper1"/>') as bus:
        async with HelperStandIn(bus.address, FakeBackend()):
            user.environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
            up = await user.wgdesk_beside("up", "home")
    assert up.returncode == 3
    assert "the system bus does not let this user talk to the helper" in up.stderr


def test_cli_says_that_the_helper_is_not_installed_where_the_bus_denies_by_default(user):
    policy = """
    <deny send_type="method_call"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    """
    with open_bus(policy) as bus:
        status = user.wgdesk("status", environment={"DBUS_SYSTEM_BUS_ADDRESS": bus.address})
    assert status.returncode == 4
    assert status.stderr.startswith(f"{UNREACHABLE}: it is not installed\n")


async def test_what_is_typed_reaches_no_terminal_raw(user, helper):
    user.write("a\x1b[31m.conf", HOME)
    for verb in ("status", "down", "up", "toggle"):
        told = await user.wgdesk_beside(verb, "a\x1b[31m")
        assert "\x1b" not in told.stdout + told.stderr


async def test_where_asks_the_helper_for_routes(user, helper):
    helper.backend.machine_routing = MachineRouting(
        rules=(MachineRule(family=4, priority=32766, table=254),),
        routes=(MachineRoute(destination=ip_network("0.0.0.0/0"), table=254, link="eth0"),),
    )
    done = await user.wgdesk_beside("where", "203.0.113.9")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "203.0.113.9 goes by eth0"


async def test_where_without_a_helper_says_that_it_cannot_be_reached(user):
    done = await user.wgdesk_beside("where", "203.0.113.9")
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot tell where 203.0.113.9 goes: the helper cannot be reached" in done.stderr
