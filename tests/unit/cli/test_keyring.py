"""keyring and export, as they are typed; and the other verbs, for profiles in the keyring."""

import json
import sys

import pytest

from tests.support.fake_safe import FakeSafe
from tests.support.fakes import FakeBackend
from tests.support.texts import HOME, PRIVATE_KEY
from wgdesk.cli.main import main
from wgdesk.client import secrets
from wgdesk.domain.profile_errors import VaultAbsent, VaultLocked


@pytest.fixture
def safe(monkeypatch):
    safe = FakeSafe()
    monkeypatch.setattr(secrets, "_desktop_safe", safe.open)
    return safe


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / ".wireguard"
    folder.mkdir(mode=0o700)
    (folder / "home.conf").write_text(HOME)
    (folder / "home.conf").chmod(0o600)
    return folder


class Backend(FakeBackend):
    """Remembers the texts that it was given."""

    def __init__(self):
        super().__init__()
        self.texts = []

    async def up(self, name, text, options=None):
        self.texts.append(text)
        return await super().up(name, text, options)

    async def sync(self, tunnel_id, text, options=None):
        self.texts.append(text)
        return await super().sync(tunnel_id, text, options)


@pytest.fixture
def backend():
    return Backend()


@pytest.fixture
def run(folder, safe, backend, capsys):
    def run(*argv):
        code = main(list(argv), lambda: backend)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_keys_go_in_and_out(run, folder, safe):
    assert run("keyring", "status")[1] == "The keyring works.\nhome  in the file\n"
    assert run("keyring", "on", "home") == (
        0,
        "home: 2 keys went from the file into the keyring.\n",
        "",
    )
    assert PRIVATE_KEY not in (folder / "home.conf").read_text()
    assert PRIVATE_KEY in safe.items.values()
    assert run("keyring", "status")[1].endswith("home  in the keyring\n")
    assert run("keyring", "on", "home")[1] == "home has no keys in the file.\n"
    assert run("keyring", "off", "--all")[0] == 0
    assert (folder / "home.conf").read_text() == HOME
    assert safe.items == {}


def test_one_that_cannot_be_moved_keeps_no_other_from_it(run, folder):
    (folder / "broken.conf").write_text("[Interface\n")
    code, out, err = run("keyring", "on", "--all")
    assert (code, out) == (1, "home: 2 keys went from the file into the keyring.\n")
    assert "broken stays as it is" in err


@pytest.mark.parametrize("argv", [["on"], ["off"], ["on", "home", "--all"]])
def test_which_profile_must_be_said(run, argv):
    assert run("keyring", *argv)[0] == 2


def test_without_a_keyring_nothing_is_moved(run, folder, safe):
    safe.error = VaultAbsent("no keyring answers on this desktop")
    code, _, err = run("keyring", "on", "home")
    assert code == 1
    assert "cannot move the keys of home: keys cannot be kept in a keyring here" in err
    assert (folder / "home.conf").read_text() == HOME
    assert run("keyring", "status")[0] == 1


@pytest.fixture
def bare(run, folder):
    run("keyring", "on", "home")
    return (folder / "home.conf").read_bytes()


@pytest.mark.parametrize("verb", ["up", "toggle"])
def test_a_tunnel_gets_its_key(run, bare, backend, verb):
    assert run(verb, "home")[0] == 0
    assert backend.texts == [HOME.encode()]


def test_sync_gets_its_key(run, bare, folder, backend):
    run("up", "home")
    (folder / "home.conf").write_bytes(bare + b"# more\n")
    assert run("sync", "home")[0] == 0
    assert backend.texts[-1] == HOME.encode() + b"# more\n"


def test_with_a_locked_keyring_it_stays_down(run, bare, safe, backend):
    safe.error = VaultLocked()
    code, _, err = run("up", "home")
    assert (code, backend.texts) == (1, [])
    assert "cannot bring home up: its keys are in the keyring, which is locked" in err
    assert "Unlock the keyring" in err


def test_a_key_that_is_gone_is_told(run, bare, safe, backend):
    safe.items.clear()
    code, _, err = run("up", "home")
    assert (code, backend.texts) == (1, [])
    assert "its private key is not in the keyring" in err


def test_nothing_is_wrong_with_it(run, bare, safe):
    safe.error = VaultLocked()  # nobody asks
    assert "keys in the keyring" in run("list")[1]
    assert json.loads(run("list", "--json")[1])["profiles"][0]["keys_in_keyring"] is True
    code, out, _ = run("check", "home")
    assert code == 0
    assert out.endswith("home.conf:1:1: note: keys of it are in the keyring\n")
    assert "warning" not in out
    code, out, _ = run("plan", "home")
    assert code == 0
    assert "private key" in out or "wg set" in out


def test_a_deleted_profile_keeps_its_keys(run, bare, safe, backend):
    assert "Its keys stay in the keyring" in run("delete", "home")[1]
    assert PRIVATE_KEY in safe.items.values()
    assert run("undelete", "home")[0] == 0
    assert run("up", "home")[0] == 0
    assert backend.texts == [HOME.encode()]


def test_an_export_is_a_private_file(run, folder, tmp_path):
    code, out, err = run("export", "home")
    assert (code, out) == (0, "Wrote home.conf.\n")
    assert "whoever has home.conf can use the tunnel" in err
    assert (tmp_path / "home.conf").read_text() == HOME
    assert (tmp_path / "home.conf").stat().st_mode & 0o777 == 0o600
    code, _, err = run("export", "home")
    assert code == 1
    assert "cannot export: home.conf was not written: there is a file of that name already" in err


def test_an_export_from_the_keyring_is_asked_for(run, bare, tmp_path):
    code, _, err = run("export", "home", "-o", "a.conf")
    assert code == 1
    assert "--plain" in err
    assert run("export", "home", "-o", "a.conf", "--plain")[0] == 0
    assert (tmp_path / "a.conf").read_text() == HOME


def test_several_go_into_an_archive(run, folder, tmp_path):
    (folder / "work.conf").write_text(HOME)
    assert run("export", "home", "work", "-o", "a.conf")[0] == 2
    assert run("export", "home", "work")[1] == "Wrote wgdesk-profiles.zip.\n"
    assert run("import", "--dry-run", "wgdesk-profiles.zip")[0] == 0


def test_a_code_is_for_a_terminal_only(run, folder, monkeypatch):
    code, out, _ = run("export", "--qr", "home")
    assert (code, out) == (1, "")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    assert "▀" in run("export", "--qr", "home")[1]
    monkeypatch.setenv("COLUMNS", "40")
    code, out, err = run("export", "--qr", "home")
    assert (code, out) == (1, "")
    assert "columns wide" in err
    assert run("export", "--qr", "home", "-o", "x.png")[0] == 2
