"""The one door through which every string on the screen goes, into the user's language. No Qt."""

import os
from collections.abc import Mapping
from typing import Final

from wgdesk.ui.catalogue import Catalogue, read_catalogue
from wgdesk.ui.resources import find_resource

ENGLISH: Final = "en"
# Each in its own words, for those who look for theirs; every other than English has its file.
_LANGUAGES: Final = (("de", "Deutsch"), (ENGLISH, "English"))
_VARIABLES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides


def languages() -> tuple[tuple[str, str], ...]:
    """Every language that can be chosen: its code, and its name as its speakers write it."""
    return _LANGUAGES


def choose(code: str) -> str:
    """Speak this language, or for "" the desktop's; before the first text is asked for.

    Returns:
        The code of the language that is spoken from now on.
    """
    found = code if code in dict(_LANGUAGES) else desktop_language(os.environ)
    if found == ENGLISH:
        speak(Catalogue())
    else:
        path = find_resource(f"locale/{found}.po")
        speak(read_catalogue(path.read_text(encoding="utf-8")))
    return found


def desktop_language(environment: Mapping[str, str]) -> str:
    """The first of the languages a person has set up that is spoken here, else English."""
    wishes = next(filter(None, map(environment.get, _VARIABLES)), "")
    for wish in wishes.split(":"):
        code = wish.partition(".")[0].partition("@")[0].partition("_")[0].lower()
        if code in dict(_LANGUAGES):
            return code
    return ENGLISH


def speak(catalogue: Catalogue) -> None:
    _spoken.catalogue = catalogue


def tr(text: str) -> str:
    """The text in the user's language; English where there is no translation."""
    return _spoken.catalogue.find(text)


def tr_count(one: str, many: str, count: int) -> str:
    """The right form for `count`, with the number put in for `{count}`."""
    return _spoken.catalogue.find_form(one, many, count).format(count=count)


def tr_told(text: str) -> str:
    """A sentence that was made below the window: an error's, a notice's, the helper's."""
    return _spoken.catalogue.find_told(text)


class _Spoken:
    def __init__(self) -> None:
        self.catalogue = Catalogue()


_spoken: Final = _Spoken()
