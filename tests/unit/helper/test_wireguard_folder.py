"""What comes out of /etc/wireguard, and what never does."""

import os
import socket
import threading
from pathlib import Path

import pytest

from wgdesk.domain.errors import HelperError
from wgdesk.domain.system_profile import SystemProfile, Withheld
from wgdesk.helper import wireguard_folder
from wgdesk.helper.wireguard_folder import WireGuardFolder

TEXT = b"[Interface]\nPrivateKey = \xff not looked at\n"
MIB = 1 << 20
OPEN = Path("/proc/self/fd")


@pytest.fixture
def place(tmp_path):
    place = tmp_path / "wireguard"
    place.mkdir(mode=0o700)
    return place


@pytest.fixture
def folder(place):
    return WireGuardFolder(place, os.getuid())


def withheld(folder, name="home"):
    (found,) = folder.read([name])
    assert (found.name, found.content) == (name, b"")
    return found.withheld


def test_files_are_listed_in_their_order_and_read_whole(place, folder):
    for name in ("office10", "office2", "Home"):
        (place / f"{name}.conf").write_bytes(TEXT + name.encode())
    assert folder.names() == ("Home", "office2", "office10")
    found = folder.read(["office2", "Home"])
    assert found == (
        SystemProfile("office2", TEXT + b"office2"),
        SystemProfile("Home", TEXT + b"Home"),
    )
    assert "not looked" not in repr(found)


@pytest.mark.parametrize(
    "name",
    ["my office.conf", ".conf", "..conf", "-a.conf", "lo.conf", "home", "privatekey", "é.conf"],
)
def test_what_no_tunnel_can_be_named_after_is_not_listed(place, folder, name):
    (place / name).write_bytes(TEXT)
    assert folder.names() == ()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    folder = WireGuardFolder(tmp_path / "none", os.getuid())
    assert folder.names() == ()
    assert withheld(folder) == Withheld.ABSENT


def test_a_file_that_is_not_there_does_not_keep_others_back(place, folder):
    (place / "home.conf").write_bytes(TEXT)
    assert folder.read(["gone", "home"]) == (
        SystemProfile("gone", withheld=Withheld.ABSENT),
        SystemProfile("home", TEXT),
    )


@pytest.mark.parametrize("target", ["secret", "inside.conf", "nowhere"])
def test_a_link_is_not_followed_wherever_it_leads(place, folder, tmp_path, target):
    (tmp_path / "secret").write_bytes(TEXT)
    (place / "inside.conf").write_bytes(TEXT)
    where = place if target.endswith(".conf") else tmp_path
    (place / "home.conf").symlink_to(where / target)
    assert withheld(folder) == Withheld.LINK


def test_a_link_put_there_between_the_look_and_the_open_is_not_followed(
    place, folder, tmp_path, monkeypatch
):
    (tmp_path / "secret").write_bytes(TEXT)
    (place / "home.conf").write_bytes(b"harmless")
    look = os.stat

    def swap(path, **how):
        found = look(path, **how)
        if path == "home.conf":
            (place / "home.conf").unlink()
            (place / "home.conf").symlink_to(tmp_path / "secret")
        return found

    monkeypatch.setattr(wireguard_folder.os, "stat", swap)
    assert withheld(folder) == Withheld.UNREADABLE


def test_a_pipe_put_there_between_the_look_and_the_open_holds_nothing_up(
    place, folder, monkeypatch
):
    (place / "home.conf").write_bytes(b"harmless")
    look = os.stat

    def swap(path, **how):
        found = look(path, **how)
        if path == "home.conf":
            (place / "home.conf").unlink()
            os.mkfifo(place / "home.conf")
        return found

    monkeypatch.setattr(wireguard_folder.os, "stat", swap)
    done = []
    thread = threading.Thread(target=lambda: done.append(withheld(folder)), daemon=True)
    thread.start()
    thread.join(5)
    assert done == [Withheld.NO_FILE]


def test_only_plain_files_are_opened(place, folder, monkeypatch):
    (place / "dir.conf").mkdir()
    os.mkfifo(place / "pipe.conf")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place / "sock.conf"))
    names = ["dir", "pipe", "sock"]
    if os.getuid() == 0:
        os.mknod(place / "zero.conf", 0o20600, os.makedev(1, 5))
        names.append("zero")
    opened = []
    really_open = os.open

    def note(path, flags, **how):
        opened.append(path)
        return really_open(path, flags, **how)

    monkeypatch.setattr(wireguard_folder.os, "open", note)
    assert {it.withheld for it in folder.read(names)} == {Withheld.NO_FILE}
    assert opened == [place]


def test_only_the_owners_own_files_are_given(place):
    (place / "home.conf").write_bytes(TEXT)
    other = os.getuid() + 1
    if os.getuid() == 0:
        os.chown(place / "home.conf", other, -1)
        assert withheld(WireGuardFolder(place, 0)) == Withheld.NOT_ROOTS
    with pytest.raises(HelperError, match="others than root"):
        WireGuardFolder(place, other).read(["home"])


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o720, 0o702, 0o1777])
def test_a_folder_that_others_may_write_to_is_not_trusted(place, folder, mode):
    (place / "home.conf").write_bytes(TEXT)
    place.chmod(mode)
    for ask in (folder.names, lambda: folder.read(["home"])):
        with pytest.raises(HelperError, match="others than root may write to /etc/wireguard"):
            ask()
    place.chmod(0o755)
    assert folder.names() == ("home",)


def test_a_folder_that_is_a_link_or_a_file_is_not_trusted(place, tmp_path):
    (place / "home.conf").write_bytes(TEXT)
    (tmp_path / "link").symlink_to(place)
    (tmp_path / "file").write_bytes(b"")
    for name in ("link", "file"):
        with pytest.raises(HelperError, match="no folder that the helper can read"):
            WireGuardFolder(tmp_path / name, os.getuid()).names()


def test_a_second_name_for_a_file_in_roots_own_folder_is_roots_doing(place, folder):
    (place / "home.conf").write_bytes(TEXT)
    os.link(place / "home.conf", place / "copy.conf")
    assert folder.read(["copy"]) == (SystemProfile("copy", TEXT),)


def test_a_file_has_at_most_a_mebibyte(place, folder):
    (place / "home.conf").write_bytes(bytes(MIB))
    (place / "big.conf").write_bytes(bytes(MIB + 1))
    home, big = folder.read(["home", "big"])
    assert len(home.content) == MIB
    assert big == SystemProfile("big", withheld=Withheld.TOO_LARGE)


def test_a_file_that_grows_after_the_look_is_still_bounded(place, folder, monkeypatch):
    (place / "home.conf").write_bytes(bytes(3 * MIB))
    monkeypatch.setattr(WireGuardFolder, "_objection", lambda _self, _found: None)
    asked, really_read = [], os.read

    def note(descriptor, size):
        data = really_read(descriptor, size)
        asked.append(len(data))
        return data

    monkeypatch.setattr(wireguard_folder.os, "read", note)
    assert withheld(folder) == Withheld.TOO_LARGE
    assert sum(asked) == MIB + 1


def test_an_answer_is_bounded_and_the_rest_can_be_asked_for_alone(place, folder):
    names = [f"n{number}" for number in range(5)]
    for name in names:
        (place / f"{name}.conf").write_bytes(bytes(MIB))
    found = folder.read([*names, "gone"])
    assert [it.withheld for it in found] == ["", "", "", "", Withheld.TOO_MUCH, Withheld.ABSENT]
    assert len(folder.read(["n4"])[0].content) == MIB


def test_nothing_stays_open(place, folder):
    (place / "home.conf").write_bytes(TEXT)
    (place / "big.conf").write_bytes(bytes(MIB + 1))
    before = len(list(OPEN.iterdir()))
    for _ in range(3):
        folder.names()
        folder.read(["home", "big", "gone"])
    assert len(list(OPEN.iterdir())) == before
