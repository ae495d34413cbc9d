"""wgdesk as a process of an ordinary user, for what needs no helper."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.ordinary_user import ROOT, ordinary_user
from tests.support.texts import ATTACHED_HOME, HOME, PRESHARED_KEY, PRIVATE_KEY

HEAVY = ("asyncio", "dbus_next", "PySide6", "pyroute2", "keyring", "json")


@pytest.fixture(scope="module")
def user():
    with ordinary_user() as user:
        user.write("home.conf", HOME)
        user.write("attached_home.conf", ATTACHED_HOME)
        yield user


def loaded_by(user, *words):
    """The modules that a run of wgdesk has loaded at its end."""
    code = (
        "import sys; from wgdesk.cli.main import main; main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        user.command(sys.executable, "-c", code, *words),
        cwd=ROOT,
        env=user.environment,
        capture_output=True,
        check=True,
        input="",
        text=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words", ["genkey", "genpsk", "pubkey", "check home", "plan home", "show home"]
)
def test_verbs_without_a_helper_load_nothing_heavy(user, words):
    assert loaded_by(user, *words.split()).isdisjoint(HEAVY)


def test_import_loads_no_window_and_no_bus(user):
    path = user.home / "new.conf"
    path.write_text(HOME)
    user.own(path)
    loaded = loaded_by(user, "import", "--dry-run", str(path))
    assert loaded.isdisjoint({"asyncio", "dbus_next", "PySide6", "pyroute2", "keyring", "zipfile"})


def test_import_gives_its_owner_a_private_profile_in_a_private_folder():
    with ordinary_user() as newcomer:
        newcomer.profiles.rmdir()
        path = newcomer.home / "Büro.conf"
        path.write_text(HOME)
        path.chmod(0o644)
        newcomer.own(path)
        done = newcomer.wgdesk("import", str(path))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Büro.conf: imported as buro (“Büro”)\n")
        (written,) = newcomer.profiles.iterdir()
        assert (written.name, written.read_text()) == ("buro.conf", HOME)
        assert written.stat().st_mode & 0o777 == 0o600
        assert newcomer.profiles.stat().st_mode & 0o777 == 0o700
        assert newcomer.wgdesk("show", "buro").stdout.count("PrivateKey") == 1


def test_genkey_does_not_load_what_profiles_are_made_of(user):
    assert not any(name.startswith("wgdesk.client") for name in loaded_by(user, "genkey"))


def test_verbs_with_a_helper_load_no_window_and_no_root_code(user):
    loaded = loaded_by(user, "status")
    assert loaded.isdisjoint({"PySide6", "pyroute2", "keyring"})
    assert not any(name.startswith(("wgdesk.engine", "wgdesk.helper")) for name in loaded)


def test_list_of_an_empty_folder_says_what_to_do():
    with ordinary_user() as newcomer:
        newcomer.profiles.rmdir()
        listed = newcomer.wgdesk("list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.splitlines() == [
        f"There are no profiles in {newcomer.profiles} yet.",
        "Bring one in, such as the file your provider or office gave you: wgdesk import FILE",
    ]


def test_plan_prints_the_commands_of_an_up(user):
    planned = user.wgdesk("plan", "attached_home")
    assert (planned.returncode, planned.stderr) == (0, "")
    assert planned.stdout.splitlines()[:6] == [
        "[#] ip link add dev attached_home type wireguard",
        "[#] wg setconf attached_home /dev/stdin",
        "[#] ip -4 address add 10.66.0.2/32 dev attached_home",
        "[#] ip -6 address add fd66::2/128 dev attached_home",
        "[#] ip link set mtu 1420 up dev attached_home",
        "[#] ip -6 route add fd50::/64 dev attached_home table 51820",
    ]
    assert PRIVATE_KEY not in planned.stdout


def test_plan_tells_what_is_left_out(user):
    path = user.home / "dns.conf"
    path.write_text(HOME.replace("[Peer]", "DNS = 10.0.0.1\nPostUp = true\n[Peer]"))
    user.own(path)
    planned = user.wgdesk("plan", str(path))
    notes = [line for line in planned.stdout.splitlines() if not line.startswith("[#] ")]
    assert len(notes) == 1
    assert "[#] resolvectl dns dns 10.0.0.1" in planned.stdout
    assert all(note.startswith("Note: ") for note in notes)


def test_check_prints_places_that_an_editor_can_jump_to(user):
    path = user.home / "bad.conf"
    path.write_text(f"[Interface]\nPrivateKey = {PRIVATE_KEY}\nAdress = 10.0.0.1\n")
    user.own(path)
    path.chmod(0o600)
    checked = user.wgdesk("check", str(path))
    assert checked.returncode == 1
    assert f"{path}:3:1: error: “Adress” is not a key that wg or wg-quick knows" in checked.stdout
    assert f"{path}:3:1: note: Did you mean “Address”?" in checked.stdout


def test_check_of_good_files_says_nothing(user):
    checked = user.wgdesk("check", "home", str(user.profiles / "attached_home.conf"))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_check_goes_on_behind_a_file_that_is_not_there(user):
    path = user.home / "empty.conf"
    path.touch()
    path.chmod(0o600)
    user.own(path)
    checked = user.wgdesk("check", "./gone.conf", str(path))
    assert checked.returncode == 5
    assert "cannot check ./gone.conf: no profile named “gone”" in checked.stderr
    assert f"{path}:1:1: error: the file is empty" in checked.stdout


@pytest.mark.parametrize("name", ["a_name_of_many_letters.conf", "spa ce.conf", "home.txt"])
def test_check_refuses_a_file_name_that_wg_quick_refuses(user, name):
    path = user.home / name
    path.write_text(HOME)
    path.chmod(0o600)
    user.own(path)
    checked = user.wgdesk("check", str(path))
    assert checked.returncode == 1
    assert checked.stdout.startswith(f"{path}:1:1: error: ")


def test_check_warns_of_a_file_that_everybody_can_read(user):
    path = user.home / "open.conf"
    path.write_text(HOME)
    path.chmod(0o644)
    checked = user.wgdesk("check", str(path))
    assert checked.returncode == 0
    assert checked.stderr.splitlines() == [
        f"wgdesk: warning: everybody on this machine can read {path}",
        f"Run: chmod 600 {path}",
    ]


def test_show_hides_secrets_unless_told_to_reveal(user):
    shown = user.wgdesk("show", "home")
    assert shown.stdout == HOME.replace(PRIVATE_KEY, "(hidden)").replace(PRESHARED_KEY, "(hidden)")
    assert user.wgdesk("show", "home", "--reveal").stdout == HOME


def test_show_reveals_the_bytes_as_they_are(user):
    path = user.profiles / "odd.conf"
    path.write_bytes(b"# \xff\x1b[2J\r\n")
    user.own(path)
    done = subprocess.run(
        user.command(sys.executable, "-m", "wgdesk", "show", "odd", "--reveal"),
        cwd=ROOT,
        env=user.environment,
        capture_output=True,
        check=True,
    )
    path.unlink()
    assert done.stdout == b"# \xff\x1b[2J\r\n"


@pytest.mark.parametrize("reveal", [(), ("--reveal",)])
def test_show_sends_no_control_characters_to_a_terminal(user, reveal):
    path = user.profiles / "evil.conf"
    path.write_text("# \x1b]0;title\x07 \x9b2J \u202e\n")
    user.own(path)
    terminal, end = os.openpty()
    subprocess.run(
        user.command(sys.executable, "-m", "wgdesk", "show", "evil", *reveal),
        cwd=ROOT,
        env=user.environment,
        stdout=end,
        check=True,
    )
    os.close(end)
    told = os.read(terminal, 4096).decode()
    os.close(terminal)
    path.unlink()
    assert told == "# \ufffd]0;title\ufffd \ufffd2J \ufffd\r\n"


def test_names_of_files_reach_no_terminal_raw(user):
    path = user.write("a\x1b[31m\udcff.conf", "")
    listed = user.wgdesk("list")
    documents = user.wgdesk("list", "--json")
    path.unlink()
    assert "\x1b" not in listed.stdout + listed.stderr + documents.stdout
    assert "(a[31m)" in listed.stdout
    assert "\\u001b[31m\\udcff" in documents.stdout


def test_broken_pipe_ends_quietly(user):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        user.command(sys.executable, "-m", "wgdesk", "plan", "home"),
        cwd=ROOT,
        env=user.environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_output_that_cannot_be_written_is_a_failure(user):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            user.command(sys.executable, "-m", "wgdesk", "genkey"),
            cwd=ROOT,
            env=user.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"wgdesk: cannot go on: no space left on device\n"


def test_closed_output_is_a_failure_and_no_traceback(user):
    script = f"exec {sys.executable} -m wgdesk genkey >&-"
    command = user.command("sh", "-c", script)
    done = subprocess.run(
        command, cwd=ROOT, env=user.environment, stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_interrupt_ends_quietly(user):
    process = subprocess.Popen(
        user.command(sys.executable, "-m", "wgdesk", "pubkey"),
        cwd=ROOT,
        env=user.environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(b"half a key")
    process.stdin.flush()
    wait_until_blocked(process.pid)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (130, b"")


def wait_until_blocked(pid):
    """Until the process waits inside read() of a pipe."""
    for _ in range(2000):
        if "pipe" in Path(f"/proc/{pid}/wchan").read_text():
            return
        time.sleep(0.01)
    raise AssertionError("it never waited")


def test_old_encodings_do_not_end_it(user):
    listed = user.wgdesk("up", "none", environment={"PYTHONIOENCODING": "latin-1"})
    assert listed.returncode == 5
    assert "no profile named ?none?" in listed.stderr


def test_version_is_the_projects(user):
    assert user.wgdesk("--version").stdout.startswith("wgdesk 0.")
