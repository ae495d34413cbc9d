"""What was done and seen, as lines that a person can read. No key is ever in one."""

from dataclasses import dataclass
from enum import StrEnum


class LogKind(StrEnum):
    """What a line tells of; also the words on the bus and in `--json`."""

    DONE = "done"  # a `[#] ...` line
    STATE = "state"
    HANDSHAKE = "handshake"
    REPAIR = "repair"  # what others undid, and was done again
    NOTICE = "notice"  # nothing was done, and a person should know
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line.

    Attributes:
        number: Rises by one with every line for this reader, from 1 at the helper's start; a gap
            says that lines were dropped before they could be read.
        at_unix_ms: When, in milliseconds.
        tunnel: Its name; "" where it is about none.
        text: One line, without its end.
    """

    number: int
    at_unix_ms: int
    tunnel: str
    kind: LogKind
    text: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines one after the other, the oldest first.

    Attributes:
        source: Names whoever counts the lines, another one after a restart of the helper and
            counting anew; "" while there is no line.
        last: Number of the newest line that there is; 0 for none.
    """

    lines: tuple[LogLine, ...]
    source: str
    last: int
