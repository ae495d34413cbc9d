"""Who is told a tunnel's name servers in the differential test."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from wgdesk.domain.dns import DnsBackend, DnsChoice, DnsConfig
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.dns.backend import entry_of
from wgdesk.engine.dns.places import Places
from wgdesk.engine.dns.resolvconf import Resolvconf


class ResolvconfNames:
    """Implements ports.NameService by the program resolvconf, the very one that wg-quick tells."""

    def __init__(self, program: Path, resolv_conf: Path) -> None:
        places = Places(resolv_conf=resolv_conf, resolvconf_programs=(program,))
        self._resolvconf = Resolvconf(DnsBackend.OPENRESOLV, places)

    async def choose(self) -> DnsChoice:
        return DnsChoice(DnsBackend.OPENRESOLV, "the test says so")

    async def apply(self, step: ApplyDns) -> None:
        await asyncio.to_thread(self._resolvconf.apply, entry_of(step))

    async def revert(self, step: ApplyDns) -> None:
        await asyncio.to_thread(self._resolvconf.revert, step.name)

    async def stands(self, step: ApplyDns) -> bool:
        return await asyncio.to_thread(self._resolvconf.stands, entry_of(step))

    async def verify(self, _step: ApplyDns) -> str:
        return ""  # nobody answers in here

    def on_change(self, told: Callable[[], None]) -> None:
        """Nothing ever changes."""

    async def close(self) -> None:
        """Holds nothing open."""


class ResolvedNames:
    """Implements ports.NameService: remembers what systemd-resolved would be told."""

    def __init__(self) -> None:
        self._told: list[DnsConfig] = []

    async def choose(self) -> DnsChoice:
        return DnsChoice(DnsBackend.RESOLVED, "the test says so")

    async def apply(self, step: ApplyDns) -> None:
        self._told.append(step.config)

    async def revert(self, step: ApplyDns) -> None:
        self._told.remove(step.config)

    async def stands(self, step: ApplyDns) -> bool:
        return step.config in self._told

    async def verify(self, _step: ApplyDns) -> str:
        return ""

    def on_change(self, told: Callable[[], None]) -> None:
        """Nothing ever changes."""

    async def close(self) -> None:
        assert self._told == []

    def lines(self) -> tuple[str, ...]:
        """The same in the words that resolvconf would be told."""
        return tuple(line for config in self._told for line in _lines(config))


def _lines(config: DnsConfig) -> Iterator[str]:
    yield from (f"nameserver {server}" for server in config.servers)
    if config.search:
        yield f"search {' '.join(config.search)}"
    if config.is_exclusive:
        yield "exclusive"
