"""Lab flat as fixtures: the installed Flatpak, and a person who starts it on lab desk."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.labs import flat
from tests.labs.desk import Desk
from tests.labs.fixtures import require
from wgdesk.sandbox.world import World
from wgdesk.wire.names import APP_ID

RUN: Final = ("flatpak", "run")
LEFT_OUT: Final = frozenset({"XDG_RUNTIME_DIR", "PYTHONPATH"})
REPO: Final = str(Path(__file__).resolve().parents[2])
PORTAL: Final = (sys.executable, "-m", "tests.flat.portal_program")


class Sandboxed:
    """The Flatpak as one person has it: on their desk, with their profiles, in the demo's world.

    Attributes:
        home: Where the person's files are.
        env: What their programs get.
    """

    def __init__(self, built: Path, desk: Desk, world: World) -> None:
        self.built, self.desk, self.world = built, desk, world
        self.home = world.layout.home_dir
        self.own_dir = self.home / ".var" / "app" / APP_ID
        # The runtime folder is the desk's: the session bus and the portals live there.
        own = {key: value for key, value in world.own_env.items() if key not in LEFT_OUT}
        self.env = {**desk.env, **own, **flat.environment(built)}
        self._documents = Path(desk.env["XDG_RUNTIME_DIR"]) / "doc"

    def run(
        self, *words: str, options: Sequence[str] = (), env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`flatpak run` with the app and these words, to its end."""
        return subprocess.run(
            (*self.desk.prefix, *RUN, *options, APP_ID, *words),
            env={**self.env, **(env or {})},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def python(self, script: str) -> Any:
        """What a script inside prints, as JSON."""
        done = self.run(
            "-c",
            script,
            options=("--command=python3", "--env=PYTHONPATH=/app/lib/wgdesk"),
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def open(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start the window."""
        return self.desk.start(*RUN, APP_ID, *words, env={**self.env, **(env or {})})

    def start_portals(self) -> None:
        """Stand-ins, on the session bus."""
        self.give(self._documents / "by-app" / APP_ID)
        self.desk.start(*PORTAL, str(self._documents), env=self.desk.env | {"PYTHONPATH": REPO})
        self.desk.wait_for(lambda: self.asked("ready") or None, "the portals", 20)

    def asked(self, member: str) -> list[Any]:
        """What the portals were asked, oldest first."""
        path = self.desk.log_path(Path(PORTAL[0]).name)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        calls = [json.loads(line) for line in lines if line.startswith("[")]
        return [body for name, body in calls if name == member]

    def choose(self, number: str, name: str, content: bytes) -> str:
        """A file that the person has picked; its path as the sandbox has it."""
        folder = self._documents / "by-app" / APP_ID / number
        self.give(folder)
        (folder / name).write_bytes(content)
        self.give(folder / name)
        return f"/run/user/{self.world.account.uid}/doc/{number}/{name}"

    def give(self, path: Path) -> None:
        """Make the person its owner; a folder is made, with those above it."""
        if not path.exists():
            if not path.parent.exists():
                self.give(path.parent)
            path.mkdir()
        os.chown(path, self.world.account.uid, self.world.account.gid)


@pytest.fixture(scope="session")
def flat_app() -> Path:
    """Where the Flatpak of this work tree is built and installed."""
    require("flat", flat.missing())
    return flat.app()


@pytest.fixture
def sandboxed(flat_app: Path, desk: Desk, fresh_world: World) -> Sandboxed:
    """A person of one's own, with everything down."""
    return Sandboxed(flat_app, desk, fresh_world)


@pytest.fixture(scope="module")
def sandboxed_module(flat_app: Path, world: World) -> Iterator[Sandboxed]:
    """One for all tests of a module."""
    with Desk() as desk:
        yield Sandboxed(flat_app, desk, world)
