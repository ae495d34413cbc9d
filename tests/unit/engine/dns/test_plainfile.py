"""resolv.conf itself, in a folder of the test's own; a real immutable one is in lab box."""

import json
import os
from errno import EBUSY, EPERM, EROFS
from pathlib import Path

import pytest

from wgdesk.domain.errors import DnsFailed
from wgdesk.engine.dns.plainfile import STATE_FILE, Entry, PlainFile

BEFORE = b"# mine\nnameserver 192.0.2.1\nsearch old.example\n"
HOME = Entry("home", ("10.0.0.1", "fd00::1"), ("corp.example",))
WORK = Entry("work", ("10.9.0.1",))
SEARCH = Entry("words", (), ("lab.example", "corp.example"))


class Place:
    """A resolv.conf and what is kept of it."""

    def __init__(self, folder):
        self.path = folder / "etc/resolv.conf"
        self.state_dir = folder / "state"
        self.path.parent.mkdir()
        self.write(BEFORE)

    def write(self, data, mode=0o640):
        self.path.write_bytes(data)
        self.path.chmod(mode)
        os.utime(self.path, ns=(1_600_000_000_000_000_000, 1_600_000_000_123_456_789))

    def file(self, boot="boot-1"):
        return PlainFile(self.path, self.state_dir, boot)

    def lines(self):
        return self.path.read_text().splitlines()[1:]

    def is_as_before(self):
        found = self.path.lstat()
        left = sorted(it.name for it in self.path.parent.iterdir())
        return (
            self.path.read_bytes() == BEFORE
            and (found.st_mode & 0o7777, found.st_mtime_ns) == (0o640, 1_600_000_000_123_456_789)
            and left == ["resolv.conf"]
            and not (self.state_dir / STATE_FILE).exists()
        )


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_it_names_the_servers_and_domains_and_goes_back_byte_for_byte(place):
    place.file().apply(HOME)
    assert place.lines() == ["nameserver 10.0.0.1", "nameserver fd00::1", "search corp.example"]
    assert place.path.stat().st_mode & 0o7777 == 0o644
    assert place.file().stands(HOME)
    assert not place.file().stands(WORK)
    place.file().revert("home")  # by an object that knows nothing: what is on disk is enough
    assert place.is_as_before()
    place.file().revert("home")
    assert place.is_as_before()


def test_only_three_servers_are_named_for_nobody_reads_more(place):
    place.file().apply(Entry("home", ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")))
    assert len(place.lines()) == 3


@pytest.mark.parametrize("order", [("home", "work"), ("work", "home")])
def test_the_last_tunnel_answers_and_they_go_in_any_order(place, order):
    place.file().apply(HOME)
    place.file().apply(WORK)
    assert place.lines() == ["nameserver 10.9.0.1"]
    place.file().revert(order[0])
    left = HOME if order[0] == "work" else WORK
    assert place.file().stands(left)
    assert place.lines()[0] == f"nameserver {left.servers[0]}"
    place.file().revert(order[1])
    assert place.is_as_before()


def test_applied_again_a_tunnel_keeps_its_place(place):
    place.file().apply(HOME)
    place.file().apply(WORK)
    place.file().apply(Entry("home", ("10.0.0.2",)))
    assert place.lines() == ["nameserver 10.9.0.1"]
    place.file().revert("work")
    assert place.lines() == ["nameserver 10.0.0.2"]


def test_search_domains_alone_keep_the_servers_below(place):
    place.file().apply(SEARCH)
    assert place.lines() == ["nameserver 192.0.2.1", "search lab.example corp.example"]
    place.file().apply(HOME)
    place.file().revert("words")
    place.file().apply(SEARCH)
    assert place.lines()[:2] == ["nameserver 10.0.0.1", "nameserver fd00::1"]


def test_a_link_comes_back_as_a_link(place, tmp_path):
    target = tmp_path / "elsewhere"
    target.write_bytes(BEFORE)
    place.path.unlink()
    place.path.symlink_to("../elsewhere")
    place.file().apply(SEARCH)
    assert not place.path.is_symlink()
    assert place.lines()[0] == "nameserver 192.0.2.1"
    assert target.read_bytes() == BEFORE
    place.file().revert("words")
    assert place.path.readlink() == Path("../elsewhere")
    assert target.read_bytes() == BEFORE


def test_where_there_was_no_file_there_is_none_after(place):
    place.path.unlink()
    place.file().apply(HOME)
    assert place.file().stands(HOME)
    place.file().revert("home")
    assert not place.path.is_symlink()
    assert not place.path.exists()


def test_a_file_that_somebody_replaced_stays_and_the_old_one_is_forgotten(place):
    place.file().apply(HOME)
    place.write(b"nameserver 192.0.2.99\n", 0o600)
    assert not place.file().stands(HOME)
    place.file().revert("home")
    assert place.path.read_bytes() == b"nameserver 192.0.2.99\n"
    assert place.path.stat().st_mode & 0o7777 == 0o600
    assert not (place.state_dir / STATE_FILE).exists()


def test_after_a_repair_the_newer_file_is_what_comes_back(place):
    place.file().apply(HOME)
    place.write(b"nameserver 192.0.2.99\n")
    place.file().apply(HOME)
    assert place.file().stands(HOME)
    place.file().revert("home")
    assert place.path.read_bytes() == b"nameserver 192.0.2.99\n"


def test_after_a_reboot_the_first_start_brings_it_back(place):
    place.file().apply(HOME)
    assert not place.file().recover()  # still the same boot
    assert place.file().stands(HOME)
    assert place.file("boot-2").recover()
    assert place.is_as_before()
    assert not place.file("boot-2").recover()


def test_after_a_reboot_a_newer_file_of_somebody_else_stays(place):
    place.file().apply(HOME)
    place.write(b"nameserver 192.0.2.99\n")
    assert place.file("boot-2").recover()
    assert place.path.read_bytes() == b"nameserver 192.0.2.99\n"
    assert not (place.state_dir / STATE_FILE).exists()


def test_an_up_after_a_reboot_does_not_take_yesterdays_tunnel_along(place):
    place.file().apply(HOME)
    place.file("boot-2").apply(WORK)
    place.file("boot-2").revert("work")
    assert place.is_as_before()


def test_state_that_cannot_be_read_counts_as_none_and_our_mark_never_comes_back(place):
    place.file().apply(HOME)
    (place.state_dir / STATE_FILE).write_text("{")
    place.file().apply(WORK)
    place.file().revert("work")
    assert "wgdesk" not in place.path.read_text()


def refused(place):
    with pytest.raises(DnsFailed) as failed:
        place.file().apply(HOME)
    assert not (place.state_dir / STATE_FILE).exists()
    return failed.value


def test_a_link_that_leads_nowhere_is_refused(place):
    place.path.unlink()
    place.path.symlink_to("nowhere")
    assert "leads nowhere" in refused(place).why
    assert place.path.readlink() == Path("nowhere")


def test_a_file_of_somebody_else_is_refused(place, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: place.path.stat().st_uid + 1)
    assert "belongs to somebody else" in refused(place).why
    assert place.path.read_bytes() == BEFORE


def test_a_folder_in_its_place_is_refused(place):
    place.path.unlink()
    place.path.mkdir()
    assert "is not a file" in refused(place).why


def test_a_huge_file_is_refused(place):
    place.write(b"#" * 70_000)
    assert "longer than 64 KiB" in refused(place).why


@pytest.mark.parametrize(
    ("number", "words"),
    [(EPERM, "immutable"), (EBUSY, "mounted over it"), (EROFS, "read-only")],
)
def test_what_the_kernel_refuses_is_said_and_nothing_is_left(place, monkeypatch, number, words):
    rename = Path.rename

    def refuse(self, target):
        if Path(target) == place.path:
            raise OSError(number, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    error = refused(place)
    assert words in error.why
    assert place.is_as_before()


def test_a_refused_change_leaves_the_stack_as_it_was(place, monkeypatch):
    place.file().apply(HOME)
    before = json.loads((place.state_dir / STATE_FILE).read_text())
    rename = Path.rename

    def refuse(self, target):
        if Path(target) == place.path:
            raise OSError(EPERM, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DnsFailed):
        place.file().apply(WORK)
    with pytest.raises(DnsFailed):
        place.file().revert("home")
    monkeypatch.undo()
    assert json.loads((place.state_dir / STATE_FILE).read_text()) == before
    assert place.file().stands(HOME)
    place.file().revert("home")
    assert place.is_as_before()


def test_nothing_is_changed_where_the_old_file_cannot_be_kept(place):
    place.state_dir.write_text("a file where the folder should be")
    with pytest.raises(DnsFailed, match="cannot be kept"):
        place.file().apply(HOME)
    assert place.path.read_bytes() == BEFORE
