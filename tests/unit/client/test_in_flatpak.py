"""What is not possible inside a Flatpak is refused by name, before anything is begun."""

import stat

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from wgdesk.client import (
    demo_server,
    library,
    lookup,
    reset,
    secrets,
    system_profiles,
    toggling,
    wg_quick_units,
)
from wgdesk.client.demo_server import ask
from wgdesk.client.library import Library
from wgdesk.client.lookup import look_up
from wgdesk.client.private_folder import close_if_empty
from wgdesk.client.secrets import Vault
from wgdesk.client.store import ProfileStore
from wgdesk.client.system_profiles import SystemProfiles
from wgdesk.client.toggling import bring_up, take_down
from wgdesk.client.wg_quick_units import WgQuickUnits
from wgdesk.domain.errors import HelperUnreachable, HookFailed, HostHidden
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile_errors import AutostartKept, DemoUnreachable, VaultAbsent

ASKING = (demo_server, library, lookup, reset, secrets, system_profiles, toggling, wg_quick_units)
ME = TunnelOptions(hooks=HookMode.ME)
WITH_COMMAND = HOME.replace("[Peer]", "PostUp = touch ran\n[Peer]", 1).encode()


@pytest.fixture(autouse=True)
def _flatpak(monkeypatch, tmp_path):
    for module in ASKING:
        monkeypatch.setattr(module, "is_sandboxed", lambda: True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")


async def test_names_are_looked_up_by_nobody(monkeypatch):
    monkeypatch.setattr(lookup.socket, "getaddrinfo", lambda *_: pytest.fail("somebody was asked"))
    assert [str(it) for it in await look_up("203.0.113.9")] == ["203.0.113.9"]
    with pytest.raises(HostHidden, match="a Flatpak has no network") as refused:
        await look_up("example.org")
    assert "address" in refused.value.remedy


async def test_a_demo_server_is_not_asked():
    with pytest.raises(DemoUnreachable, match="a Flatpak has no network"):
        await ask("203.0.113.9", 42912, PrivateKey.generate().public())


def test_restoring_is_left_to_a_terminal():
    with pytest.raises(HelperUnreachable, match="may start no service") as refused:
        reset.restore()
    assert "systemctl start wgdesk-reset.service" in refused.value.remedy


async def test_commands_that_would_run_as_the_user_keep_the_tunnel_from_coming_up(tmp_path):
    backend = FakeBackend()
    with pytest.raises(HookFailed, match="a Flatpak starts no program of this computer"):
        await bring_up(backend, "home", WITH_COMMAND, ME)
    assert not backend._machine.tunnels
    assert not (tmp_path / "ran").exists()
    await bring_up(backend, "home", HOME.encode(), ME)  # it has none
    assert backend._machine.tunnels


async def test_a_tunnel_that_came_up_elsewhere_goes_down_without_its_commands(monkeypatch):
    backend = FakeBackend()
    monkeypatch.setattr(toggling, "is_sandboxed", lambda: False)
    await bring_up(backend, "home", WITH_COMMAND, ME)
    monkeypatch.setattr(toggling, "is_sandboxed", lambda: True)

    async def read():
        return WITH_COMMAND

    (note,) = await take_down(backend, backend._machine.tunnels[0], read)
    assert note == "its commands are not run: a Flatpak starts no program of this computer"
    assert not backend._machine.tunnels


def test_without_a_portal_keys_cannot_be_kept_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with pytest.raises(VaultAbsent, match="no secret: there is no session bus"):
        Vault().check()


@pytest.mark.parametrize("switch", ["turn_on", "turn_off"])
async def test_starts_at_boot_are_not_changed(switch):
    units = WgQuickUnits()
    with pytest.raises(AutostartKept, match="a Flatpak may not ask systemd"):
        await getattr(units, switch)("home")


async def test_what_is_not_known_of_starts_at_boot_is_said():
    profiles = SystemProfiles(FakeBackend())
    found = await profiles.find(may_ask=False)
    await profiles.close()
    assert any("may not ask systemd" in note for note in found.notes)


def test_the_folder_that_flatpak_made_is_closed_with_the_first_profile(tmp_path):
    folder = tmp_path / ".wireguard"
    folder.mkdir()
    folder.chmod(0o755)
    Library(ProfileStore(folder)).create("home", HOME.encode())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_somebody_keeps_open_stays_so(tmp_path):
    (tmp_path / "home.conf").write_text(HOME)
    tmp_path.chmod(0o750)
    close_if_empty(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750
