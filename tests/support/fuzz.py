"""Hunts for texts that the parser has something new to say about.

Small harm is done to texts that are kept. One that is refused for a reason, or at a place, as
none was before, or that is accepted with keys, values or warnings that none had together, is a
find: it is kept, and later ones are made of it.
"""

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Final

from tests.support.conf_vectors import TEXTS, VALUES, text_with
from tests.support.mutations import MAX_CHARACTERS, Mutator
from tests.support.odd_profiles import right_and_broken
from wgdesk.domain.conf import Document, parse
from wgdesk.domain.problem import Severity

# One text in so many of those that are nothing new is given back too.
_SAMPLED: Final = 1000
_KNOWN: Final = frozenset((*(name.lower() for name in VALUES), "[interface]", "[peer]"))
_SHAPE: Final = 5  # characters of a value's shape that are looked at
_WRONG_SHAPE: Final = 2
# What stands there is any text, or the letters of a key: its shape says nothing.
_SHAPELESS: Final = frozenset(
    ("", "preup", "postup", "predown", "postdown", "privatekey", "publickey", "presharedkey")
)
_RUN: Final = re.compile(r"(.)\1+")
_CLASSES: Final = str.maketrans(
    dict.fromkeys(string.ascii_letters, "a") | dict.fromkeys(string.hexdigits, "0")
)


@dataclass(frozen=True, slots=True)
class Haul:
    """What one hunt came back with.

    Attributes:
        parses: How many texts were parsed.
        finds: Those that showed something new.
        others: A random few of the rest.
    """

    seed: int
    parses: int
    finds: tuple[bytes, ...]
    others: tuple[bytes, ...]


def hunt(seed: int, parses: int) -> Haul:
    """Parse so many texts; the same seed finds the same ones.

    Raises:
        AssertionError: A text did not come out as it went in.
    """
    random = Random(seed)  # noqa: S311  # no secrets: the same seed, the same texts
    mutator = Mutator(random)
    for text in _seeds(seed):
        if len(text) <= MAX_CHARACTERS:
            mutator.keep(text, is_right=parse(text).profile is not None)
    seen = _Seen()
    finds: list[bytes] = []
    others: list[bytes] = []
    for _ in range(parses):
        text = mutator.next()
        document = parse(text)
        assert document.render() == text, text
        if seen.is_new(document):
            finds.append(text)
            if _errors(document) <= 1:
                mutator.keep(text, is_right=document.profile is not None)
        elif not random.randrange(_SAMPLED):
            others.append(text)
    return Haul(seed, parses, tuple(finds), tuple(others))


def without_twins(hauls: Iterable[Haul]) -> list[bytes]:
    """The texts of several hunts, less what an earlier one had found already."""
    seen = _Seen()
    finds = [text for haul in hauls for text in haul.finds if seen.is_new(parse(text))]
    return list(dict.fromkeys((*finds, *(text for haul in hauls for text in haul.others))))


def _seeds(seed: int) -> Iterator[bytes]:
    yield from (text for _, text, _ in TEXTS)
    yield from (text_with(name, value) for name, rows in VALUES.items() for value, _ in rows)
    yield from right_and_broken(seed, 300, quick=True)


class _Seen:
    """What texts have shown, and which two things a right text has shown together."""

    def __init__(self) -> None:
        self._marks: set[tuple[str, ...]] = set()
        self._numbers: dict[tuple[str, ...], int] = {}
        self._pairs: set[tuple[int, int]] = set()

    def is_new(self, document: Document) -> bool:
        names = [_name(line) for line in document.lines]
        if document.profile is None:
            return self._has_new_mark(_refusal(document, names))
        told = {(it.code,) for it in document.problems}
        shape = {(name, "s" * (names.count(name) > 1)) for name in {*names}}
        is_new_pair = self._has_new_pair(told | shape)
        where = {(it.code, names[it.line - 1]) for it in document.problems}
        return self._has_new_mark(where | _values(document, names)) or is_new_pair

    def _has_new_mark(self, marks: set[tuple[str, ...]]) -> bool:
        if marks <= self._marks:
            return False
        self._marks |= marks
        return True

    def _has_new_pair(self, marks: set[tuple[str, ...]]) -> bool:
        numbers = sorted(self._numbers.setdefault(it, len(self._numbers)) for it in marks)
        pairs = set(combinations(numbers, 2))
        if pairs <= self._pairs:
            return False
        self._pairs |= pairs
        return True


def _name(line: str) -> str:
    name = line.partition("=")[0].strip().lower()
    return name if name in _KNOWN else ""


def _refusal(document: Document, names: list[str]) -> set[tuple[str, ...]]:
    """The errors; of a single one, with the line that it is in."""
    wrong = [it for it in document.problems if it.severity is Severity.ERROR]
    if len(wrong) > 1:
        return set()
    at = wrong[0].line - 1
    return {(wrong[0].code, names[at], _shape(names[at], document.lines[at])[:_WRONG_SHAPE])}


def _values(document: Document, names: list[str]) -> set[tuple[str, ...]]:
    """How each value is built."""
    return {
        (name, _shape(name, line)[:_SHAPE])
        for name, line in zip(names, document.lines, strict=True)
    }


def _shape(name: str, line: str) -> str:
    """A value with its digits, and its other letters, made all alike, and repeats said once."""
    if name in _SHAPELESS:
        return ""
    return _RUN.sub(r"\1", line.partition("=")[2].translate(_CLASSES).strip())


def _errors(document: Document) -> int:
    return sum(problem.severity is Severity.ERROR for problem in document.problems)
