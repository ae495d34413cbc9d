"""The machine's routing for everybody who asks, and the news that it changed."""

import asyncio
import time
from collections.abc import Callable, Mapping

from wgdesk.engine.routing_reading import read_routing
from wgdesk.engine.routing_watch import RoutingWatch


class RoutingView:
    """Reads on a thread, for 20,000 routes take a tenth of a second.

    One reading at a time: whoever asks meanwhile shares the next one, and that waits as long
    as the last one took, so that nobody keeps this process busy by asking.

    Args:
        tunnels: Gives the names of the tunnels that are up by their tables.
    """

    def __init__(
        self,
        tunnels: Callable[[], Mapping[int, str]],
        read: Callable[[Mapping[int, str]], str] = read_routing,
    ) -> None:
        self._tunnels, self._read_now = tunnels, read
        self._told: Callable[[], None] = lambda: None
        self._watch = RoutingWatch(self._tell)
        self._turn = asyncio.Lock()
        self._next: asyncio.Future[str] | None = None
        self._rests_until_s = 0.0

    async def read(self) -> str:
        """As it is a moment from now, in the words of `wire.routing_codec`.

        Raises:
            EngineError: The kernel does not answer, or not as it should.
        """
        if self._next is None:
            self._next = asyncio.ensure_future(self._read_next())
            self._next.add_done_callback(_look_at)
        return await asyncio.shield(self._next)

    def watch(self) -> None:
        """Tell of the next change; of one only."""
        self._watch.arm()

    def on_change(self, told: Callable[[], None], /) -> None:
        """Call `told()` when what is watched has changed."""
        self._told = told

    def close(self) -> None:
        self._watch.close()

    def _tell(self) -> None:
        self._told()

    async def _read_next(self) -> str:
        async with self._turn:
            await asyncio.sleep(self._rests_until_s - time.monotonic())
            self._next = None  # who asks from here on may want to see what changed since
            began_s = time.monotonic()
            try:
                return await asyncio.to_thread(self._read_now, self._tunnels())
            finally:
                self._rests_until_s = 2 * time.monotonic() - began_s


def _look_at(reading: asyncio.Future[str]) -> None:
    """Take the exception out: all who waited may have gone away."""
    if not reading.cancelled():
        reading.exception()
