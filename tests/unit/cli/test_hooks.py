"""Who runs a profile's commands, as the command line tells and chooses it."""

import json

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from wgdesk.cli.hooks import approvals, hooks
from wgdesk.cli.tunnels import UpOptions, down, toggle, up
from wgdesk.client.backend import KnownApproval
from wgdesk.client.preferences import Preferences
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.options import HookMode

HOOKED = HOME.replace(
    "[Peer]", "PostUp = touch up\nPostUp = resolvectl revert %i\nPreDown = rm up; false\n[Peer]", 1
)
TOUCHED = HOOKED.replace("PostUp = resolvectl revert %i\n", "")
APPROVED = (
    KnownApproval("home", "a" * 64, 0, "profile"),
    KnownApproval("home", "b" * 64, 1_700_000_000, "commands"),
    KnownApproval("work", "c" * 64, 1_700_000_000, "profile"),
)


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)
    made = tmp_path / ".wireguard"
    made.mkdir(mode=0o700)
    (made / "home.conf").write_text(TOUCHED)
    (made / "known.conf").write_text(HOOKED)
    (made / "plain.conf").write_text(HOME)
    return tmp_path


def test_commands_are_listed_with_what_they_are_known_to_be(capsys):
    assert hooks("known", None) == 0
    assert capsys.readouterr().out.splitlines() == [
        "PostUp = touch up",
        "PostUp = resolvectl revert %i   (DNS by resolvectl)",
        "PreDown = rm up; false",
        "They are not run.",
    ]


def test_a_choice_is_told_and_kept(capsys):
    hooks("home", HookMode.ME)
    assert "They run as you" in capsys.readouterr().out
    hooks("home", None)
    assert "They run as you" in capsys.readouterr().out
    hooks("known", None)
    assert "They are not run." in capsys.readouterr().out


def test_a_profile_without_commands_says_so(capsys):
    hooks("plain", None)
    assert capsys.readouterr().out == "plain has no commands.\n"
    with pytest.raises(NoSuchProfile):
        hooks("none", None)


async def test_up_runs_nothing_unless_that_was_chosen(backend, folder, capsys):
    await up(backend, "home", UpOptions())
    assert not (folder / "up").exists()
    assert backend.options == {}
    assert "Note: 2 commands in this profile are not run." in capsys.readouterr().out


async def test_a_choice_does_not_count_for_a_file_of_that_name_elsewhere(backend, folder):
    Preferences().set_hooks("home", HookMode.ME)
    other = folder / "Downloads"
    other.mkdir()
    (other / "home.conf").write_text(TOUCHED)
    await up(backend, "./Downloads/home.conf", UpOptions())
    assert not (folder / "up").exists()
    await backend.down(backend._machine.tunnels[0].id)
    await up(backend, "./.wireguard/home.conf", UpOptions())
    assert (folder / "up").exists()


async def test_up_and_down_run_them_as_it_was_chosen(backend, folder, capsys):
    Preferences().set_hooks("home", HookMode.ME)
    await up(backend, "home", UpOptions())
    assert (folder / "up").exists()
    assert "Note:" not in capsys.readouterr().out
    await down(backend, "home")
    assert not (folder / "up").exists()
    told = capsys.readouterr()
    assert told.out == "home is down.\n"
    assert told.err == ("wgdesk: warning: the command PreDown 1 failed: it ended with status 1\n")


async def test_an_option_counts_once_and_before_the_choice(backend, folder):
    Preferences().set_hooks("home", HookMode.ROOT)
    await toggle(backend, "home", UpOptions(hooks=HookMode.ME))
    assert (folder / "up").exists()
    assert Preferences().hooks("home") is HookMode.ROOT
    await toggle(backend, "home", UpOptions())
    assert not (folder / "up").exists(), "a tunnel goes down as it came up"
    await up(backend, "home", UpOptions())
    assert backend.options == {"hooks": "root"}
    await down(backend, "home")
    await up(backend, "plain", UpOptions(hooks=HookMode.ROOT))
    assert backend.options == {}


async def test_a_file_elsewhere_is_found_again_by_its_path(backend, folder):
    (folder / "away.conf").write_text(TOUCHED)
    await up(backend, "./away.conf", UpOptions(hooks=HookMode.ME))
    assert (folder / "up").exists()
    await down(backend, "./away.conf")
    assert not (folder / "up").exists()


async def test_json_is_not_mixed_with_what_commands_print(backend, folder, capfd):
    (folder / ".wireguard" / "home.conf").write_text(TOUCHED.replace("touch up", "echo words"))
    await up(backend, "home", UpOptions(hooks=HookMode.ME, as_json=True))
    printed = capfd.readouterr()
    assert json.loads(printed.out)["name"] == "home"
    assert printed.err == "words\n"


async def test_approvals_are_listed(backend, capsys):
    await approvals(backend, None)
    assert capsys.readouterr().out == "Nothing is approved yet.\n"
    backend.approved = APPROVED
    await approvals(backend, None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["earlier", "profile", "home", "a" * 64]
    assert lines[1].split()[2:] == ["commands", "home", "b" * 64]
    assert len(lines) == 3


async def test_what_is_revoked_is_everything_of_that_name(backend, capsys):
    backend.approved = APPROVED
    assert await approvals(backend, "home") == 0
    assert backend.approved == APPROVED[2:]
    assert capsys.readouterr().out == "home: An administrator is asked again.\n"
    await approvals(backend, "home")
    assert capsys.readouterr().out == "home: Nothing was approved for it.\n"


async def test_up_lets_ipv6_past_where_that_was_chosen(backend, folder):
    Preferences().set_block_ipv6("plain", block=False)
    await up(backend, "plain", UpOptions())
    assert backend.options == {"ipv6": "leave"}
