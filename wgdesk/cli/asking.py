"""A verb that asks the helper: one connection, closed afterwards."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it brings half of domain with it, which few verbs need
    from wgdesk.client.backend import Backend

MakeBackend = Callable[[], "Backend"]


def ask(make_backend: MakeBackend, work: "Callable[[Backend], Awaitable[int]]") -> int:
    """Run `work` with a backend that is closed afterwards, come what may."""
    import asyncio  # noqa: PLC0415  # a tenth of a second on a slow machine, and few verbs ask
    import logging  # noqa: PLC0415

    # What dbus-next has to say about a lost connection is no concern of a person's terminal.
    logging.getLogger().addHandler(logging.NullHandler())

    async def run() -> int:
        backend = make_backend()
        try:
            return await work(backend)
        finally:
            await backend.close()

    return asyncio.run(run())
