"""What other programs of this machine keep, asked on the bus thread."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from wgdesk.client.backend import Backend
from wgdesk.client.machine_sources import MachineSources
from wgdesk.ui.bridge import Failed, ignore
from wgdesk.ui.switchboard import Switchboard

T = TypeVar("T")


def ask_machine(
    switchboard: Switchboard,
    question: Callable[[MachineSources], Awaitable[T]],
    done: Callable[[T], None],
    failed: Failed = ignore,
) -> None:
    """One question, through one connection; the answer arrives on the GUI thread."""

    async def ask(backend: Backend) -> T:
        sources = MachineSources(backend)
        try:
            return await question(sources)
        finally:
            await sources.close()

    switchboard.ask(ask, done, failed)
