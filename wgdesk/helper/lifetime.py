"""How long the helper stays, and what it tells the service manager about itself."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

IDLE_S: Final = 60.0


class Idleness:
    """Watches for a time in which there was nothing to stay for.

    Args:
        is_needed: A tunnel is up, a call is open, or somebody is subscribed.
        now_s: A clock that only goes forward.
    """

    def __init__(
        self, is_needed: Callable[[], bool], now_s: Callable[[], float], *, idle_s: float = IDLE_S
    ) -> None:
        self._is_needed, self._now_s, self._idle_s = is_needed, now_s, idle_s
        self._needed_at_s = now_s()

    def touch(self) -> None:
        """Something was asked for just now."""
        self._needed_at_s = self._now_s()

    def left_s(self) -> float:
        """How long to stay at least; 0 when it has been idle long enough."""
        if self._is_needed():
            self.touch()
        return max(0.0, self._needed_at_s + self._idle_s - self._now_s())

    async def wait(self) -> None:
        while (left_s := self.left_s()) > 0:  # noqa: ASYNC110  # time is what it waits for
            await asyncio.sleep(left_s)


class Manager:
    """The service manager's notification socket (sd_notify(3)); without one, nobody is told."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._watchdog_us = _microseconds(environ)

    def tell(self, state: str) -> None:
        """A lost notification is the manager's to notice; the helper goes on."""
        if self._address is None:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(state.encode(), self._address)

    async def keep_watchdog_quiet(self) -> None:
        """Runs until cancelled; a loop that hangs stops telling, and is ended."""
        if self._watchdog_us is None:
            return
        while True:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_us / 2_000_000)


def _address(text: str) -> str | None:
    if not text.startswith(("/", "@")):
        return None
    return "\0" + text[1:] if text.startswith("@") else text


def _microseconds(environ: Mapping[str, str]) -> int | None:
    text = environ.get("WATCHDOG_USEC", "")
    is_ours = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(text) if is_ours and text.isdecimal() and int(text) > 0 else None
