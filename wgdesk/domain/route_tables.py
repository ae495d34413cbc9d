"""Names of routing tables, as iproute2 keeps them in its files. Pure."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

# As iproute2 reads them: what comes later adds to what comes before. Files, and folders whose
# *.conf files count.
FILES: Final = (
    PurePosixPath("/usr/share/iproute2/rt_tables"),
    PurePosixPath("/etc/iproute2/rt_tables"),
)
FOLDERS: Final = (
    PurePosixPath("/usr/share/iproute2/rt_tables.d"),
    PurePosixPath("/etc/iproute2/rt_tables.d"),
)
MAX_FILE_BYTES: Final = 1 << 16
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
