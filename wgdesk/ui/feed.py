"""A stream that is followed while somebody looks at it, and begun anew where it ended."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import aclosing
from typing import Final, Generic, TypeVar, cast

from PySide6.QtCore import QObject, QTimer, Signal

from wgdesk.client.backend import Backend
from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.bridge import Bridge

T = TypeVar("T")
RETRY_MS: Final = 5_000  # after a stream that failed


def stream_of(
    open_backend: Callable[[], Awaitable[Backend]],
    choose: Callable[[Backend], AsyncIterator[T]],
) -> Callable[[], AsyncIterator[T]]:
    """One of the helper's streams; it is opened and read on the bus thread."""

    async def stream() -> AsyncIterator[T]:
        # Every stream of it is an async generator; only those can be closed at once.
        found = cast("AsyncGenerator[T, None]", choose(await open_backend()))
        async with aclosing(found) as items:
            async for item in items:
                yield item

    return stream


class Feed(QObject, Generic[T]):
    """Lives on the GUI thread.

    Signals:
        arrived: The next value; None while nobody answers.
        failed: Why the stream ended (a WgdeskError); it is tried again.
    """

    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, stream: Callable[[], AsyncIterator[T]]) -> None:
        """`stream` is called anew, on the bus thread, each time somebody begins to look."""
        super().__init__()
        self._bridge, self._stream = bridge, stream
        self._following: Future[None] | None = None
        self._retry = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._retry.timeout.connect(self._follow)

    def set_watched(self, watched: bool) -> None:  # noqa: FBT001  # a property's setter in all but name
        if not watched:
            self._retry.stop()
            self._leave()
        elif self._following is None:
            self._follow()

    def _follow(self) -> None:
        self._following = self._bridge.watch(self._stream, self.arrived.emit, self._on_ended)

    def _leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    def _on_ended(self, error: WgdeskError | None) -> None:
        if self._following is None:  # it was on its way here when nobody looked any more
            return
        self._following = None
        self.failed.emit(error)
        self._retry.start()
