"""How much one user, and all users together, may ask for."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.errors import AuthRequired, LimitExceeded

CALLS_PER_S: Final = 20.0
CALL_BURST: Final = 60.0
CHANGES_AT_ONCE: Final = 4
CALLS_AT_ONCE: Final = 32
PROMPTS_PER_USER: Final = 1
PROMPTS: Final = 16
DISMISSALS: Final = 2
DISMISSAL_MEMORY_S: Final = 60.0
LOG_PAUSE_S: Final = 10.0
# Users of a container have user ids of their own on the bus, up to 65,536 of them.
KNOWN_USERS: Final = 1024

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at_s: float


class Quotas:
    """Counts; refuses with LimitExceeded.

    Args:
        now_s: A clock that only goes forward.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._buckets: dict[int, _Bucket] = {}
        self._calls: Counter[int] = Counter()
        self._changes: Counter[int] = Counter()
        self._prompts: Counter[int] = Counter()
        self._dismissed: dict[int, deque[float]] = {}
        self._logged_at_s: dict[int | None, float] = {}

    @property
    def open_calls(self) -> int:
        return self._calls.total()

    @property
    def open_prompts(self) -> int:
        return self._prompts.total()

    def count_call(self, uid: int) -> None:
        """One more call; each user may make 60 at once, then 20 a second."""
        now_s = self._now_s()
        if uid not in self._buckets and len(self._buckets) >= KNOWN_USERS:
            self._forget_quiet_users(now_s)
        bucket = self._buckets.setdefault(uid, _Bucket(CALL_BURST, now_s))
        earned = (now_s - bucket.filled_at_s) * CALLS_PER_S
        bucket.left, bucket.filled_at_s = min(CALL_BURST, bucket.left + earned), now_s
        if bucket.left < 1:
            raise self._refused(uid, "too many calls; slow down")
        bucket.left -= 1

    @contextmanager
    def call(self, uid: int) -> Iterator[None]:
        with self._taken(self._calls, uid, CALLS_AT_ONCE, "too many calls are open"):
            yield

    @contextmanager
    def change(self, uid: int) -> Iterator[None]:
        with self._taken(self._changes, uid, CHANGES_AT_ONCE, "too many changes at once"):
            yield

    @contextmanager
    def prompt(self, uid: int) -> Iterator[None]:
        """Somebody is being asked for a password.

        Raises:
            AuthRequired: This user has just closed the dialog twice.
            LimitExceeded: A dialog is open already.
        """
        if self._is_tired(uid):
            raise AuthRequired("the password dialog was closed twice; try again in a minute")
        if self.open_prompts >= PROMPTS:
            raise self._refused(uid, "too many password dialogs are open on this machine")
        text = "another password dialog is open; answer that one first"
        with self._taken(self._prompts, uid, PROMPTS_PER_USER, text):
            yield

    def note_dismissal(self, uid: int) -> None:
        self._dismissed.setdefault(uid, deque(maxlen=DISMISSALS)).append(self._now_s())

    def _forget_quiet_users(self, now_s: float) -> None:
        """Whoever has not called for so long that nothing is held against them any more."""
        quiet_s = max(CALL_BURST / CALLS_PER_S, LOG_PAUSE_S, DISMISSAL_MEMORY_S)
        quiet = [
            uid for uid, bucket in self._buckets.items() if now_s - bucket.filled_at_s > quiet_s
        ]
        for uid in quiet:
            del self._buckets[uid]
            self._dismissed.pop(uid, None)
            self._logged_at_s.pop(uid, None)

    def _is_tired(self, uid: int) -> bool:
        times = self._dismissed.get(uid)
        if times is None or len(times) < DISMISSALS or times[-1] - times[0] >= DISMISSAL_MEMORY_S:
            return False
        return self._now_s() - times[-1] < DISMISSAL_MEMORY_S

    @contextmanager
    def _taken(self, counter: Counter[int], uid: int, limit: int, text: str) -> Iterator[None]:
        if counter[uid] >= limit:
            raise self._refused(uid, text)
        counter[uid] += 1
        try:
            yield
        finally:
            counter[uid] -= 1
            if not counter[uid]:
                del counter[uid]

    def note_refused_stranger(self, text: str) -> None:
        """Somebody was refused before it was known who that is."""
        self._refused(None, text)

    def _refused(self, uid: int | None, text: str) -> LimitExceeded:
        now_s = self._now_s()
        if now_s - self._logged_at_s.get(uid, -LOG_PAUSE_S) >= LOG_PAUSE_S:
            self._logged_at_s[uid] = now_s
            _log.warning("%s: %s", "callers" if uid is None else f"user {uid}", text)
        return LimitExceeded(text)
