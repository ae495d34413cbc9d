"""Reading and changing `.desktop` files, as the Desktop Entry Specification 1.5 has them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

MAIN_GROUP: Final = "Desktop Entry"

# An argument of Exec with one of these has to stand in quotes, and these four be escaped there.
_RESERVED: Final = frozenset(" \t\n\"'\\><~|&;$*?#()`")
_ESCAPED_IN_QUOTES: Final = re.compile(r'(["`$\\])')
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNESCAPES: Final = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


def exec_line(command: Iterable[str]) -> str:
    """The value of an Exec key that runs exactly this, whatever signs are in it."""
    return " ".join(map(_argument, command))


def find_keys(text: str, group: str = MAIN_GROUP) -> dict[str, str]:
    """The keys of a group and what they say; empty where there is no such group."""
    found: dict[str, str] = {}
    lines = text.splitlines()
    for number in _lines_of(lines, group):
        key, sign, value = lines[number].partition("=")
        if sign and not key.lstrip().startswith("#"):
            found.setdefault(key.strip(), _unescaped(value.strip()))
    return found


def with_keys(text: str, keys: Mapping[str, str | None], group: str = MAIN_GROUP) -> str:
    """The same text where these keys of the group say this; None takes a key out.

    A group that is not there comes last.
    """
    lines = text.splitlines()
    if f"[{group}]" not in map(str.strip, lines):
        lines += [f"[{group}]"] if not lines or not lines[-1].strip() else ["", f"[{group}]"]
    within = _lines_of(lines, group)
    kept = [lines[n] for n in within if lines[n].partition("=")[0].strip() not in keys]
    while kept and not kept[-1].strip():
        kept.pop()
    fresh = [f"{key}={_escaped(value)}" for key, value in keys.items() if value is not None]
    rest = lines[within.stop :]
    tail = ["", *rest] if rest else []
    return "\n".join([*lines[: within.start], *kept, *fresh, *tail]) + "\n"


def _lines_of(lines: list[str], group: str) -> range:
    """The numbers of the lines below a group's head."""
    heads = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    for number, head in enumerate(heads):
        if lines[head].strip() == f"[{group}]":
            return range(head + 1, heads[number + 1] if number + 1 < len(heads) else len(lines))
    return range(0)


def _argument(text: str) -> str:
    text = text.replace("%", "%%")  # a single one begins a field code
    if text and not _RESERVED & set(text):
        return text
    return '"' + _ESCAPED_IN_QUOTES.sub(r"\\\1", text) + '"'


def _escaped(value: str) -> str:
    text = "".join(_ESCAPES.get(sign, sign) for sign in value)
    return f"\\s{text[1:]}" if text.startswith(" ") else text


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: _UNESCAPES.get(found[1], found[0]), value)
