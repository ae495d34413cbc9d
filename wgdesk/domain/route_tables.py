"""Names of routing tables, as iproute2 keeps them in its files. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

_MOST: Final = (1 << 32) - 1


def find_table(texts: Iterable[str], name: str) -> int | None:
    """The number that these files' texts give to a name; None where none does."""
    found: int | None = None
    for number, told in _entries(texts):
        if told == name:
            found = number
    return found


def table_names(texts: Iterable[str]) -> dict[int, str]:
    """What these files' texts call tables; the last one counts, as above."""
    return dict(_entries(texts))


def _entries(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    for text in texts:
        for line in text.splitlines():
            words = line.partition("#")[0].split()
            number = _number(words[0]) if len(words) == 2 else None
            if number is not None:
                yield number, words[1]


def _number(word: str) -> int | None:
    try:
        number = int(word, 16) if word.lower().startswith("0x") else int(word)
    except ValueError:
        return None
    return number if 0 < number <= _MOST else None
