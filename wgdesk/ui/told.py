"""Sentences from the rooms below, which know no language but English, in the user's. No Qt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

PLACE: Final = re.compile(r"\{\w*\}")
SIGNS: Final = (": ", "; ", ", ")  # what clauses and lists are joined by
_LONGEST: Final = 1_000  # characters; no sentence has more, and the search takes its square
_REMEMBERED: Final = 1_024  # a window shows few of them, again and again; a log many, once


class Told:
    """Knows a sentence by the template that it was made of.

    The parts that were put in may be such sentences too: `the helper cannot be reached: it is not
    installed`. What nobody has translated stays as it is.
    """

    def __init__(self, translations: Mapping[str, str] | None = None) -> None:
        self._translations = translations or {}
        self._templates: tuple[_Template, ...] | None = None
        self.find = lru_cache(_REMEMBERED)(self._find)

    def _find(self, text: str) -> str:
        if not self._translations or len(text) > _LONGEST:
            return text
        return self._find_whole(text) or self._find_clause(text) or self._find_parts(text)

    def _find_whole(self, text: str) -> str:
        """Nothing if it is no template's."""
        if text in self._translations:
            return self._translations[text]
        if " " not in text:
            return ""
        for template in self._made_templates():
            if match := template.match(text):
                return self._fill(template.text, match)
        return ""

    def _find_clause(self, text: str) -> str:
        """Of a clause that was made a sentence."""
        if not text[:1].isupper():
            return ""
        end = "." if text.endswith(".") else ""
        found = self._find_whole(f"{text[0].lower()}{text[1:].removesuffix('.')}")
        return f"{found[0].upper()}{found[1:]}{end}" if found else ""

    def _find_parts(self, text: str) -> str:
        """Of several that were put in a row: `Not brought up: the look-up failed.`."""
        end = "." if text.endswith(".") else ""
        for sign in SIGNS:
            head, cut, rest = text.removesuffix(".").partition(sign)
            if cut:
                return f"{self.find(head)}{sign}{self.find(rest)}{end}"
        return text

    def _fill(self, template: str, match: re.Match[str]) -> str:
        parts = map(self.find, match.groups())
        by_place = dict(zip(PLACE.findall(template), parts, strict=True))
        return PLACE.sub(lambda place: by_place[place[0]], self._translations[template])

    def _made_templates(self) -> "tuple[_Template, ...]":
        """The one that says most comes first; made when the first one is needed."""
        if self._templates is None:
            texts = filter(PLACE.search, self._translations)
            by_weight = sorted(texts, key=lambda text: -len(PLACE.sub("", text)))
            self._templates = tuple(map(_make_template, by_weight))
        return self._templates


@dataclass(frozen=True, slots=True)
class _Template:
    text: str
    start: str
    end: str

    def match(self, text: str) -> re.Match[str] | None:
        """Most are ruled out by how they begin or end."""
        if not (text.startswith(self.start) and text.endswith(self.end)):
            return None
        return _pattern(self.text).fullmatch(text)


def _make_template(text: str) -> _Template:
    pieces = PLACE.split(text)
    return _Template(text, pieces[0], pieces[-1])


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, PLACE.split(template))), re.DOTALL)
