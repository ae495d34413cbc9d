"""Names of routing tables, as iproute2 keeps them in its files. Pure."""

from collections.abc import Iterable
from typing import Final

_MOST: Final = (1 << 32) - 1


def find_table(texts: Iterable[str], name: str) -> int | None:
    """The number that these files' texts give to a name; None where none does."""
    found: int | None = None
    for text in texts:
        for line in text.splitlines():
            words = line.partition("#")[0].split()
            if len(words) == 2 and words[1] == name:
                found = _number(words[0]) or found
    return found


def _number(word: str) -> int | None:
    try:
        number = int(word, 16) if word.lower().startswith("0x") else int(word)
    except ValueError:
        return None
    return number if 0 < number <= _MOST else None
