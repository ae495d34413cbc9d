"""The helper is killed after each step of an `up` and of a `down`: never a half stays."""

import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from tests.faults.inside.doomed import a_machine
from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.conf import read_profile
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.engine.journal import FolderJournal

REPO = Path(__file__).resolve().parents[2]
MOST_STEPS = 60
SERVER, BEFORE = "10.99.0.53", "# of this machine\nnameserver 192.0.2.53\n"


class Doomed:
    """A machine, and engines on it that are killed."""

    def __init__(self, lab, folder: Path) -> None:
        self.user, self.server = lab.user, lab.wireguard()
        self.journal = FolderJournal(folder / "tunnels")
        self._folder = folder
        self._path = folder / "home.conf"
        client = self.server.add_client(preshared=True)
        text = self.server.profile(client, allowed_ips=EVERYTHING, interface=f"DNS = {SERVER}")
        self._path.write_text(text)
        self._resolv_conf = folder / "root/etc/resolv.conf"
        self._resolv_conf.parent.mkdir(parents=True)
        self._resolv_conf.write_text(BEFORE)

    @property
    def profile(self):
        return read_profile(self._path.read_bytes())

    def kill_after(self, verb: str, steps: int) -> bool:
        """Whether it was killed; it was done before where it had fewer steps."""
        words = [verb, str(steps), str(self._folder)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.inside.doomed", *words],
            cwd=REPO,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode != 0

    def helper(self):
        """The next one, which takes over what is there."""
        return a_rig(a_machine(self._folder / "root"), journal=self.journal)

    def state(self):
        wait_until(lambda: "tentative" not in self.user.ip("address"), what="the links to settle")
        return {**self.user.network_state(), "resolv.conf": self._resolv_conf.read_text()}

    @property
    def has_name_servers(self) -> bool:
        return f"nameserver {SERVER}" in self._resolv_conf.read_text()

    def engines(self) -> list[str]:
        found = self.user.run(["ls", "/run/wireguard"]).stdout.split()
        return [name for name in found if name != f"{self.server.interface}.sock"]


@pytest.fixture
def doomed(two_hosts, tmp_path):
    with two_hosts.user.enter():
        yield Doomed(two_hosts, tmp_path)


@on_loop
async def test_fault_01_killed_after_each_step_of_up_the_tunnel_is_whole_or_gone(doomed, record):
    before = doomed.state()
    whole = gone = 0
    for number in count(1):
        assert number < MOST_STEPS
        was_killed = doomed.kill_after("up", number)
        async with doomed.helper() as rig:
            found = {tunnel.name: tunnel for tunnel in rig.tunnels.list()}
            if found:
                assert found["home"].lifecycle is Lifecycle.UP
                assert await rig.machine.missing(found["home"].plan) == ()
                assert doomed.has_name_servers
                whole += 1
            else:
                assert doomed.state() == before, f"after step {number}"
                assert doomed.engines() == []
                gone += 1
        assert (doomed.state(), doomed.engines()) == (before, [])
        assert list(doomed.journal.read()) == []
        if not was_killed:
            break
    assert gone > 10
    assert whole >= 1
    record(f"{gone + whole} kills: {gone} gone, {whole} whole")


@on_loop
async def test_fault_01_killed_after_each_step_of_down_the_tunnel_is_gone(doomed, record):
    before = doomed.state()
    for number in count(1):
        assert number < MOST_STEPS
        async with doomed.helper() as rig:
            await rig.tunnels.up(OWNER_UID, "home", doomed.profile)
            assert doomed.has_name_servers
            await rig.end()
        was_killed = doomed.kill_after("down", number)
        async with doomed.helper() as rig:
            assert rig.tunnels.list() == (), f"after step {number}"
            assert (doomed.state(), doomed.engines()) == (before, []), f"after step {number}"
        assert list(doomed.journal.read()) == []
        if not was_killed:
            break
    assert number > 8
    record(f"{number} kills: gone each time")
