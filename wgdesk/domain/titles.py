"""What a person calls a profile, and the names of interfaces that are made from that. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from typing import Final

from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import MAX_NAME_BYTES, parse_tunnel_name

MAX_TITLE: Final = 100  # characters
# What is left of a name in a script that has no Latin letters.
_UNKNOWN: Final = "tunnel"
_LATIN_OF: Final = "ae,Ae,oe,Oe,o,O,d,D,d,D,l,L,th,Th,h,H,n,N,ss"
# Letters that Unicode does not take apart into a Latin one and an accent.
_LATIN: Final = str.maketrans(
    dict(zip("æÆœŒøØđĐðÐłŁþÞħĦŋŊß", _LATIN_OF.split(","), strict=True))
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{RIGHT SINGLE QUOTATION MARK}": "", "'": ""}
)
_FLAG_A: Final = 0x1F1E6  # REGIONAL INDICATOR SYMBOL LETTER A; two of them are a country's flag
_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_SHORTEST: Final = 4  # characters that a word needs to be known again, with its dash


def clean_title(text: str) -> str:
    """One line that is safe on any screen, at most MAX_TITLE characters; "" if nothing is left.

    Controls and marks that turn the direction of writing are left out.
    """
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(it if it.isprintable() else " " if it.isspace() else "" for it in composed)
    return " ".join(shown.split())[:MAX_TITLE].rstrip()


def file_name_for(title: str, taken: Collection[str]) -> str:
    """A name that an interface can have, as like the title as it gets, and not yet taken.

    Case is no difference. The same title and the same taken names give the same name.
    """
    used = {name.casefold() for name in taken}
    return next(name for name in _names(title) if name.casefold() not in used)


def generated_name(stem: str) -> str:
    """The interface's name for a file whose own name no interface can have.

    It depends on nothing else, so that a tunnel keeps it.
    """
    mark = hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:4]
    return f"{_fitted(_words(stem), MAX_NAME_BYTES - 5)}-{mark}"


def tunnel_name_of(stem: str) -> str:
    """The name of the tunnel of a file: its own where an interface can have it."""
    return stem if _is_legal(stem) else generated_name(stem)


def _names(title: str) -> Iterator[str]:
    if _is_legal(title):
        yield title
    words = _words(title)
    first = _fitted(words, MAX_NAME_BYTES)
    if _is_legal(first):
        yield first
    for number in count(2):
        end = f"-{number}"
        yield f"{_fitted(words, MAX_NAME_BYTES - len(end))}{end}"


def _is_legal(text: str) -> bool:
    """Whether an interface can have it, and a file of that name is not a hidden one."""
    try:
        parse_tunnel_name(text)
    except InvalidName:
        return False
    return not text.startswith(".")


def _words(title: str) -> list[str]:
    """Its words in small Latin letters and digits."""
    latin = unicodedata.normalize("NFKD", _without_flags(title).translate(_LATIN))
    ascii_only = "".join(it for it in latin if not unicodedata.combining(it))
    return [word.lower() for word in _WORDS.findall(ascii_only)] or [_UNKNOWN]


def _without_flags(title: str) -> str:
    """Flags become the two letters of their country."""
    return "".join(
        chr(ord(it) - _FLAG_A + ord("A")) if 0 <= ord(it) - _FLAG_A < 26 else it for it in title
    )


def _fitted(words: list[str], size: int) -> str:
    """Words with dashes between them; some in the middle go, the longest are cut, numbers last."""
    kept = list(words)
    while len(kept) > max(2, (size + 1) // _SHORTEST):
        del kept[_least(kept)]
    while len("-".join(kept)) > size:
        at = max(range(len(kept)), key=lambda it: (not kept[it].isdigit(), len(kept[it])))
        kept[at] = kept[at][:-1]
        kept = [word for word in kept if word]
    return "-".join(kept).strip(".-=+_") or _UNKNOWN[:size]


def _least(words: list[str]) -> int:
    """The word that is missed least: in the middle, and no number."""
    inside = range(1, len(words) - 1)
    middle = len(words) / 2
    return min(inside, key=lambda at: (words[at].isdigit(), abs(at + 0.5 - middle)))
