"""A name service that keeps what it was told, and one machine-wide state as a real one has it."""

from collections.abc import Callable

from wgdesk.domain.dns import DnsBackend, DnsChoice
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.steps import ApplyDns


class ToldNames:
    """Implements ports.NameService.

    Attributes:
        log: Every word it was told, in order.
        refused: Servers that it does not take.
        on_apply: Called while something is applied.
    """

    def __init__(self, on_apply: Callable[[], None] = lambda: None) -> None:
        self.log: list[str] = []
        self.refused: set[str] = set()
        self.on_apply = on_apply
        self._told: list[ApplyDns] = []

    def told_servers(self) -> list[str]:
        return [str(server) for step in self._told for server in step.config.servers]

    async def choose(self) -> DnsChoice | None:
        return DnsChoice(DnsBackend.FILE, "the test says so")

    async def apply(self, step: ApplyDns) -> None:
        words = " ".join(map(str, step.config.servers))
        self.log.append(f"apply {words}")
        self.on_apply()
        if words in self.refused:
            raise DnsFailed("the test says so")
        self._told.append(step)

    async def revert(self, step: ApplyDns) -> None:
        if step in self._told:
            self.log.append(f"revert {' '.join(map(str, step.config.servers))}")
            self._told.remove(step)

    async def verify(self, step: ApplyDns) -> str:
        return ""

    def on_change(self, told: Callable[[], None]) -> None:
        pass

    async def close(self) -> None:
        pass
