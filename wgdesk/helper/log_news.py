"""Tells the programs of a user that there are new lines about their tunnels: not with each line."""

import asyncio
from typing import Final

from wgdesk.helper.logbook import Logbook
from wgdesk.helper.subscribers import Subscribers

PAUSE_S: Final = 0.25


class LogNews:
    def __init__(self, logbook: Logbook, subscribers: Subscribers) -> None:
        self._logbook, self._subscribers = logbook, subscribers
        self._due: set[int] = set()
        logbook.on_line(self._on_line)

    def _on_line(self, uid: int) -> None:
        if uid not in self._due and self._subscribers.has(uid):
            self._due.add(uid)
            asyncio.get_running_loop().call_later(PAUSE_S, self._tell, uid)

    def _tell(self, uid: int) -> None:
        self._due.discard(uid)
        self._subscribers.tell_log(uid, self._logbook.last(uid))
