"""`wgdesk import`: what a person reads, what a program reads, and the exit code."""

import io
import json
import signal

import pytest

from tests.support.archives import an_archive
from tests.support.texts import HOME, PRESHARED_KEY, PRIVATE_KEY, WORK
from wgdesk.cli import main as cli
from wgdesk.cli import meter
from wgdesk.cli.meter import Meter
from wgdesk.client.importing import Importer

HOOKS = "DNS = 10.20.0.53\nPostUp = touch a\nPostDown = touch b\nPreUp = touch c\n"
SUMMARY = "Sends all traffic to 192.0.2.1. Asks 10.20.0.53 for every name. 3 commands are not run."


@pytest.fixture
def home(monkeypatch, tmp_path):
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def wgdesk(home, capsys):
    """Runs a verb; gives the exit code and the lines of both outputs."""

    def run(*words):
        code = cli.main(list(map(str, words)))
        out, err = capsys.readouterr()
        assert PRIVATE_KEY not in out + err
        assert PRESHARED_KEY not in out + err
        return code, out.splitlines(), err.splitlines()

    return run


def a_file(home, name, text=HOME):
    path = home / "Downloads" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_each_profile_is_told_with_what_it_does(home, wgdesk):
    path = a_file(home, "office.conf", HOME.replace("[Peer]", f"{HOOKS}[Peer]"))
    assert wgdesk("import", path) == (
        0,
        [
            "office.conf: imported as office",
            f"    {SUMMARY}",
            "1 imported. No tunnel was started.",
        ],
        [],
    )
    assert (home / ".wireguard/office.conf").read_bytes() == path.read_bytes()


def test_what_fails_is_an_error_and_the_rest_is_done(home, wgdesk):
    good, bad = a_file(home, "good.conf"), a_file(home, "bad.conf", "client\ndev tun\n")
    archive = a_file(home, "p.zip", an_archive({"../x.conf": b"", "work.conf": WORK.encode()}))
    code, out, err = wgdesk("import", bad, good, home / "missing", archive)
    assert code == 1
    assert [line for line in out if not line.startswith(" ")] == [
        "good.conf: imported as good",
        "p.zip, work.conf: imported as work",
        "2 imported, 3 not imported. No tunnel was started.",
    ]
    assert err == [
        "wgdesk: cannot import bad.conf: it is an OpenVPN profile",
        "OpenVPN is another protocol: ask your provider for a WireGuard profile.",
        "wgdesk: cannot import missing: there is no such file or folder",
        "wgdesk: cannot import p.zip, ../x.conf: its name leads out of the archive",
    ]


def test_a_title_that_is_no_interface_name_is_told_beside_it(home, wgdesk):
    _, out, _ = wgdesk("import", a_file(home, "My office, 2nd floor.conf"))
    assert out[0].startswith("My office, 2nd floor.conf: imported as ")
    assert out[0].endswith(" (“My office, 2nd floor”)")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "home.conf: imported as "),
        (("--on-clash", "keep-both"), "home.conf: imported as "),
        (
            ("--on-clash=replace",),
            "home.conf: in place of home: what it was before is in its history",
        ),
        (
            ("--on-clash", "skip"),
            "home.conf: skipped: another profile has that name, and was left as it is",
        ),
    ],
)
def test_a_clash_is_settled_as_asked(home, wgdesk, options, says):
    wgdesk("import", a_file(home, "home.conf"))
    code, out, _ = wgdesk("import", a_file(home, "home.conf", WORK), *options)
    assert code == 0
    assert out[0].startswith(says)
    if "imported" in says:
        assert out[0].endswith("(“home (2)”): there is another profile named “home”")


def test_what_is_there_already_is_told(home, wgdesk):
    wgdesk("import", a_file(home, "home.conf"))
    code, out, _ = wgdesk("import", a_file(home, "copy.conf"))
    assert (code, out[0]) == (0, "copy.conf: it is there already, as “home”")
    assert out[-1] == "1 there already. No tunnel was started."


def test_a_dry_run_writes_nothing(home, wgdesk):
    code, out, _ = wgdesk("import", "--dry-run", a_file(home, "home.conf"))
    assert (code, out[0], out[-1]) == (
        0,
        "home.conf: would be imported as home",
        "1 imported. Nothing was written.",
    )
    assert not (home / ".wireguard/home.conf").exists()
    assert wgdesk("import", "--dry-run", a_file(home, "bad.conf", "words"))[0] == 1


def test_standard_input_is_read(home, wgdesk, monkeypatch):
    archive = an_archive({"work.conf": WORK.encode()})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(archive)))
    code, out, _ = wgdesk("import", "-", a_file(home, "home.conf"))
    assert code == 0
    assert [line.partition(":")[0] for line in out[::2]] == [
        "home.conf",
        "standard input, work.conf",
        "2 imported. No tunnel was started.",
    ]


def test_endless_standard_input_is_not_read_to_its_end(wgdesk, monkeypatch):
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            buffer[:] = b"#" * len(buffer)
            return len(buffer)

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Endless())))
    code, _, err = wgdesk("import", "-")
    assert code == 1
    (line,) = err
    assert line.startswith("wgdesk: cannot import standard input: it is larger than 32 MiB")


def test_json_has_every_result(home, wgdesk):
    bad = a_file(home, "bad.conf", "client\n")
    good = a_file(home, "gut.conf", b"\xef\xbb\xbf" + HOME.encode())
    code, (line,), err = wgdesk("import", "--json", bad, good)
    assert (code, err) == (1, [])
    document = json.loads(line)
    first, second = document.pop("results")
    assert document == {"v": 1, "dry_run": False}
    assert first == {
        "source": "bad.conf",
        "title": "bad",
        "outcome": "failed",
        "name": None,
        "why": "It is an OpenVPN profile.",
        "remedy": "OpenVPN is another protocol: ask your provider for a WireGuard profile.",
        "summary": None,
        "changes": [],
        "notes": [],
        "unsupported": [],
    }
    assert (second["outcome"], second["name"]) == ("imported", "gut")
    assert second["summary"] == "Sends all traffic to 192.0.2.1."
    assert len(second["changes"]) == 1


def test_what_a_file_is_called_does_not_command_the_terminal(home, wgdesk):
    _, out, _ = wgdesk("import", a_file(home, "a\x1b[2J.conf"))
    assert out[0].startswith("a?[2J.conf: imported as ")
    assert "\x1b" not in "".join(out)


def test_ctrl_c_ends_it_in_good_order(home, wgdesk, monkeypatch):
    paths = [a_file(home, f"{at}.conf", HOME.replace("25", f"{at + 1}")) for at in range(3)]
    place = Importer.run

    def interrupted(self, candidates, on_clash, progress):
        def tell(done, total):
            if done == 1:
                signal.raise_signal(signal.SIGINT)
            return progress(done, total)

        return place(self, candidates, on_clash, tell)

    monkeypatch.setattr(Importer, "run", interrupted)
    code, out, _ = wgdesk("import", *paths)
    assert code == 130
    assert [line for line in out if not line.startswith(" ")] == [
        "0.conf: imported as 0",
        "1.conf: skipped: the import was cancelled",
        "2.conf: skipped: the import was cancelled",
        "1 imported, 2 skipped. No tunnel was started.",
    ]
    assert [path.name for path in (home / ".wireguard").glob("*.conf")] == ["0.conf"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_long_work_shows_how_far_it_is_on_a_terminal(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with Meter("importing") as shown:
        assert all(shown.tell(done, meter.FEW + 1) for done in (0, 1))
    assert screen.getvalue() == "\r\x1b[Kimporting 0 of 26\r\x1b[Kimporting 1 of 26\r\x1b[K"


@pytest.mark.parametrize(("screen", "total"), [(io.StringIO, 1000), (Terminal, meter.FEW)])
def test_short_works_and_files_show_nothing(monkeypatch, screen, total):
    written = screen()
    monkeypatch.setattr("sys.stderr", written)
    with Meter("importing") as shown:
        assert shown.tell(1, total)
    assert written.getvalue() == ""


def test_afterwards_ctrl_c_is_what_it_was():
    before = signal.getsignal(signal.SIGINT)
    with Meter("importing") as shown:
        signal.raise_signal(signal.SIGINT)
        assert not shown.tell(0, 1)
    assert signal.getsignal(signal.SIGINT) is before
