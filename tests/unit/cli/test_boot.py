"""What connects at boot, as the command line chooses and tells it."""

import json
from dataclasses import replace

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from wgdesk.cli import boot
from wgdesk.cli.main import main
from wgdesk.client import wg_quick_units
from wgdesk.client.preferences import Preferences
from wgdesk.client.wg_quick_units import QuickUnit
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile_errors import BootNeedsKey
from wgdesk.domain.unit_name import boot_unit, escaped_instance

HOOKED = HOME.replace("[Peer]", "PostUp = touch up\n[Peer]", 1)
NOT_AUTHORISED = 3


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def quick(monkeypatch):
    """What systemd says of wg-quick's units."""
    units = {}

    async def find(_self, _names=()):
        return units

    monkeypatch.setattr(wg_quick_units.WgQuickUnits, "find", find)
    return units


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path, quick):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(boot.os, "getuid", lambda: 1000)
    made = tmp_path / ".wireguard"
    made.mkdir(mode=0o700)
    (made / "home.conf").write_text(HOME)
    (made / "hooked.conf").write_text(HOOKED)
    return made


async def test_on_is_said_and_listed(backend, capsys):
    assert await boot.on(backend, "home", None) == 0
    assert "home is connected at every boot from now on" in capsys.readouterr().out
    assert await boot.list_(backend, as_json=False) == 0
    assert capsys.readouterr().out == "home             on   approved 2023-11-14 22:13\n"


async def test_what_becomes_of_commands_is_said(backend, capsys):
    await boot.on(backend, "hooked", None)
    assert "wgdesk boot on hooked --hooks=root" in capsys.readouterr().out
    await boot.list_(backend, as_json=False)
    assert "its commands are not run" in capsys.readouterr().out
    await boot.on(backend, "hooked", HookMode.ROOT)
    assert "not run" not in capsys.readouterr().out
    await boot.list_(backend, as_json=False)
    assert "its commands run as root" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("chosen", "wanted"), [(HookMode.ME, HookMode.IGNORE), (HookMode.ROOT, HookMode.ROOT)]
)
async def test_what_was_chosen_for_the_profile_counts(backend, chosen, wanted):
    Preferences().set_hooks("hooked", chosen)
    await boot.on(backend, "hooked", None)
    assert backend.boot[0].options.hooks is wanted


async def test_edited_gone_and_disabled_are_told(backend, folder, capsys):
    for name in ("home", "hooked"):
        await boot.on(backend, name, None)
    (folder / "home.conf").write_text(HOME.replace("51820", "51821"))
    (folder / "hooked.conf").unlink()
    backend.boot = (backend.boot[0], replace(backend.boot[1], is_enabled=False))
    capsys.readouterr()
    await boot.list_(backend, as_json=False)
    told = capsys.readouterr().out
    assert "the profile was edited since" in told
    assert "there is no such profile any more" in told
    assert "wgdesk-tunnel@hooked.service is disabled" in told
    await boot.list_(backend, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert [(it["name"], it["profile"], it["enabled"]) for it in document["boot"]] == [
        ("home", "edited", True),
        ("hooked", "gone", False),
    ]


async def test_off_needs_no_profile_and_none_is_a_success(backend, folder, capsys):
    await boot.on(backend, "home", None)
    (folder / "home.conf").unlink()
    assert await boot.off(backend, "home") == 0
    assert capsys.readouterr().out.endswith("home is not connected at boot any more.\n")
    assert await boot.off(backend, "home") == 0
    assert capsys.readouterr().out == "home is not connected at boot.\n"
    await boot.list_(backend, as_json=False)
    assert capsys.readouterr().out == "Nothing is connected at boot.\n"


async def test_key_in_the_keyring_is_a_reason_not_to(backend, folder):
    kept = "# wgdesk-secret: PrivateKey 01234567-89ab-cdef-0123-456789abcdef"
    lines = [kept if it.startswith("PrivateKey") else it for it in HOME.splitlines()]
    (folder / "home.conf").write_text("\n".join(lines))
    with pytest.raises(BootNeedsKey, match="lies in your keyring"):
        await boot.on(backend, "home", None)
    assert backend.boot == ()


async def test_no_profile_is_no_profile(backend):
    with pytest.raises(NoSuchProfile):
        await boot.on(backend, "work", None)


async def test_wg_quicks_unit_is_told_of(backend, quick, capsys):
    quick["home"] = QuickUnit(starts_at_boot=True)
    await boot.on(backend, "home", None)
    assert "sudo systemctl disable wg-quick@home" in capsys.readouterr().err


def test_verbs_reach_it(backend, capsys):
    assert main(["boot", "on", "home"], lambda: backend) == 0
    assert main(["boot", "list", "--json"], lambda: backend) == 0
    assert main(["boot", "off", "home"], lambda: backend) == 0
    assert backend.boot == ()
    assert main(["boot", "on", "nix"], lambda: backend) == 5
    assert "cannot change or tell what connects at boot" in capsys.readouterr().err
    for words in (["boot"], ["boot", "on"], ["boot", "on", "home", "--hooks=me"], ["boot", "up"]):
        assert main(words, lambda: backend) == 2


@pytest.mark.parametrize(
    ("name", "escaped"),
    [("home", "home"), ("a-b", "a\\x2db"), ("a=b+c", "a\\x3db\\x2bc"), (".a.b", "\\x2ea.b")],
)
def test_instances_are_escaped_as_systemd_does_it(name, escaped):
    assert escaped_instance(name) == escaped
    assert boot_unit(name) == f"wgdesk-tunnel@{escaped}.service"


@pytest.mark.parametrize("words", [["delete", "home"], ["rename", "home", "office"]])
def test_what_still_connects_is_told_when_its_profile_goes(backend, words, capsys):
    assert main(["boot", "on", "home"], lambda: backend) == 0
    assert main(words, lambda: backend) == 0
    assert "home is still connected at boot" in capsys.readouterr().out
