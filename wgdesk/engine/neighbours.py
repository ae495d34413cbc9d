"""Tunnels of other programs, and the news that one of them came or went."""

from collections.abc import Callable, Sequence

from wgdesk.domain.snapshot import ForeignLink
from wgdesk.engine.ports import System


class Neighbours:
    """Looks when somebody asks, and after changes of the machine.

    Args:
        told: Called when they are others than whoever asked last has heard.
    """

    def __init__(self, system: System, told: Callable[[], None]) -> None:
        self._system, self._told = system, told
        self._known: Sequence[ForeignLink] | None = None  # nobody has asked yet

    async def list(self) -> Sequence[ForeignLink]:
        self._known = await self._system.other_tunnels()
        return self._known

    async def look(self) -> None:
        """The machine has changed."""
        before = self._known
        if before is not None and await self.list() != before:
            self._told()
