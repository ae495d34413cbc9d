"""One language's texts, read from a translator's file (`resources/locale/CODE.po`). No Qt.

The file is read as it stands: nothing is compiled, so nothing can be older than it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from gettext import c2py
from typing import Final

from wgdesk.ui.told import Told

TOLD: Final = "told"  # the context of sentences that are made below the window, often by the helper
_PLURAL: Final = re.compile(r"^Plural-Forms:.*\bplural=([^;]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the file says of one text.

    Attributes:
        forms: The translation, or one for each form that a number takes; "" where it is missing.
        many: The English text for several, or "".
        is_doubtful: Somebody is to look at it again.
    """

    context: str
    text: str
    forms: tuple[str, ...]
    many: str = ""
    is_doubtful: bool = False


def is_not_one(count: int) -> int:
    """English, and German: one form for one, the other for everything else."""
    return int(count != 1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """English to another language; an empty one is English itself.

    Attributes:
        texts: For each English text its translation, or its forms by number.
        form: Which of the forms a number takes.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    form: Callable[[int], int] = is_not_one

    def find(self, text: str) -> str:
        return self.texts.get(text, (text,))[0]

    def find_form(self, one: str, many: str, count: int) -> str:
        forms = self.texts.get(one)
        return (one, many)[is_not_one(count)] if forms is None else forms[self.form(count)]

    def find_told(self, text: str) -> str:
        return self.told.find(text)


def read_catalogue(text: str) -> Catalogue:
    """Everything in the file that is translated and not doubtful."""
    header, *entries = read_entries(text)
    sure = [each for each in entries if all(each.forms) and not each.is_doubtful]
    plural = _PLURAL.search(header.forms[0])
    return Catalogue(
        {each.text: each.forms for each in sure if each.context != TOLD},
        Told({each.text: each.forms[0] for each in sure if each.context == TOLD}),
        c2py(plural[1]) if plural else is_not_one,
    )


def read_entries(text: str) -> tuple[Entry, ...]:
    """In the file's order; the first is its header, whose text is ""."""
    found = (_read_entry(block.splitlines()) for block in text.split("\n\n"))
    return tuple(entry for entry in found if entry is not None)


def _read_entry(lines: list[str]) -> Entry | None:
    fields: dict[str, str] = {}
    keyword = ""
    for line in lines:
        if line.startswith('"'):
            fields[keyword] += _unquoted(line)
        elif line and not line.startswith("#"):
            keyword, _, quoted = line.partition(" ")
            fields[keyword] = _unquoted(quoted)
    if "msgid" not in fields:
        return None
    return Entry(
        fields.get("msgctxt", ""),
        fields["msgid"],
        tuple(value for name, value in fields.items() if name.startswith("msgstr")),
        fields.get("msgid_plural", ""),
        is_doubtful=any(line.startswith("#,") and "fuzzy" in line for line in lines),
    )


def _unquoted(text: str) -> str:
    return str(json.loads(text)) if "\\" in text else text[1:-1]
