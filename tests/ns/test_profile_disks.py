"""Profiles on a full disk and on one that is read-only: whole, as they were, and told in words."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
# What is done with a disk that is mounted at the first argument; the second says how it fails.
PROGRAM = r"""
import json, os, subprocess, sys
from pathlib import Path
from wgdesk.client.history import History
from wgdesk.client.library import Library
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Trash
from wgdesk.domain.errors import WgdeskError

disk, way = Path(sys.argv[1]), sys.argv[2]
elsewhere = Path(sys.argv[3])
OLD, NEW = b"# old\n" * 20_000, b"# new\n" * 20_000
state = elsewhere if way.endswith("-elsewhere") else disk

def library():
    return Library(ProfileStore(disk / ".wireguard"), Preferences(state / "profiles.json"),
                   History(state / "history"), Trash(state / "deleted"))

library().create("home", OLD)
library().create("gone", OLD)
(disk / ".wireguard" / "small.conf").write_bytes(b"# small\n")
if way.startswith("full"):
    with (disk / "filler").open("wb", 0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass
else:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

def tried(work):
    try:
        work(library())
    except WgdeskError as error:
        return [error.code, str(error)]
    return ["", ""]

answers = {
    "save": tried(lambda it: it.save(it.file("home"), OLD, NEW)),
    "create": tried(lambda it: it.create("work", NEW)),
    "rename": tried(lambda it: it.rename("small", "other")),
    "delete": tried(lambda it: it.delete("gone")),
}
files = {it.name: it.read() for it in library().store.list()}
print(json.dumps({
    "answers": answers,
    "home": {OLD: "old", NEW: "new"}.get(files.get("home"), "broken"),
    "names": sorted(files),
    "left": [it.name for it in (disk / ".wireguard").iterdir() if it.name.startswith(".")],
}))
"""


def on_disk(tmp_path: Path, way: str):
    disk, elsewhere = tmp_path / "disk", tmp_path / "elsewhere"
    disk.mkdir()
    elsewhere.mkdir()
    mount = 'mount -t tmpfs -o size=800k none "$1" && exec "$2" -c "$3" "$1" "$4" "$5"'
    words = [str(disk), sys.executable, PROGRAM, way, str(elsewhere)]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount, "sh", *words],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("way", ["full", "full-elsewhere", "read-only", "read-only-elsewhere"])
def test_every_change_fails_in_words_and_every_profile_is_whole(tmp_path, way):
    found = on_disk(tmp_path, way)
    assert found["home"] == "old"
    assert found["left"] == []
    why = "no space left on device" if way.startswith("full") else "read-only file system"
    failed = {name for name, (code, text) in found["answers"].items() if code and why in text}
    assert {"save", "create"} <= failed, found
    if way.startswith("read-only"):
        assert {"rename", "delete"} <= failed, found
        assert found["names"] == ["gone", "home", "small"]
    if way == "full":
        assert "delete" in failed
        assert "gone" in found["names"]
    for code, text in found["answers"].values():
        assert code in ("", "ProfileNotWritten", "HistoryUnavailable", "PreferencesUnwritable")
        assert text.isprintable()
