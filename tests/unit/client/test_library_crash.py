"""kill -9 at every line that a change of the profiles runs: the old or the new, always whole."""

import os
import pathlib
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.libraries import library_in as library
from wgdesk.client import own_file
from wgdesk.client.library import Library

# Longer than what Python and the kernel write in one piece.
OLD = b"[Interface]\n" + b"# the old one\n" * 2000
NEW = b"[Interface]\n" + b"# the new one\n" * 3000
OURS = str(Path(own_file.__file__).parent)
LIBRARY = (pathlib.__file__, os.__file__, shutil.__file__)
MEMORY = pathlib.Path("/dev/shm")  # noqa: S108  # where a thousand syncs take no time
MOST_LINES = 3000


@pytest.fixture
def tmp_path(tmp_path):
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def ends_after(lines: int, change, root: Path, paths=LIBRARY) -> bool:
    """Run `change` in a process that is killed at that line; whether it came that far."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            made, left = library(root), lines

            def count(frame, event, _):
                nonlocal left
                path = frame.f_code.co_filename
                if not path.startswith(OURS) and path not in paths:
                    return None
                if event == "line":
                    left -= 1
                    if left <= 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                return count

            sys.settrace(count)
            change(made)
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def texts(root: Path) -> dict[str, bytes]:
    return {file.name: file.read() for file in library(root).store.list()}


def every_step(tmp_path: Path, prepare, change, paths=LIBRARY):
    """The state after each place where it was ended; the last one is that of the whole change."""
    for lines in range(1, MOST_LINES):
        root = tmp_path / str(lines)
        root.mkdir()
        prepare(library(root))
        was_killed = ends_after(lines, change, root, paths)
        yield root
        if not was_killed:
            assert lines > 20, "it was never killed"
            return
    pytest.fail("it does not end")


def with_home(made: Library) -> None:
    made.create("home", OLD, tags=("a",))


def test_save(tmp_path):
    seen = set()
    for root in every_step(tmp_path, with_home, lambda it: it.save(it.file("home"), OLD, NEW)):
        found = texts(root)["home"]
        assert found in (OLD, NEW)
        seen.add(found)
        kept = [library(root).version(it) for it in library(root).history("home")]
        assert OLD in (found, *kept), "the old text is lost"
        assert set(texts(root)) == {"home"}
    assert seen == {OLD, NEW}
    folders = [root / ".wireguard" for root in tmp_path.iterdir()]
    left = [it for folder in folders for it in folder.iterdir() if it.name != "home.conf"]
    assert left, "it is never killed while it writes"
    assert all(it.name.startswith(".home.conf.") for it in left)
    for it in left:
        os.utime(it, (0, 0))
        library(it.parent.parent).create("other", OLD)
        assert sorted(path.name for path in it.parent.iterdir()) == ["home.conf", "other.conf"]


def test_create(tmp_path):
    seen = set()
    for root in every_step(
        tmp_path, lambda _: None, lambda it: it.create("Büro", NEW, tags=("a",))
    ):
        found = texts(root)
        assert found in ({}, {"buro": NEW})
        seen.add(len(found))
    assert seen == {0, 1}


def test_rename(tmp_path):
    def prepare(made):
        with_home(made)
        made.save(made.file("home"), OLD, NEW)

    seen = set()
    for root in every_step(tmp_path, prepare, lambda it: it.rename("home", "Zu Hause"), ()):
        ((name, text),) = texts(root).items()
        assert (name in ("home", "zu-hause"), text) == (True, NEW)
        seen.add(name)
        made = library(root)
        assert made.preferences.of(name).tags == ("a",)
        assert [made.version(it) for it in made.history(name)] == [OLD]
    assert seen == {"home", "zu-hause"}


def test_delete_and_undelete(tmp_path):
    def prepare(made):
        with_home(made)
        made.save(made.file("home"), OLD, NEW)

    def change(made):
        made.undelete(made.delete("home"))

    seen = set()
    for root in every_step(tmp_path, prepare, change, ()):
        made = library(root)
        for deleted in made.deleted() if not texts(root) else ():
            made.undelete(deleted)
            seen.add("brought back")
        assert texts(root) == {"home": NEW}
        assert made.preferences.of("home").tags == ("a",)
        assert OLD in [made.version(it) for it in made.history("home")]
    assert seen == {"brought back"}
