"""Remembers how late it has been, so that a clock that was set back is noticed.

A WireGuard server refuses a handshake whose time is not later than that of the one before, so
what counts is the newest handshake of this machine. It is noted as a file's time, which takes
no writing of data; systemd's own note of the same kind counts too.
"""

import logging
import os
from pathlib import Path
from typing import Final

SLACK_S: Final = 5  # a clock that is corrected a little catches up before the next handshake
NOTED_EVERY_S: Final = 600
TIMESYNC_CLOCK: Final = Path("/var/lib/systemd/timesync/clock")

_log = logging.getLogger(__name__)


class ClockNote:
    """The latest time that this machine is known to have had.

    Args:
        file: Outlives a reboot; None where nothing is to be kept.
    """

    def __init__(self, file: Path | None = None, others: tuple[Path, ...] = ()) -> None:
        self._file, self._others = file, others
        self._newest_unix_s = self._noted_unix_s = _time_of(file) if file else 0

    def note(self, handshake_unix_s: int, *, is_new: bool) -> None:
        """There was a handshake then.

        A new one that is older than what is known shows that what is known was wrong: once
        the clock was ahead, and the servers have got over it.
        """
        is_back = is_new and handshake_unix_s < self._newest_unix_s - SLACK_S
        if handshake_unix_s <= self._newest_unix_s and not is_back:
            return
        self._newest_unix_s = handshake_unix_s
        if self._file is None or 0 <= handshake_unix_s - self._noted_unix_s < NOTED_EVERY_S:
            return
        self._noted_unix_s = handshake_unix_s
        try:
            self._file.touch(mode=0o600)
            os.utime(self._file, (handshake_unix_s, handshake_unix_s))
        except OSError as error:
            _log.warning("the time of the last handshake cannot be noted: %s", error)

    def is_behind(self, now_unix_s: float) -> bool:
        """Whether the clock shows less than it surely has shown before."""
        known = (self._newest_unix_s, *map(_time_of, self._others))
        return now_unix_s < max(known) - SLACK_S


def _time_of(file: Path) -> int:
    """Unix seconds; 0 where there is no such file."""
    try:
        return int(file.stat().st_mtime)
    except OSError:
        return 0
