"""A fresh Debian 13 and a person on it, from `apt install` to `apt purge`.

Each test brings the machine to where it begins; in the order of the file that costs least.
"""

import json
import os
import re
from collections.abc import Iterator

import pytest

from tests.labs.server_end import HOME4
from tests.support.box_helper import helper_pid, listed
from tests.support.packaged import BOTH, DEBS, HELPER, NEWER, OFFSCREEN, OWN, PROFILE, Packaged

ENGINE = "wgdesk-go@home.service"
BUNDLED = "/usr/lib/wgdesk/wireguard-go"


@pytest.fixture
def installed(machine: Packaged) -> Packaged:
    machine.install()
    return machine


@pytest.fixture
def connected(installed: Packaged) -> Packaged:
    installed.connect()
    installed.settle()
    return installed


@pytest.fixture
def pings(connected: Packaged) -> Iterator["Pings"]:
    made = Pings(connected)
    yield made
    made.lost()


class Pings:
    """One through the tunnel every tenth of a second."""

    def __init__(self, machine: Packaged) -> None:
        self._process = machine.box.popen(["ping", "-n", "-i", "0.1", HOME4])
        assert self._process.stdout is not None
        assert "PING" in self._process.stdout.readline()
        assert "bytes from" in self._process.stdout.readline()

    def lost(self) -> tuple[int, int]:
        """How many were sent, and how many of them nobody answered."""
        if self._process.poll() is None:
            os.kill(_innermost(self._process.pid), 2)  # then it tells its count
        out, _ = self._process.communicate(timeout=10)
        if out:
            self._count = re.search(r"(\d+) packets transmitted, (\d+) received", out)
        assert self._count is not None
        sent, received = map(int, self._count.groups())
        return sent, sent - received


def _innermost(pid: int) -> int:
    """`ping` itself, below what entered the box."""
    path = f"/proc/{pid}/task/{pid}/children"
    with open(path, encoding="ascii") as file:  # noqa: PTH123
        children = file.read().split()
    return _innermost(int(children[0])) if children else pid


def test_installing_starts_nothing_and_enables_nothing(machine):
    machine.purge()
    said = machine.install()
    assert "warning" not in said.lower(), said
    assert machine.show(HELPER, "ActiveState") == "inactive"
    units = machine.box.run(["sh", "-c", "cd /usr/lib/systemd/system; echo wgdesk-*"]).stdout
    for unit in units.split():
        asked = machine.box.run(["systemctl", "is-enabled", unit], check=False)
        assert asked.stdout.strip() in {"static", "disabled"}, unit
    state = machine.box.run(["systemctl", "is-system-running"], check=False)
    assert state.stdout.strip() == "running"
    sysctl = "/proc/sys/net/ipv4/conf/all/src_valid_mark"
    assert machine.box.read(sysctl).strip() == "1"


def test_alice_imports_connects_sees_traffic_and_is_told(installed):
    shown = installed.watch_notifications()
    assert "home" in installed.wgdesk("import", "/home/alice/Downloads/home.conf")
    with installed.window():
        asked = ["wgdesk", "--toggle", "home"]  # as the menu of the application does
        installed.box.run(asked, user="alice", env=OFFSCREEN)
        if not installed.is_approved():
            dialog = installed.dialog.shown()
            assert "192.0.2.2:51820" in str(dialog["message"])
            installed.dialog.allow(dialog)
        assert shown.next().startswith("home")
        assert installed.box.world.source_seen_by(HOME4) == installed.alice.address4
        (tunnel,) = json.loads(installed.wgdesk("status", "--json"))["tunnels"]
        assert tunnel["health"] == "connected"
        assert min(peer["received"] for peer in tunnel["peers"]) > 0
    shown.close()


def test_the_engine_is_the_bundled_one_in_a_unit_of_its_own(connected):
    pid = connected.show(ENGINE, "MainPID")
    assert connected.box.run(["readlink", f"/proc/{pid}/exe"]).stdout.strip() == BUNDLED


def test_the_tunnel_stays_up_over_an_upgrade_and_back(connected, pings, record_property):
    before = {it["name"]: it["id"] for it in listed(connected.box)["tunnels"]}
    engine, helper = connected.show(ENGINE, "MainPID"), helper_pid(connected.box)
    with connected.window():  # it goes on, and asks the helper all the time
        for version in (NEWER, OWN):
            connected.install(version)
            assert [connected.version_of(it) for it in BOTH] == [version, version]
            assert connected.wgdesk("--version").strip() == f"wgdesk {version}"
            assert {it["name"]: it["id"] for it in listed(connected.box)["tunnels"]} == before
            assert connected.show(ENGINE, "MainPID") == engine
            assert helper_pid(connected.box) != helper
            helper = helper_pid(connected.box)
    sent, lost = pings.lost()
    record_property("figure", f"{lost} of {sent} pings lost")
    assert sent > 10
    assert lost == 0


def test_an_upgrade_of_a_helper_that_does_not_run_starts_none(installed):
    installed.wgdesk("down", "--all")
    installed.box.run(["systemctl", "stop", HELPER])
    installed.install(NEWER)
    assert installed.show(HELPER, "ActiveState") == "inactive"
    installed.install(OWN)


def test_apt_does_not_let_the_two_packages_be_of_two_versions(installed):
    newer = f"{DEBS}/wgdesk-helper_{NEWER}_{installed.architecture}.deb"
    said = installed.apt("install", newer, "wgdesk+", check=False)
    assert "wgdesk : Depends: wgdesk-helper (<" in said
    assert [installed.version_of(it) for it in BOTH] == [OWN, OWN]


def test_removing_takes_the_tunnel_down_and_installing_again_finds_the_approval(connected):
    profile = connected.box.read(PROFILE)
    connected.apt("remove", *BOTH)
    assert not connected.has_link()
    assert connected.box.world.source_seen_by(HOME4) != connected.alice.address4
    assert connected.box.read(PROFILE) == profile
    connected.install()
    assert connected.is_approved()
    connected.connect()
    assert connected.box.world.source_seen_by(HOME4) == connected.alice.address4


def test_a_window_that_is_open_meanwhile_goes_on_with_the_new_helper(connected):
    with connected.window():
        connected.apt("remove", *BOTH)
        connected.install()
        connected.connect()
        assert connected.box.world.source_seen_by(HOME4) == connected.alice.address4


def test_purging_leaves_nothing_but_what_is_in_homes(connected):
    connected.purge()
    assert connected.list_files() ^ connected.files == set()
    assert connected.traces() == ""
    assert connected.box.read(PROFILE) == connected.profile
    assert connected.box.run(["systemctl", "is-system-running"]).stdout.strip() == "running"
    assert connected.box.read("/etc/resolv.conf") == "nameserver 192.0.2.2\n"
