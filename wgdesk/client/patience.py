"""Work that may never come back, as a file on a server that is gone: others go on without it."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives; a thread that hangs is left behind and ends with the process.

    Raises:
        TimeoutError: It took longer. Whatever `work` raises is raised here too.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again where it was asked for
            failed.append(error)

    thread = threading.Thread(target=run, name="patience", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError
    return done[0]
