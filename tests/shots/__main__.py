"""`python -m tests.shots [DIR] [--look NAME]... [--scene START]...`: take the pictures."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtTest import QTest

from tests.shots.look import LOOKS, Look, start_application
from tests.shots.scene import Scene, all_scenes
from tests.support.desktop import desktop

INNER = "WGDESK_SHOTS_LOOK"
SETTLED_MS = 150  # heights that follow from widths come a turn of the event loop later


def main(arguments: Sequence[str]) -> int:
    wanted = read_arguments(arguments)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    looks = [look for look in LOOKS if look.name in wanted.look]
    if os.environ.get(INNER):
        take_all(wanted.folder, looks[0], tuple(wanted.scene))
        return 0
    return max(run_apart(look, wanted) for look in looks)


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    names = [look.name for look in LOOKS]
    parser = argparse.ArgumentParser(prog="./dev shots", description="A picture of every page.")
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR")
    parser.add_argument("--look", action="append", choices=names, help="only these looks")
    parser.add_argument("--scene", action="append", metavar="START", help="only these scenes")
    wanted = parser.parse_args(arguments)
    wanted.folder = wanted.folder or Path(tempfile.mkdtemp(prefix="wgdesk-shots-"))
    wanted.look, wanted.scene = wanted.look or names, wanted.scene or [""]
    return wanted


def run_apart(look: Look, wanted: argparse.Namespace) -> int:
    """In a process of its own: Qt reads scale and platform once."""
    scenes = [f"--scene={start}" for start in wanted.scene]
    command = (sys.executable, "-m", "tests.shots", wanted.folder, f"--look={look.name}", *scenes)
    inner = {**os.environ, **look.environment, INNER: look.name}
    return subprocess.run(command, env=inner, check=False).returncode


def take_all(folder: Path, look: Look, starts: tuple[str, ...]) -> None:
    app = start_application(look)
    for scene in all_scenes():
        if scene.name.startswith(starts) and (look.is_common or scene.everywhere):
            take(scene, folder / f"{scene.name}{look.suffix}.png")
    app.quit()


def take(scene: Scene, path: Path) -> None:
    with own_state(), desktop(scene.files, scene.backend()) as made:
        widget = scene.make(made)
        widget.show()
        made.tell(lambda: None)
        QTest.qWait(SETTLED_MS)
        widget.grab().save(str(path))
        print(path)
        widget.close()
        widget.deleteLater()


@contextmanager
def own_state() -> Iterator[None]:
    """What a window remembers for the next time is neither read nor left behind."""
    with tempfile.TemporaryDirectory(prefix="wgdesk-shots-state-") as folder:
        os.environ["XDG_STATE_HOME"] = folder
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
