"""The world without wgdesk in it: walls, wires, servers, bus, polkit."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wgdesk.domain.errors import SandboxFailed
from wgdesk.sandbox import confinement, init, network, profiles
from wgdesk.sandbox.confinement import Confinement
from wgdesk.sandbox.polkit import Verdict
from wgdesk.sandbox.world import World

REPO = Path(__file__).resolve().parents[2]

ASK_POLKIT = """
import asyncio, json, sys
from dbus_next import BusType, Message, Variant
from dbus_next.aio import MessageBus

async def main():
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    subject = ["system-bus-name", {"name": Variant("s", bus.unique_name)}]
    answer = await bus.call(Message(
        destination="org.freedesktop.PolicyKit1",
        path="/org/freedesktop/PolicyKit1/Authority",
        interface="org.freedesktop.PolicyKit1.Authority",
        member="CheckAuthorization",
        signature="(sa{sv})sa{ss}us",
        body=[subject, sys.argv[1], {}, 0, ""],
    ))
    print(json.dumps(answer.error_name or answer.body[0]))

asyncio.run(main())
"""


def ask_polkit(world, action):
    done = world.run_on_machine([sys.executable, "-c", ASK_POLKIT, action])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def is_running(folder):
    """Whether any process outside or inside was started for this world."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in words:
                return True
    return False


def wait_until(is_so, timeout_s=10):
    deadline = time.monotonic() + timeout_s
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def test_world_is_built_without_root_by_an_ordinary_user(world):
    if os.geteuid() == 0:
        assert world.account.uid == 65534
    else:
        assert "--map-root-user" in world._confinement.command


def test_machine_reaches_the_internet_directly(world):
    assert "You come from 192.168.77.20." in world.fetch(network.INTERNET_PAGE)


@pytest.mark.parametrize("page", [network.HOME_PAGE, network.WORK_PAGE])
def test_pages_behind_tunnels_are_out_of_reach_without_one(world, page):
    assert world.fetch(page, timeout_s=1) == ""


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("home", network.INTERNET_PAGE),
        ("home", network.HOME_PAGE),
        ("attached_home", network.HOME_PAGE),
        ("work", network.INTERNET_PAGE),
        ("work", network.WORK_PAGE),
        ("home", f"http://[{network.INTERNET_HOST_6}]/"),
    ],
)
def test_servers_answer_each_profile_as_wg_quick_brings_it_up(world, name, page):
    path = world.profiles_dir / f"{name}.conf"
    world.run_on_machine(["sh", "-c", f"mkdir -p /run/quick && cp '{path}' /run/quick/"])
    up = world.run_on_machine(["wg-quick", "up", f"/run/quick/{name}.conf"])
    assert up.returncode == 0, up.stderr
    try:
        client = next(each for each in profiles.CLIENTS if each.name == name)
        asker = client.addresses["[" in page]
        assert f"You come from {asker}." in world.fetch(page)
    finally:
        world.run_on_machine(["wg-quick", "down", f"/run/quick/{name}.conf"])


def test_attached_home_leaves_other_traffic_alone_under_wg_quick(world):
    path = world.profiles_dir / "attached_home.conf"
    world.run_on_machine(["sh", "-c", f"mkdir -p /run/quick && cp '{path}' /run/quick/"])
    world.run_on_machine(["wg-quick", "up", "/run/quick/attached_home.conf"])
    try:
        assert "You come from 192.168.77.20." in world.fetch(network.INTERNET_PAGE)
    finally:
        world.run_on_machine(["wg-quick", "down", "/run/quick/attached_home.conf"])


def test_profiles_belong_to_the_user_alone(world):
    found = sorted(world.profiles_dir.iterdir())
    assert [path.name for path in found] == ["attached_home.conf", "home.conf", "work.conf"]
    for path in (world.profiles_dir, *found):
        stat = path.stat()
        assert (stat.st_uid, stat.st_mode & 0o077) == (world.account.uid, 0), path


def test_folder_of_the_world_cannot_be_written_by_another_account(world):
    stat = world.layout.root_dir.stat()
    assert (stat.st_uid, stat.st_mode & 0o022) == (os.geteuid(), 0)


def test_files_of_the_world_are_closed_to_others(world):
    assert world.cli("list").returncode == 0  # so that the helper has a log
    ask_polkit(world, "any")
    root_dir = world.layout.root_dir
    found = [path for path in root_dir.rglob("*") if not path.is_socket()]
    assert {"asked.jsonl", "answers.json", "helper.log"} <= {path.name for path in found}
    assert [path for path in (root_dir, *found) if path.stat().st_mode & 0o007] == []


def test_nothing_of_the_callers_environment_gets_inside(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "secret")
    with World() as world:
        told = world.run_on_machine(["sh", "-c", "cat /proc/1/environ; env"]).stdout
    assert "DBUS_SYSTEM_BUS_ADDRESS" in told
    assert "API_TOKEN" not in told


def test_polkit_answers_from_the_table(world):
    world.answer(Verdict.CHALLENGE, "org.wgdesk.connect")
    assert ask_polkit(world, "org.wgdesk.connect") == [False, True, {}]
    assert ask_polkit(world, "org.wgdesk.disconnect") == [True, False, {}]
    assert [each["action"] for each in world.asked()[-2:]] == [
        "org.wgdesk.connect",
        "org.wgdesk.disconnect",
    ]
    world.answer(Verdict.YES, "org.wgdesk.connect")


def test_polkit_can_be_gone_and_come_back(world):
    world.stop(init.POLKIT)
    assert ask_polkit(world, "any") == "org.freedesktop.DBus.Error.ServiceUnknown"
    world.start(init.POLKIT)
    assert ask_polkit(world, "any") == [True, False, {}]


def test_user_programs_run_without_root(world):
    done = subprocess.run(
        world.command(sys.executable, "-c", "import os; print(os.getresuid(), os.getgroups())"),
        env=world.env,
        capture_output=True,
        text=True,
        check=True,
    )
    uid = world.account.uid
    assert done.stdout.startswith(str((uid, uid, uid)))
    assert uid != 0


def test_order_that_cannot_be_done_is_refused_and_the_world_goes_on(world):
    with pytest.raises(SandboxFailed, match="cannot be run: No such file"):
        world.run_on_machine(["/no/such/program"])
    with pytest.raises(SandboxFailed, match=r"took more than 0\.1 s"):
        world.run_on_machine(["sleep", "5"], timeout_s=0.1)
    with pytest.raises(SandboxFailed, match="no such order"):
        world.start("no-such-service")
    assert world.run_on_machine(["echo", "on"]).stdout == "on\n"


def test_world_leaves_nothing_behind_when_closed():
    links = Path("/proc/net/dev").read_text(encoding="ascii").count(":")
    routes = Path("/proc/net/route").read_text(encoding="ascii")
    with World() as world:
        folder = world.layout.root_dir
        assert is_running(folder)
    assert not folder.exists()
    assert wait_until(lambda: not is_running(folder))
    assert Path("/proc/net/dev").read_text(encoding="ascii").count(":") == links
    assert Path("/proc/net/route").read_text(encoding="ascii") == routes


def test_world_ends_when_its_holder_is_killed():
    program = (
        "import sys, time\n"
        "from wgdesk.sandbox.world import World\n"
        "with World() as world:\n"
        "    print(world.layout.root_dir, flush=True)\n"
        "    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPO, stdout=subprocess.PIPE, text=True
    )
    with holder:
        folder = Path(holder.stdout.readline().strip())
        assert folder.is_dir()
        holder.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not folder.exists() and not is_running(folder))


def test_ipv6_works_from_the_first_moment():
    with World() as world:
        page = world.fetch("http://[2001:db8:10::10]/", timeout_s=0.5)  # the router asks for it
    assert "You come from 2001:db8:77::20." in page


@pytest.fixture
def sudo(tmp_path, monkeypatch):
    """A stand-in for sudo on the PATH; it empties the environment, as the real one does."""

    def install(script):
        path = tmp_path / "sudo"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        rootless = confinement.OWN_USERS if os.geteuid() else ()
        return Confinement(("sudo", "--", "unshare", *rootless, *confinement.WALLS), "a test")

    return install


def test_world_is_built_by_sudo_where_it_must(sudo):
    with World(sudo('[ "$1" = -- ] && shift && exec env -i "$@"')) as world:
        assert "You come from 192.168.77.20." in world.fetch(network.INTERNET_PAGE)


def test_world_says_when_sudo_refuses(sudo):
    refusing = sudo("echo 'Sorry, try again.' >&2; exit 1")
    with pytest.raises(SandboxFailed, match="sudo did not start it"), World(refusing):
        pytest.fail("it was built")


def test_world_that_cannot_be_built_says_why_and_is_gone(monkeypatch):
    world = World()
    broken = ({}, {"home": "nonsense\n"})
    monkeypatch.setattr("wgdesk.sandbox.world.render_all", lambda **_: broken)
    with pytest.raises(SandboxFailed, match=r"home did not start: .*wg setconf"), world:
        pytest.fail("it was built")
    assert not world.layout.root_dir.exists()
