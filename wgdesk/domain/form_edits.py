"""What a form changes in a profile's text, as edits of lines; all other lines stay as they are.

Comments, order, unknown keys, spelling, spacing and line ends survive. The text may be wrong
elsewhere. A value is written as it is given: whoever calls has checked it.
"""

from collections.abc import Sequence
from typing import Final

from wgdesk.domain.conf_lexer import INTERFACE, INTERFACE_KEYS, PEER, PEER_KEYS, SPACE
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.outline import Entry, Outline, outline

Edits = tuple[LineEdit, ...]
# A line of allowed IPs may have 8,192 characters; a hundred of the longest have 4,500.
ITEMS_A_LINE: Final = 100
LONG_LINE: Final = 3500
_END: Final = "\r"  # where a text ends its lines with CR LF


def set_value(lines: Sequence[str], section: int | None, key: str, value: str | None) -> Edits:
    """Give a key another value, or none.

    Args:
        lines: Without their newlines.
        section: The peer's number from 0, or None for [Interface].
        key: As wg and wg-quick spell it.
        value: None takes the key away; of several lines the last is the one that counts.
    """
    found = outline(lines)
    entries = _entries(found, section, key)
    if value is None:
        return tuple(LineEdit(it.line, it.line + 1) for it in entries)
    if entries:
        return _replaced(lines, entries[-1], value)
    return _inserted(lines, found, section, key, (value,))


def set_list(lines: Sequence[str], section: int | None, key: str, items: Sequence[str]) -> Edits:
    """Give a key that may stand on several lines these items; those that were there stay there."""
    found = outline(lines)
    entries = _entries(found, section, key)
    if not items:
        return tuple(LineEdit(it.line, it.line + 1) for it in entries)
    if not entries:
        return _inserted(lines, found, section, key, _filled(items))
    kept = _kept(lines, entries, key, items)
    flat = [word for words in kept.values() for word in words]
    if flat != list(items[: len(flat)]):  # in another order: all of it is written anew
        return _rewritten(lines, entries, _filled(items))
    return _with_new(lines, entries, kept, list(items[len(flat) :]))


def set_commands(lines: Sequence[str], key: str, commands: Sequence[str]) -> Edits:
    """Give one kind of hook these commands, each on a line of its own."""
    found = outline(lines)
    entries = _entries(found, None, key)
    old = [lines[it.line][it.start : it.end] for it in entries]
    start = _same_at_start(old, commands)
    end = _same_at_start(old[start:][::-1], commands[start:][::-1])
    before, wanted = entries[start : len(entries) - end], commands[start : len(commands) - end]
    edits: list[LineEdit] = []
    for entry, command in zip(before, wanted, strict=False):
        edits += _replaced(lines, entry, command)
    edits += [LineEdit(it.line, it.line + 1) for it in before[len(wanted) :]]
    more = wanted[len(before) :]
    if more and (before or start):
        last = (entries[: len(entries) - end])[-1]
        edits += _after(lines, last, key, more)
    elif more and entries:
        at = entries[0].line
        edits.append(LineEdit(at, at, _like(lines, entries[0], key, more)))
    elif more:
        edits += _inserted(lines, found, None, key, more)
    return tuple(edits)


def add_peer(
    lines: Sequence[str], values: Sequence[tuple[str, str]], at: int | None = None
) -> Edits:
    """A new [Peer] section with these `(key, value)` lines.

    `at` is the number that it gets; None puts it at the end.
    """
    found = outline(lines)
    end = _line_end(lines)
    block = [PEER + end, *(f"{key} = {value}{end}" for key, value in values)]
    if at is not None and at < len(found.peers):
        first = found.peers[at].first
        return (LineEdit(first, first, (*block, end)),)
    has_newline = lines[-1] == ""
    place = len(lines) - 1 if has_newline else len(lines)
    is_apart = place == 0 or not lines[place - 1].strip(SPACE)
    return (LineEdit(place, place, tuple(block if is_apart else [end, *block])),)


def remove_peer(lines: Sequence[str], number: int) -> Edits:
    """Take a [Peer] section away, with the comments right above it and one gap of empty lines."""
    section = outline(lines).peers[number]
    first, end = section.first, section.last + 1
    after = _past_blank(lines, end)
    if after < len(lines):
        return (LineEdit(first, after),)
    while first > 0 and not lines[first - 1].strip(SPACE):
        first -= 1
    return (LineEdit(first, end),)


def move_peer(lines: Sequence[str], number: int, to: int) -> Edits:
    """Give a peer another number; those between change places, what stands between them stays."""
    peers = outline(lines).peers
    order = list(range(len(peers)))
    order.insert(to, order.pop(number))
    blocks = [tuple(lines[it.first : it.last + 1]) for it in peers]
    return tuple(
        LineEdit(slot.first, slot.last + 1, blocks[which])
        for slot, which in zip(peers, order, strict=True)
        if slot is not peers[which]
    )


def words_of(text: str, key: str) -> list[str]:
    """The items of a value, as wg (allowed IPs) and wg-quick (all others) split it."""
    if key == "AllowedIPs":
        return [word.strip(SPACE) for word in text.split(",") if word.strip(SPACE)]
    return text.replace(",", " ").split()


def _entries(found: Outline, section: int | None, key: str) -> tuple[Entry, ...]:
    return tuple(entry for part in found.sections(section) for entry in part.of(key))


def _replaced(lines: Sequence[str], entry: Entry, value: str) -> Edits:
    line = lines[entry.line]
    if line[entry.start : entry.end] == value:
        return ()
    before, after = line[: entry.start], line[entry.end :]
    if before.endswith("=") and entry.start == entry.end:
        before += " "
    if after.startswith("#"):
        after = f" {after}"
    return (LineEdit(entry.line, entry.line + 1, (before + value + after,)),)


def _inserted(
    lines: Sequence[str],
    found: Outline,
    section: int | None,
    key: str,
    values: Sequence[str],
) -> Edits:
    """New lines at the place that is usual for the key."""
    sections = found.sections(section)
    if not sections:
        end = _line_end(lines)
        new = (INTERFACE + end, *(f"{key} = {value}{end}" for value in values), end)
        return (LineEdit(0, 0, new),)
    order = INTERFACE_KEYS if section is None else PEER_KEYS
    place = order.index(key) if key in order else len(order)
    entries = [entry for part in sections for entry in part.entries]
    before = [it for it in entries if it.key in order and order.index(it.key) <= place]
    if before:
        return _after(lines, max(before, key=lambda it: it.line), key, values)
    at = sections[0].header + 1
    end = _END if lines[sections[0].header].endswith(_END) else ""
    like = _like(lines, entries[0], key, values) if entries else None
    new = like or tuple(f"{key} = {value}{end}" for value in values)
    return (LineEdit(at, at, new),)


def _after(lines: Sequence[str], entry: Entry, key: str, values: Sequence[str]) -> Edits:
    at = entry.line + 1
    return (LineEdit(at, at, _like(lines, entry, key, values)),)


def _like(lines: Sequence[str], entry: Entry, key: str, values: Sequence[str]) -> tuple[str, ...]:
    """Lines with the indentation, the sign and the line end of a neighbour."""
    line = lines[entry.line]
    name, _, _ = line.partition("=")
    indent = name[: len(name) - len(name.lstrip(SPACE))]
    sign = line[len(name.rstrip(SPACE)) : entry.start].strip("\t\r\n\v\f") or " = "
    if not sign.strip(" ").startswith("=") or entry.start == entry.end:
        sign = " = "
    end = _END if line.endswith(_END) else ""
    return tuple(f"{indent}{key}{sign}{value}{end}" for value in values)


def _kept(
    lines: Sequence[str], entries: Sequence[Entry], key: str, items: Sequence[str]
) -> dict[int, list[str]]:
    """By line, the words that are wanted still."""
    left = list(items)
    kept: dict[int, list[str]] = {}
    for entry in entries:
        kept[entry.line] = []
        for word in words_of(lines[entry.line][entry.start : entry.end], key):
            if word in left:
                left.remove(word)
                kept[entry.line].append(word)
    return kept


def _with_new(
    lines: Sequence[str], entries: Sequence[Entry], kept: dict[int, list[str]], new: list[str]
) -> Edits:
    """Words that are gone leave their lines; new ones go to the last line that stays."""
    key = entries[0].key
    staying = [it for it in entries if kept[it.line]] or [entries[0]]
    last = staying[-1]
    value = lines[last.line][last.start : last.end]
    joins = len(value) <= LONG_LINE and len(new) + len(kept[last.line]) <= ITEMS_A_LINE
    edits: list[LineEdit] = []
    for entry in entries:
        words = kept[entry.line]
        if entry is last and (joins or not words):
            taken, new = (new, []) if joins else (new[:ITEMS_A_LINE], new[ITEMS_A_LINE:])
            words = [*words, *taken]
        if not words:
            edits.append(LineEdit(entry.line, entry.line + 1))
        elif words != words_of(lines[entry.line][entry.start : entry.end], key):
            edits += _replaced(lines, entry, _value(lines, entry, kept[entry.line], words))
    if new:
        edits += _after(lines, last, key, _filled(new))
    return tuple(edits)


def _value(lines: Sequence[str], entry: Entry, kept: Sequence[str], words: Sequence[str]) -> str:
    """A line that only gets longer keeps what it has, however that is spaced."""
    old = lines[entry.line][entry.start : entry.end]
    if kept and kept == words_of(old, entry.key) and not old.rstrip(SPACE).endswith(","):
        return ", ".join([old, *words[len(kept) :]])
    return ", ".join(words)


def _rewritten(lines: Sequence[str], entries: Sequence[Entry], values: Sequence[str]) -> Edits:
    first, *others = entries
    edits = [*_replaced(lines, first, values[0])]
    edits += [LineEdit(it.line, it.line + 1) for it in others]
    if len(values) > 1:
        edits += _after(lines, first, first.key, values[1:])
    return tuple(edits)


def _filled(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        ", ".join(items[at : at + ITEMS_A_LINE]) for at in range(0, len(items), ITEMS_A_LINE)
    )


def _same_at_start(first: Sequence[str], second: Sequence[str]) -> int:
    pairs = zip(first, second, strict=False)
    return next(
        (at for at, pair in enumerate(pairs) if pair[0] != pair[1]), min(len(first), len(second))
    )


def _past_blank(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip(SPACE):
        at += 1
    return at


def _line_end(lines: Sequence[str]) -> str:
    return _END if any(line.endswith(_END) for line in lines[:1]) else ""
