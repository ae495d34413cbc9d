"""What may reach a terminal, and in which colours."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_RESET, _BOLD, _GREEN, _YELLOW, _CYAN = "\x1b[0m", "\x1b[1m", "\x1b[32m", "\x1b[33m", "\x1b[36m"
_KEPT: Final = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours for the layout of `wg show`; plain where nobody would see them.

    The first argument of each is trusted text or has been through `safe`.
    """

    is_on: bool = False

    @classmethod
    def for_output(cls) -> Self:
        """As wg decides: WG_COLOR_MODE says so, or standard output is a terminal."""
        mode = os.environ.get("WG_COLOR_MODE")
        if mode in ("always", "never"):
            return cls(mode == "always")
        return cls(sys.stdout.isatty() and "NO_COLOR" not in os.environ)

    def title(self, word: str, value: str) -> str:
        """`interface: home` and `peer: ...`."""
        colour = _GREEN if word == "interface" else _YELLOW
        return f"{self._in(colour + _BOLD, word)}: {self._in(colour, value)}"

    def heading(self, text: str) -> str:
        return self._in(_BOLD, text)

    def unit(self, text: str) -> str:
        return self._in(_CYAN, text)

    def _in(self, colours: str, text: str) -> str:
        return f"{colours}{text}{_RESET}" if self.is_on else text


def safe(text: str) -> str:
    """Text without control characters, so that no file's content commands the terminal."""
    return "".join(char if char.isprintable() or char in _KEPT else "\ufffd" for char in text)


def say(text: str) -> None:
    print(safe(text))


def say_painted(lines: Iterable[str]) -> None:
    """Print lines whose words have been through `safe` and whose colours are ours."""
    for line in lines:
        print(line)


def complain(text: str, remedy: str = "") -> None:
    """One line on standard error, the remedy on a second one."""
    sys.stdout.flush()  # what was said before stays before it
    print(safe(f"wgdesk: {text}"), file=sys.stderr)
    if remedy:
        print(safe(remedy), file=sys.stderr)
