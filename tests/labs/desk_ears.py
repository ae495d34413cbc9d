"""What a screen reader is told on lab desk: the tree of AT-SPI, read by a program on that desk.

The program is the system's own Python, which has the bindings; ours need not have them.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.labs.desk import WAIT_S, Desk

PROGRAM: Final = Path(__file__).with_name("desk_ears_program.py")
PYTHON: Final = "/usr/bin/python3"
# For the window that is listened to; Qt would wait for a screen reader to say that it is there.
HEARD: Final = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}


def missing() -> str | None:
    """One sentence why nothing can be heard here, or None."""
    code = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    try:
        done = subprocess.run([PYTHON, "-c", code], capture_output=True, check=False, timeout=30)
    except OSError as error:
        return f"{PYTHON} cannot be started: {error.strerror}"
    if done.returncode:
        return "the bindings of AT-SPI are not installed (python3-gi and gir1.2-atspi-2.0)"
    launcher = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
    return None if launcher.exists() else "the bus of AT-SPI is not installed (at-spi2-core)"


@dataclass(frozen=True, slots=True)
class Heard:
    """A thing on the screen as a screen reader knows it; `states` as in `focusable`, `showing`."""

    role: str
    name: str
    states: frozenset[str]
    children: tuple["Heard", ...]

    @classmethod
    def from_json(cls, node: dict[str, object]) -> Self:
        children = node["children"]
        assert isinstance(children, list)
        states = node["states"]
        assert isinstance(states, list)
        return cls(
            str(node["role"]),
            str(node["name"]),
            frozenset(states),
            tuple(cls.from_json(child) for child in children),
        )

    def every(self, role: str = "") -> Iterator["Heard"]:
        """This and all below it, of one role or of any."""
        if role in {"", self.role}:
            yield self
        for child in self.children:
            yield from child.every(role)

    def find(self, role: str, name: str) -> "Heard | None":
        """The first whose name contains `name`."""
        return next((it for it in self.every(role) if name in it.name), None)

    def lines(self, indent: int = 0) -> str:
        """To read when a test fails."""
        own = f"{' ' * indent}{self.role}: {self.name} ({' '.join(sorted(self.states))})"
        return "\n".join((own, *(child.lines(indent + 2) for child in self.children)))


def listen(desk: Desk, application: str) -> Heard | None:
    """Everything that this program shows now, or None while it is not known."""
    text = desk.run(PYTHON, str(PROGRAM), application)
    return Heard.from_json(json.loads(text)) if text.strip() else None


def wait_to_hear(
    desk: Desk, application: str, role: str, name: str, timeout_s: float = WAIT_S
) -> Heard:
    """Until something of that role and name is told."""
    heard: list[Heard] = []

    def find() -> Heard | None:
        tree = listen(desk, application)
        if tree is None:
            return None
        heard[:] = [tree]
        return tree.find(role, name)

    try:
        return desk.wait_for(find, f"{role} “{name}”", timeout_s)
    except TimeoutError as error:
        told = heard[0].lines() if heard else "nothing at all"
        raise TimeoutError(f"{error}\n--- heard\n{told}") from error
