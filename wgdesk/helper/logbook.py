"""The lines about each user's tunnels: kept for their owner alone, in memory, so many and no more."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from wgdesk.domain.log_line import LogKind, LogLine, LogPage
from wgdesk.domain.names import printable
from wgdesk.engine.diary import Entry
from wgdesk.helper.redaction import cut, redacted

LINES_PER_USER: Final = 1_000
# A thousand of the longest lines of everybody would be too much to keep.
BYTES_PER_USER: Final = 256 << 10
USERS: Final = 32
LINES_PER_PAGE: Final = 500
LINE_CHARS: Final = 500
# What is longer than that is not even searched for keys.
_READ_CHARS: Final = 4_000


class Logbook:
    """One ring of lines for each owner of tunnels; whoever wrote longest ago is forgotten first.

    Args:
        clock: Gives Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rings: OrderedDict[int, _Ring] = OrderedDict()
        self._told: Callable[[int], None] = lambda _uid: None

    def on_line(self, told: Callable[[int], None], /) -> None:
        """Call `told(uid)` after every line of theirs."""
        self._told = told

    def write(self, entry: Entry) -> None:
        ring = self._rings.setdefault(entry.owner_uid, _Ring())
        self._rings.move_to_end(entry.owner_uid)
        if len(self._rings) > USERS:
            self._rings.popitem(last=False)
        text = _clean(entry.text)
        if entry.kind is LogKind.ERROR and ring.ends_with(entry.tunnel, text):
            return  # tried again, and the same came of it
        ring.add(int(self._clock() * 1000), entry, text)
        self._told(entry.owner_uid)

    def page(self, uid: int, after: int) -> LogPage:
        """This user's lines from the one after that number on, so many and no more."""
        ring = self._rings.get(uid)
        return LogPage(ring.after(after), ring.source, ring.last) if ring else LogPage((), "", 0)

    def last(self, uid: int) -> int:
        """Number of this user's newest line; 0 for none."""
        ring = self._rings.get(uid)
        return ring.last if ring else 0


class _Ring:
    def __init__(self) -> None:
        self.source = secrets.token_hex(4)
        self._lines: deque[LogLine] = deque()
        self._bytes = 0
        self.last = 0

    def add(self, at_unix_ms: int, entry: Entry, text: str) -> None:
        self.last += 1
        line = LogLine(
            number=self.last,
            at_unix_ms=at_unix_ms,
            tunnel=entry.tunnel,
            kind=entry.kind,
            text=text,
        )
        self._lines.append(line)
        self._bytes += _size_bytes(line)
        while len(self._lines) > LINES_PER_USER or self._bytes > BYTES_PER_USER:
            self._bytes -= _size_bytes(self._lines.popleft())

    def after(self, number: int) -> tuple[LogLine, ...]:
        if not self._lines:
            return ()
        first = max(0, number + 1 - self._lines[0].number)
        last = min(len(self._lines), first + LINES_PER_PAGE)
        return tuple(self._lines[at] for at in range(first, last))

    def ends_with(self, tunnel: str, text: str) -> bool:
        if not self._lines:
            return False
        newest = self._lines[-1]
        return (newest.tunnel, newest.text) == (tunnel, text)


def _clean(text: str) -> str:
    """One line without a key in it, whatever it was made from."""
    return printable(redacted(cut(text, _READ_CHARS)), LINE_CHARS)


def _size_bytes(line: LogLine) -> int:
    return len(line.text.encode("utf-8", "replace"))
