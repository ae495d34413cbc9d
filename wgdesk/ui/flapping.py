"""A bound on how often one tunnel is talked about. No Qt, no clock."""

from collections import deque
from enum import StrEnum
from typing import Final

WITHIN_S: Final = 60
MOST: Final = 3  # within that time


class Verdict(StrEnum):
    SAY = "say"
    SAY_IT_KEEPS_CHANGING = "keeps-changing"
    HUSH = "hush"


class Flapping:
    """Counts what happens to each tunnel; after a minute of less it may be told again."""

    def __init__(self) -> None:
        self._times: dict[str, deque[int]] = {}
        self._hushed: set[str] = set()

    def judge(self, name: str, now_s: int) -> Verdict:
        """Note that something has happened, and say whether to tell."""
        times = self._times.setdefault(name, deque(maxlen=MOST + 1))
        while times and not 0 <= now_s - times[0] < WITHIN_S:
            times.popleft()
        times.append(now_s)
        if len(times) <= MOST:
            if len(times) == 1:
                self._hushed.discard(name)
            return Verdict.HUSH if name in self._hushed else Verdict.SAY
        if name in self._hushed:
            return Verdict.HUSH
        self._hushed.add(name)
        return Verdict.SAY_IT_KEEPS_CHANGING

    def is_hushed(self, name: str) -> bool:
        """Whether the last word about it is that it keeps changing."""
        return name in self._hushed
