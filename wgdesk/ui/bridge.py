"""The one crossing between the GUI thread and the thread where asyncio and D-Bus live."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import aclosing
from functools import partial
from typing import Any, Final, TypeVar, cast

from PySide6.QtCore import QObject, Qt, Signal

from wgdesk.domain.errors import ClientError, WgdeskError
from wgdesk.ui.language import tr

T = TypeVar("T")

log: Final = logging.getLogger(__name__)
CLOSE_TIMEOUT_S: Final = 3.0

Failed = Callable[[WgdeskError], None]


def ignore(_: object) -> None:
    """For a caller to whom the answer does not matter."""


class Bridge(QObject):
    """Sends coroutines to the bus thread; what they give arrives on the GUI thread.

    Whatever a callback touches therefore needs no lock. A failure that is no
    WgdeskError is a bug: it is logged with its traceback, and the caller gets an
    ordinary error that says so.
    """

    _crossed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
        self._crossed.connect(self._on_crossed, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        self._thread.start()

    def close(self, last: Coroutine[Any, Any, object] | None = None) -> None:
        """Do one last thing, end everything else, and wait a little for both."""
        if not self._thread.is_alive():
            if last is not None:
                last.close()
            return
        if last is not None:
            self._finish(last)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_TIMEOUT_S)

    def submit(
        self,
        work: Coroutine[Any, Any, T],
        done: Callable[[T], None] = ignore,
        failed: Failed = ignore,
    ) -> Future[T]:
        """Run `work` on the bus thread; cancelling what this returns silences both callbacks."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.add_done_callback(partial(self._report, done, failed))
        return future

    def watch(
        self,
        stream: Callable[[], AsyncIterator[T]],
        arrived: Callable[[T], None],
        ended: Callable[[WgdeskError | None], None] = ignore,
    ) -> Future[None]:
        """Follow a stream until it ends, fails or is cancelled; `ended` gets None or the failure."""

        async def follow() -> None:
            # Every stream here is an async generator; only those can be closed at once.
            async with aclosing(cast("AsyncGenerator[T, None]", stream())) as items:
                async for item in items:
                    self._crossed.emit(partial(arrived, item))

        return self.submit(follow(), lambda _: ended(None), ended)

    def _finish(self, last: Coroutine[Any, Any, object]) -> None:
        future = asyncio.run_coroutine_threadsafe(last, self._loop)
        try:
            future.result(CLOSE_TIMEOUT_S)
        except (WgdeskError, TimeoutError) as error:
            log.info("closing: %s", error)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._end_tasks()
        finally:
            self._loop.close()

    def _end_tasks(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def _report(self, done: Callable[[T], None], failed: Failed, future: Future[T]) -> None:
        """On the bus thread: send the outcome across."""
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._crossed.emit(partial(done, future.result()))
        elif isinstance(error, WgdeskError):
            self._crossed.emit(partial(failed, error))
        else:
            log.error("bug on the bus thread", exc_info=error)
            self._crossed.emit(partial(failed, bug_error()))

    def _on_crossed(self, call: Callable[[], None]) -> None:
        call()


def bug_error() -> WgdeskError:
    error = ClientError(tr("wgdesk made a mistake"))
    error.remedy = tr("The window's log has the details: start wgdesk from a terminal to see it.")
    return error
