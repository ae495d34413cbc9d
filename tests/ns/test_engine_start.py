"""wireguard-go that does not start: what is said, and that nothing stays."""

import stat
from pathlib import Path

import pytest

from tests.labs.namespaces import HELPER_DIR
from tests.support.waiting import on_loop
from wgdesk.domain.errors import EngineFailed, EngineMissing
from wgdesk.engine import machine as machine_module
from wgdesk.engine import userspace_device
from wgdesk.engine.launcher import PlainLauncher
from wgdesk.engine.machine import Machine
from wgdesk.engine.netlink import Netlink
from wgdesk.engine.userspace_device import UserspaceDevice

LOGS_DIR = HELPER_DIR / "engines"


async def reason_of_failure(program: Path) -> str:
    netlink = Netlink()
    try:
        device = UserspaceDevice(netlink, lambda *_: None, PlainLauncher(LOGS_DIR, (program,)))
        with pytest.raises(EngineFailed) as caught:
            await device.create("home")
        assert device._running == {}
        assert not netlink.has_link("home")
        return str(caught.value)
    finally:
        await netlink.close()


@pytest.fixture
def engine(in_ns, tmp_path):
    """A program of the test's own in wireguard-go's place."""

    def write(text: str) -> Path:
        path = tmp_path / "wireguard-go"
        path.write_text(text)
        path.chmod(0o755)
        return path

    return write


@on_loop
async def test_engine_that_ends_at_once_is_quoted(engine):
    program = engine("#!/bin/sh\necho 'ERROR: no tun device'\nexit 1\n")
    assert await reason_of_failure(program) == (
        "the userspace engine failed: it ended with status 1 (ERROR: no tun device)"
    )


@on_loop
async def test_engine_that_never_listens_is_ended(engine, monkeypatch):
    monkeypatch.setattr(userspace_device, "_START_TIMEOUT_S", 0.1)
    program = engine("#!/bin/sh\nexec sleep 60\n")
    assert await reason_of_failure(program) == (
        "the userspace engine failed: it did not listen for home in 0.1 s"
    )


@on_loop
async def test_engine_that_is_no_program_is_an_error(engine):
    assert "it cannot be started" in await reason_of_failure(engine("nonsense"))


@on_loop
async def test_engine_that_is_not_installed_is_an_error(in_ns):
    reason = await reason_of_failure(Path("/nonexistent/wireguard-go"))
    assert reason == "the userspace engine failed: wireguard-go is not installed"


@on_loop
async def test_machine_without_any_wireguard_says_which_parts_it_misses(in_ns, monkeypatch):
    machine = Machine()
    try:

        async def no_kernel():
            return False

        monkeypatch.setattr(machine._kernel, "is_there", no_kernel)
        monkeypatch.setattr(machine_module, "TUN_PATH", Path("/nonexistent/tun"))
        with pytest.raises(EngineMissing, match="/nonexistent/tun is not there"):
            await machine.choose_engine()
        monkeypatch.setattr(machine._userspace._launcher, "_places", ())
        with pytest.raises(EngineMissing, match="wireguard-go is not there"):
            await machine.choose_engine()
    finally:
        await machine.close()


@on_loop
async def test_folder_of_the_sockets_is_made_for_root_only(in_ns, tmp_path, monkeypatch):
    folder = tmp_path / "wireguard"
    monkeypatch.setattr(userspace_device, "SOCKETS_DIR", folder)
    await reason_of_failure(Path("/bin/false"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
