"""An import onto a disk that fills up, and one that is killed: what is there is whole."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.texts import HOME

REPO = Path(__file__).resolve().parents[2]
# Imports onto the disk at the first argument; the second is a file with the candidates' texts.
PROGRAM = r"""
import json, sys
from pathlib import Path
from wgdesk.client.history import History
from wgdesk.client.importing import Importer
from wgdesk.client.library import Library
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Trash
from wgdesk.domain.import_report import Candidate, Clash

disk, texts = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
library = Library(ProfileStore(disk / ".wireguard"), Preferences(disk / "profiles.json"),
                  History(disk / "history"), Trash(disk / "deleted"))
candidates = [Candidate(source=f"{title}.conf", title=title, content=text.encode())
              for title, text in texts.items()]

def tell(done, total):
    print("at", done, flush=True)
    return True

lines = Importer(library).run(candidates, lambda *_: Clash.KEEP_BOTH, tell)
print(json.dumps({
    "lines": [[line.outcome, line.name, line.why] for line in lines],
    "files": {it.name: it.read().decode() for it in library.store.list()},
    "left": [it.name for it in (disk / ".wireguard").iterdir() if it.name.startswith(".")],
}))
"""


def texts_in(path: Path, sizes: dict[str, int]) -> dict[str, str]:
    """A different valid profile of about that many bytes for each title."""
    texts = {
        title: HOME.replace("25", f"{number + 1}") + "# filler\n" * (size // 9)
        for number, (title, size) in enumerate(sizes.items())
    }
    path.write_text(json.dumps(texts))
    return texts


def test_a_disk_that_fills_up_takes_what_fits_and_tells_the_rest(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    sizes = {"one": 100_000, "two": 100_000, "big": 700_000, "three": 100_000, "four": 50}
    texts = texts_in(tmp_path / "texts", sizes)
    mount = 'mount -t tmpfs -o size=600k none "$1" && exec "$2" -c "$3" "$1" "$4"'
    words = [str(disk), sys.executable, PROGRAM, str(tmp_path / "texts")]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount, "sh", *words],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    outcomes = dict(zip(texts, found["lines"], strict=True))
    assert [outcome for outcome, _, _ in outcomes.values()] == [
        "imported",
        "imported",
        "failed",
        "imported",
        "imported",
    ]
    assert "big.conf" in outcomes["big"][2]
    assert "no space left on device" in outcomes["big"][2]
    del texts["big"]
    assert found["files"] == texts
    assert found["left"] == []


@pytest.mark.parametrize("moment", [0, 3, 17])
def test_an_import_that_is_killed_leaves_whole_files_only(tmp_path, moment):
    texts = texts_in(tmp_path / "texts", {f"profile-{number}": 5_000 for number in range(30)})
    words = [sys.executable, "-c", PROGRAM, str(tmp_path), str(tmp_path / "texts")]
    with subprocess.Popen(words, cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line == f"at {moment}\n":
                os.kill(process.pid, signal.SIGKILL)
                break
        process.wait(30)
    folder = tmp_path / ".wireguard"
    there = {path.stem: path.read_text() for path in folder.glob("[!.]*.conf")} if moment else {}
    assert len(there) >= moment
    assert there == {title: texts[title] for title in there}
