"""Sentences from the rooms below, which know no language but English, in the user's. No Qt."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

PLACE: Final = re.compile(r"\{\w*\}")
_LONGEST: Final = 2_000  # characters; no sentence has more, and the search takes its square
_REMEMBERED: Final = 256  # a window shows few of them, again and again


class Told:
    """Knows a sentence by the template that it was made of.

    The parts that were put in may be such sentences too: `the helper cannot be reached: it is not
    installed`. What nobody has translated stays as it is.
    """

    def __init__(self, translations: Mapping[str, str] | None = None) -> None:
        self._translations = translations or {}
        self._patterns: tuple[tuple[str, re.Pattern[str]], ...] | None = None
        self.find = lru_cache(_REMEMBERED)(self._find)

    def _find(self, text: str) -> str:
        if text in self._translations:
            return self._translations[text]
        if not self._translations or " " not in text or len(text) > _LONGEST:
            return text
        for template, pattern in self._made_patterns():
            if match := pattern.fullmatch(text):
                return self._fill(template, match)
        return text

    def _fill(self, template: str, match: re.Match[str]) -> str:
        parts = map(self._part, match.groups())
        by_place = dict(zip(PLACE.findall(template), parts, strict=True))
        return PLACE.sub(lambda place: by_place[place[0]], self._translations[template])

    def _part(self, text: str) -> str:
        """What was put in may be a list: `DNS by resolvectl, 1 other`."""
        found = self._find(text)
        return ", ".join(map(self._find, text.split(", "))) if found == text else found

    def _made_patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The template that says most comes first; made when the first one is needed."""
        if self._patterns is None:
            texts = sorted(
                filter(PLACE.search, self._translations), key=lambda text: -len(PLACE.sub("", text))
            )
            self._patterns = tuple((text, _pattern(text)) for text in texts)
        return self._patterns


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, PLACE.split(template))), re.DOTALL)
