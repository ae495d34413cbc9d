"""Tests on a loop, and waiting there for something to become true."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any


def on_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on a loop of its own, also where pytest has no plugin for that."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


async def until(is_so: Callable[[], object], *, timeout_s: float = 5) -> None:
    """Ask every millisecond; raises TimeoutError when it never becomes true."""
    for _ in range(int(timeout_s * 1000)):
        if is_so():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError
