"""What is read, and what is refused unread, each with its own sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.ordinary_user import ROOT, ordinary_user
from wgdesk.client import plain_file
from wgdesk.client.profile_file import ProfileFile, file_at
from wgdesk.domain.errors import InvalidName, NoSuchProfile, ProfileUnreadable

MIB = 1 << 20


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "profiles"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def file(folder):
    return ProfileFile("home", folder / "home.conf", home=folder)


def refusal(file):
    with pytest.raises(ProfileUnreadable) as caught:
        file.read()
    return caught.value


def test_read_gives_the_bytes_as_they_are(file):
    file.path.write_bytes(b"[Interface]\r\n\xff\0")
    assert file.read() == b"[Interface]\r\n\xff\0"


def test_read_takes_a_file_of_exactly_one_mebibyte(file):
    file.path.write_bytes(b"#" * MIB)
    assert len(file.read()) == MIB


def test_read_refuses_one_byte_more(file):
    file.path.write_bytes(b"#" * (MIB + 1))
    assert "larger than 1 MiB" in refusal(file).why


def test_read_refuses_a_huge_file_without_reading_it(file, monkeypatch):
    with file.path.open("wb") as sparse:
        sparse.truncate(1 << 40)
    monkeypatch.setattr(os, "open", None)  # whoever opens it now fails otherwise
    assert "larger than 1 MiB" in refusal(file).why


def test_read_refuses_a_file_that_grows_meanwhile(file, monkeypatch):
    file.path.write_bytes(b"#" * (MIB + 1))
    monkeypatch.setattr(plain_file, "_check", lambda *_: None)
    assert "larger than 1 MiB" in refusal(file).why


def test_read_refuses_a_pipe_at_once(file):
    os.mkfifo(file.path)
    assert refusal(file).why == "it is a pipe, not a file"


def test_read_does_not_hang_when_the_file_becomes_a_pipe_after_the_look(file, monkeypatch):
    os.mkfifo(file.path)
    monkeypatch.setattr(os, "lstat", lambda _: Path(__file__).stat())
    assert refusal(file).why == "it is a pipe, not a file"


def test_read_refuses_a_folder(file):
    file.path.mkdir()
    assert refusal(file).why == "it is a folder, not a file"


def test_read_refuses_a_socket(file, monkeypatch):
    monkeypatch.chdir(file.path.parent)  # a socket's path may have 107 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("home.conf")
        assert refusal(file).why == "it is a socket, not a file"


def test_read_refuses_a_device(folder):
    file = ProfileFile("zero", folder / "zero.conf")
    file.path.symlink_to("/dev/zero")
    assert refusal(file).why == "it is a device, not a file"


def test_read_says_that_nothing_is_there(file):
    with pytest.raises(NoSuchProfile) as caught:
        file.read()
    assert (caught.value.name, caught.value.folder) == ("home", str(file.path.parent))


def test_read_follows_a_link_inside_the_folder(file, folder):
    (folder / "real.conf").write_bytes(b"x")
    file.path.symlink_to("real.conf")
    assert file.read() == b"x"


@pytest.mark.parametrize("target", ["../elsewhere.conf", "deeper/elsewhere.conf", "/etc/passwd"])
def test_read_refuses_a_link_out_of_the_folder(file, folder, target):
    (folder / "deeper").mkdir()
    for place in (folder / "deeper", folder.parent):
        (place / "elsewhere.conf").write_bytes(b"x")
    file.path.symlink_to(target)
    assert refusal(file).why == f"it is a link that leads out of {folder}"


def test_read_follows_a_link_that_somebody_named_by_its_path(folder):
    (folder.parent / "elsewhere.conf").write_bytes(b"x")
    (folder / "home.conf").symlink_to("../elsewhere.conf")
    assert file_at(folder / "home.conf").read() == b"x"


def test_read_knows_its_folder_behind_a_link(folder, tmp_path):
    (folder / "home.conf").write_bytes(b"x")
    alias = tmp_path / "alias"
    alias.symlink_to(folder)
    (folder / "linked.conf").symlink_to("home.conf")
    assert ProfileFile("linked", alias / "linked.conf", home=alias).read() == b"x"


def test_read_says_that_a_link_is_broken(file):
    file.path.symlink_to("gone.conf")
    assert refusal(file).why == "it is a link to a file that is not there"


def test_read_says_that_a_link_leads_to_itself(file):
    file.path.symlink_to(file.path.name)
    assert refusal(file).why == "it is a link that leads to itself"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_read_says_that_permission_is_missing(what):
    code = (
        "from pathlib import Path\n"
        "from wgdesk.client.profile_file import file_at\n"
        "from wgdesk.domain.errors import ProfileUnreadable\n"
        "try: file_at(Path.home() / '.wireguard' / 'home.conf').read()\n"
        "except ProfileUnreadable as error: print(error.why)\n"
    )
    with ordinary_user() as user:
        path = user.write("home.conf", "x")
        (path if what == "file" else user.profiles).chmod(0)
        command = user.command(sys.executable, "-c", code)
        done = subprocess.run(
            command, cwd=ROOT, env=user.environment, capture_output=True, check=True, text=True
        )
    assert done.stdout == "you have no permission to read it\n"


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "exposed"),
    [
        (0o600, 0o700, False),
        (0o644, 0o755, True),
        (0o644, 0o700, False),  # nobody gets that far
        (0o640, 0o755, False),
        (0o602, 0o777, True),
    ],
)
def test_is_exposed_follows_the_rule_of_wg_quick(file, folder, file_mode, folder_mode, exposed):
    file.path.write_bytes(b"")
    file.path.chmod(file_mode)
    folder.chmod(folder_mode)
    assert file.is_exposed() is exposed


def test_errors_carry_no_control_characters(folder):
    file = ProfileFile("a\x1b[31m", folder / "a\x1b[31m.conf")
    with pytest.raises(NoSuchProfile) as caught:
        file.read()
    assert "\x1b" not in str(caught.value)
    file.path.mkdir()
    assert "\x1b" not in str(refusal(file))


def test_file_at_wants_the_suffix(folder):
    with pytest.raises(InvalidName, match=r"followed by \.conf"):
        file_at(folder / "home.txt")
    assert file_at(folder / "home.conf").name == "home"
