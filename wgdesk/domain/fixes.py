"""What one click, or an import, may mend in a text where it is clear what was meant. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.conf import TOO_MANY, parse
from wgdesk.domain.conf_addresses import find_allowed_ip
from wgdesk.domain.conf_lexer import (
    INTERFACE,
    SPACE,
    find_key,
    find_section,
    find_similar_key,
    find_similar_section,
    section_of,
    split_line,
    value_offset,
)
from wgdesk.domain.line_edit import LineEdit, apply_edits
from wgdesk.domain.outline import outline
from wgdesk.domain.problem import Problem
from wgdesk.domain.profile import MIN_IPV6_MTU

_BOM: Final = "\ufeff"
_NO_BREAK: Final = "\u00a0\u2007\u202f"
_NO_BREAK_TO_SPACE: Final = str.maketrans(dict.fromkeys(_NO_BREAK, " "))
REMOVE_LINE: Final = "Remove line"
# Ten thousand peers, which is as many as there may be, with three wrong lines each are fewer.
_MOST_PROBLEMS: Final = 40_000
# A line needs one round for each thing that is wrong with it, and lines do not wait for each other.
_MOST_ROUNDS: Final = 10


@dataclass(frozen=True, slots=True)
class Fix:
    """Attributes: `label` is what a button says."""

    label: str
    edits: tuple[LineEdit, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """Attributes: `changes` has a sentence for each kind of change; empty if there was none."""

    content: bytes
    changes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Mended({len(self.content)} bytes, {self.changes})"


def fix_for(lines: Sequence[str], problem: Problem) -> Fix | None:
    """The remedy of one problem of this text, or None where a person must think."""
    number = problem.line - 1
    if not 0 <= number < len(lines):
        return None
    make = _FIXES.get(problem.code)
    return make(lines, number, problem) if make else None


def mend(content: bytes) -> Mended:
    """A text from elsewhere, with what is clearly meant put right; one that is right stays.

    What is left wrong is for whoever gave it: a text that cannot be mended whole is given back
    with what could be, and one with more than 40,000 problems as it is.
    """
    if parse(content).profile is not None:
        return Mended(content, ())
    changes: list[str] = []
    text = _decoded(content, changes)
    if text is None:
        return Mended(content, ())
    text = _plain(text, changes)
    lines = tuple(text.split("\n"))
    for _ in range(_MOST_ROUNDS):
        edits = _clear_edits(lines, changes)
        if not edits:
            break
        lines = apply_edits(lines, edits)
    return Mended(
        "\n".join(lines).encode("utf-8", "surrogateescape"), tuple(dict.fromkeys(changes))
    )


def _decoded(content: bytes, changes: list[str]) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            return None
        changes.append("Changed from UTF-16 to UTF-8.")
        return text
    return content.decode("utf-8", "surrogateescape")


def _plain(text: str, changes: list[str]) -> str:
    if text.startswith(_BOM):
        changes.append("Removed an invisible byte order mark.")
        text = text.lstrip(_BOM)
    if "\r" in text and "\n" not in text:
        changes.append("Changed line ends that only an old Mac writes.")
        text = text.replace("\r", "\n")
    lines = [_with_plain_spaces(line) for line in text.split("\n")]
    mended = "\n".join(lines)
    if mended != text:
        changes.append("Changed no-break spaces to ordinary ones.")
    return mended


def _with_plain_spaces(line: str) -> str:
    """In what wg reads; a comment stays as it is."""
    said, sign, comment = line.partition("#")
    return said.translate(_NO_BREAK_TO_SPACE) + sign + comment


# What an import may mend by itself, and what it says.
_CLEAR: Final = {
    "space-in-section": "Removed white space from the name of a section.",
    "space-in-key": "Removed white space from the name of a key.",
    "empty-element": "Removed a comma with nothing behind it.",
    "missing-comma": "Put commas between addresses.",
    "semicolon-comment": "Changed a comment that began with “;” to one with “#”.",
    "endpoint-brackets": "Put the IPv6 address of an endpoint into brackets.",
}


def _clear_edits(lines: Sequence[str], changes: list[str]) -> tuple[LineEdit, ...]:
    """At most one for each line."""
    content = "\n".join(lines).encode("utf-8", "surrogateescape")
    found: dict[int, LineEdit] = {}
    problems = parse(content, _MOST_PROBLEMS).problems
    if any(problem.code == TOO_MANY for problem in problems):
        return ()
    for problem in problems:
        fix = fix_for(lines, problem) if problem.code in _CLEAR else None
        if fix and len(fix.edits) == 1 and fix.edits[0].first not in found:
            found[fix.edits[0].first] = fix.edits[0]
            changes.append(_CLEAR[problem.code])
    return tuple(found.values())


_Make = Callable[[Sequence[str], int, Problem], Fix | None]


def _line_fix(label: str, number: int, line: str) -> Fix:
    return Fix(label, (LineEdit(number, number + 1, (line,)),))


def _remove_line(_lines: Sequence[str], number: int, _: Problem) -> Fix:
    return Fix(REMOVE_LINE, (LineEdit(number, number + 1),))


def _end(line: str) -> str:
    return "\r" if line.endswith("\r") else ""


def _byte_order_mark(lines: Sequence[str], number: int, _: Problem) -> Fix:
    return _line_fix("Remove the invisible mark", number, lines[number].replace(_BOM, ""))


def _section(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    line = lines[number]
    said, sign, comment = line.partition("#")
    text = said.strip(SPACE)
    section = find_section(text) or find_similar_section(text)
    if section is None:
        return None
    start = len(said) - len(said.lstrip(SPACE))
    rest = said[len(said.rstrip(SPACE)) :]
    return _line_fix(f"Write {section}", number, f"{said[:start]}{section}{rest}{sign}{comment}")


def _key(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    line = lines[number]
    name, equals, rest = line.partition("=")
    key = find_key(name) or find_similar_key(name.strip(SPACE))
    if key is None or not equals or "#" in name:
        return Fix(REMOVE_LINE, (LineEdit(number, number + 1),))
    start = len(name) - len(name.lstrip(SPACE))
    space = name[len(name.rstrip(SPACE)) :]
    return _line_fix(f"Write {key}", number, f"{name[:start]}{key}{space}={rest}")


def _section_above(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    key = find_key(split_line(lines[number])[0])
    if key is None:
        return None
    home = section_of(key)
    return Fix(f"Write {home} above it", (LineEdit(number, number, (home + _end(lines[number]),)),))


def _move_line(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    """To the only section where it can belong."""
    key = find_key(split_line(lines[number])[0])
    if key is None:
        return None
    home, found = section_of(key), outline(lines)
    homes = found.interfaces if home == INTERFACE else found.peers
    if len(homes) != 1 or homes[0].of(key):
        return None
    at = homes[0].entries[-1].line + 1 if homes[0].entries else homes[0].header + 1
    edits = (LineEdit(number, number + 1), LineEdit(at, at, (lines[number],)))
    return Fix(f"Move it to {home}", edits)


def _value_edit(lines: Sequence[str], number: int, label: str, value: str) -> Fix:
    line = lines[number]
    start = value_offset(line)
    end = max(start, len(line.partition("#")[0].rstrip(SPACE)))
    return _line_fix(label, number, line[:start] + value + line[end:])


def _value(line: str) -> str:
    return split_line(line)[1] or ""


def _remove_comma(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    words = [word.strip(SPACE) for word in _value(lines[number]).split(",")]
    kept = [word for word in words if word]
    if not kept:
        return Fix(REMOVE_LINE, (LineEdit(number, number + 1),))
    return _value_edit(lines, number, "Remove the comma", ", ".join(kept))


def _commas(lines: Sequence[str], number: int, _: Problem) -> Fix:
    words = re.split(r"[\s,]+", _value(lines[number]))
    return _value_edit(lines, number, "Write commas", ", ".join(filter(None, words)))


def _span(problem: Problem) -> tuple[int, int]:
    return problem.column - 1, problem.column - 1 + problem.length


def _network(lines: Sequence[str], number: int, problem: Problem) -> Fix | None:
    start, end = _span(problem)
    text = lines[number][start:end]
    sign = text[:1] if text[:1] in ("+", "-") else ""
    found = find_allowed_ip(text.removeprefix(sign))
    if found is None:
        return None
    line = lines[number][:start] + f"{sign}{found.network}" + lines[number][end:]
    return _line_fix(f"Write {found.network}", number, line)


def _remove_word(lines: Sequence[str], number: int, problem: Problem) -> Fix:
    """Of a list with more than that; else the line."""
    line = lines[number]
    start, end = _span(problem)
    before, after = line[value_offset(line) : start], line[end:].partition("#")[0]
    if not before.strip(", \t") and not after.strip(", \t\r"):
        return Fix(REMOVE_LINE, (LineEdit(number, number + 1),))
    if before.strip(", \t"):
        kept = line[:start].rstrip(", \t") + line[end:]
    else:
        kept = line[:start] + line[end:].lstrip(", \t")
    return _line_fix("Remove it", number, kept)


def _brackets(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    host, _colon, port = _value(lines[number]).rpartition(":")
    is_plain = host and port.isdecimal() and ":" in host and not host.startswith("[")
    return _value_edit(lines, number, "Write brackets", f"[{host}]:{port}") if is_plain else None


def _no_url(lines: Sequence[str], number: int, _: Problem) -> Fix:
    rest = _value(lines[number]).partition("://")[2]
    return _value_edit(lines, number, "Write only HOST:PORT", rest.partition("/")[0])


def _hash(lines: Sequence[str], number: int, _: Problem) -> Fix | None:
    line = lines[number]
    said = line.partition("#")[0]
    if said.lstrip(SPACE).startswith(";"):
        start = said.index(";")
        return _line_fix("Write #", number, f"{line[:start]}#{line[start + 1 :]}")
    found = re.search(r"[ \t];", said)
    return (
        _line_fix("Write #", number, f"{line[: found.end() - 1]}#{line[found.end() :]}")
        if found
        else None
    )


def _no_space(lines: Sequence[str], number: int, _: Problem) -> Fix:
    squeezed = re.sub(r"[ \t\n\v\f\r]+", "", _value(lines[number]))
    return _value_edit(lines, number, "Remove the white space", squeezed)


def _mtu(lines: Sequence[str], number: int, _: Problem) -> Fix:
    return _value_edit(lines, number, f"Write MTU = {MIN_IPV6_MTU}", str(MIN_IPV6_MTU))


_FIXES: Final[dict[str, _Make]] = {
    "byte-order-mark": _byte_order_mark,
    "space-in-section": _section,
    "unknown-section": _section,
    "space-in-key": _key,
    "unknown-key": _key,
    "no-section": _section_above,
    "wrong-section": _move_line,
    "empty-element": _remove_comma,
    "missing-comma": _commas,
    "host-bits": _network,
    "repeated-allowed-ip": _remove_word,
    "duplicate-address": _remove_word,
    "address-kind": _remove_word,
    "dns-server": _remove_word,
    "dns-search": _remove_word,
    "glob": _remove_word,
    "endpoint-brackets": _brackets,
    "endpoint-url": _no_url,
    "semicolon-comment": _hash,
    "space-in-value": _no_space,
    "mtu-ipv6": _mtu,
    "small-mtu": _mtu,
    **dict.fromkeys(
        (
            *("mtu", "mtu-range", "table", "table-name", "table-reserved", "save-config"),
            *("port", "port-wraps", "port-name", "fwmark", "keepalive", "no-value", "empty-value"),
            *("no-equals", "not-a-line", "number-spelling"),
        ),
        _remove_line,
    ),
}
