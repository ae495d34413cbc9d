"""rename, delete, undelete, history and tag, as they are typed."""

import asyncio

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME, PRIVATE_KEY
from wgdesk.cli.main import main
from wgdesk.client.library import Library


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / ".wireguard"
    folder.mkdir(mode=0o700)
    (folder / "home.conf").write_text(HOME)
    return folder


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def run(folder, backend, capsys):
    def run(*argv):
        code = main(list(argv), lambda: backend)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_rename_and_what_it_is_called_by_then(run, folder):
    code, out, _ = run("rename", "home", "Zu Hause")
    assert (code, out) == (0, "Renamed home to zu-hause (“Zu Hause”).\n")
    assert files(folder) == ["zu-hause.conf"]
    assert run("show", "Zu Hause")[0] == run("show", "zu-hause")[0] == 0
    assert run("list")[1].startswith("zu-hause (Zu Hause)  ")


async def up(backend):
    await backend.up("home", HOME.encode())


def test_a_tunnel_that_is_up_keeps_its_name(run, folder, backend):
    asyncio.run(up(backend))
    code, _, err = run("rename", "home", "Zu Hause")
    assert (code, files(folder)) == (1, ["home.conf"])
    assert "its tunnel is up" in err
    assert "wgdesk down home" in err
    assert run("rename", "home", "home!")[0] == 0, "no other name of the tunnel"


def test_delete_and_back(run, folder, backend):
    run("tag", "home", "+work")
    code, out, _ = run("delete", "home")
    assert (code, out) == (0, "Deleted home. To undo: wgdesk undelete home\n")
    assert files(folder) == []
    assert run("undelete")[1].endswith("  home\n")
    assert run("undelete", "home")[:2] == (0, "Brought back home.\n")
    assert (folder / "home.conf").read_text() == HOME
    assert run("tag", "home")[1] == "work\n"
    assert run("undelete")[1] == "There is nothing to bring back.\n"


def test_delete_says_that_the_tunnel_stays_up(run, backend):
    asyncio.run(up(backend))
    assert "Its tunnel is still up. To take it down: wgdesk down home" in run("delete", "home")[1]


def test_history_is_listed_shown_without_secrets_and_restored(run, folder):
    assert run("history", "home")[1] == "home has no earlier versions.\n"
    library = Library()
    later = HOME.replace("[Peer]", "# later\n[Peer]")
    library.save(library.file("home"), HOME.encode(), later.encode())
    assert "  before an edit\n" in run("history", "home")[1]
    shown = run("history", "home", "--show", "1")[1]
    assert PRIVATE_KEY not in shown
    assert "# later" not in shown
    assert run("history", "home", "--show", "1", "--reveal")[1] == HOME
    code, out, _ = run("history", "home", "--restore", "1")
    assert code == 0
    assert out.startswith("home is again what it was until ")
    assert (folder / "home.conf").read_text() == HOME
    assert run("history", "home", "--show", "1", "--reveal")[1] == later
    assert run("history", "home", "--show", "9")[0] == 1


def test_a_path_elsewhere_is_not_the_profile_of_that_name(run, folder, tmp_path):
    other = tmp_path / "home.conf"
    other.write_text("[Interface]\n")
    for verb in ("delete", "history", "tag"):
        assert run(verb, str(other))[0] == 5
    assert run("rename", str(other), "x")[0] == 5
    assert (folder / "home.conf").read_text() == HOME
    assert run("tag", str(folder / "home.conf"))[0] == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("rename", "nobody", "x"), 5),
        (("rename", "home", " "), 1),
        (("delete", "nobody"), 5),
        (("undelete", "nobody"), 1),
        (("history", "nobody"), 5),
        (("tag", "home", "work"), 2),
        (("tag", "nobody"), 5),
        (("history", "home", "--show", "1", "--restore", "1"), 2),
    ],
)
def test_what_cannot_be_is_one_line_and_a_code(run, folder, argv, code):
    found, out, err = run(*argv)
    assert (found, out) == (code, "")
    assert "Traceback" not in err
    assert (folder / "home.conf").read_text() == HOME
