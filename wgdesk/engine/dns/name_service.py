"""Who looks names up on this machine: found anew at each `up`, told, watched and asked."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final, Self

from wgdesk.domain.dns import (
    DnsBackend,
    DnsChoice,
    DnsConfig,
    DnsFacts,
    choose_backend,
    name_servers,
)
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.dns import networkmanager, resolved, work
from wgdesk.engine.dns.backend import Backend
from wgdesk.engine.dns.file_watch import FileWatch
from wgdesk.engine.dns.files import EtcFiles, OwnHands, Unit, Worker, recovery
from wgdesk.engine.dns.networkmanager import NetworkManager
from wgdesk.engine.dns.places import Places, read_text
from wgdesk.engine.dns.plainfile import PlainFile
from wgdesk.engine.dns.resolvconf import find_flavour
from wgdesk.engine.dns.resolved import Resolved
from wgdesk.engine.engine_unit import is_booted_by_systemd
from wgdesk.engine.system_bus import SystemBus

VERIFY_S: Final = 5.0
_CHANGED: Final = "org.freedesktop.DBus.Properties.PropertiesChanged"
_OF_INTEREST: Final = frozenset({"DNS", "DNSEx", "Domains"})

_log = logging.getLogger(__name__)


class SystemNames:
    """Implements ports.NameService; made inside a running loop and closed by `close`."""

    def __init__(self, bus: SystemBus, places: Places, worker: Worker) -> None:
        self._bus, self._places, self._worker = bus, places, worker
        self._networkmanager = NetworkManager(bus, places)
        self._backends: Mapping[DnsBackend, Backend] = {
            DnsBackend.RESOLVED: Resolved(bus),
            DnsBackend.NETWORKMANAGER: self._networkmanager,
            **{
                backend: EtcFiles(backend, places, worker)
                for backend in (DnsBackend.FILE, DnsBackend.OPENRESOLV, DnsBackend.RESOLVCONF)
            },
        }
        self._told: Callable[[], None] = lambda: None
        self._found: DnsFacts | None = None  # what the log has told last
        self._watched: set[DnsBackend] = set()
        self._file_watch: FileWatch | None = None

    @classmethod
    def of_machine(cls, bus: SystemBus, state_dir: Path) -> Self:
        """This machine's; `state_dir` is the helper's own, for where there is no systemd."""
        if is_booted_by_systemd():
            places = Places()
            return cls(bus, places, Unit(bus, places, work.REQUEST_FILE))
        places = Places(state_dir=state_dir / "resolv")
        return cls(bus, places, OwnHands(places))

    async def choose(self) -> DnsChoice | None:
        facts = await self._facts()
        choice = choose_backend(facts)
        if facts != self._found:  # anybody may ask again and again
            self._found = facts
            _log.info(
                "names are looked up by %s: %s (resolv.conf %s, nsswitch %s, resolved %s, "
                "NetworkManager %s, resolvconf %s)",
                *(choice.backend, choice.reason, name_servers(facts.text), facts.hosts_line),
                *(facts.has_resolved, facts.has_networkmanager, facts.resolvconf),
            )
        return choice

    async def apply(self, step: ApplyDns) -> None:
        await self._watch(step.backend)
        await self._backend(step).apply(step)

    async def revert(self, step: ApplyDns) -> None:
        await self._backend(step).revert(step)

    async def stands(self, step: ApplyDns) -> bool:
        await self._watch(step.backend)
        return await self._backend(step).stands(step)

    async def verify(self, step: ApplyDns) -> str:
        await self._watch(step.backend)
        try:
            async with asyncio.timeout(VERIFY_S):
                return await self._backend(step).verify(step)
        except TimeoutError:
            return "no answer came in time"

    async def recover(self, known: Collection[str]) -> None:
        """Bring back the resolv.conf of before a reboot, and what tunnels left that are gone.

        Where that fails it is logged: nobody waits for it, and the next start tries again.
        """
        file = PlainFile(self._places.resolv_conf, self._places.state_dir)
        try:
            if file.names():
                await self._worker.run(recovery())
            for backend, names in (
                (DnsBackend.FILE, file.names()),
                (DnsBackend.NETWORKMANAGER, self._networkmanager.names()),
            ):
                for name in set(names) - set(known):
                    _log.warning("taking back the name servers of %s, which is gone", name)
                    await self.revert(ApplyDns(name, backend, DnsConfig(servers=())))
        except DnsFailed as error:
            _log.warning("%s", error)

    def on_change(self, told: Callable[[], None]) -> None:
        self._told = told

    async def close(self) -> None:
        if self._file_watch is not None:
            self._file_watch.close()
            self._file_watch = None

    async def _facts(self) -> DnsFacts:
        text = read_text(self._places.resolv_conf)
        flavour = None
        if "resolvconf" in text:  # else it is not asked, for that runs a program
            flavour = await asyncio.to_thread(find_flavour, self._places)
        return DnsFacts(
            text=text,
            hosts_line=_hosts_line(read_text(self._places.nsswitch)),
            has_resolved=await self._has(resolved.NAME),
            has_networkmanager=await self._has(networkmanager.NAME),
            resolvconf=flavour,
        )

    async def _has(self, name: str) -> bool:
        try:
            return bool(await self._bus.owner(name))
        except CallRefused:
            return False

    def _backend(self, step: ApplyDns) -> Backend:
        try:
            return self._backends[step.backend]
        except KeyError as error:
            raise DnsFailed(f"{step.backend} is left alone here") from error

    async def _watch(self, backend: DnsBackend) -> None:
        """From the first use on, hear what becomes of it."""
        if backend in self._watched:
            return
        self._watched.add(backend)
        if backend is DnsBackend.RESOLVED:
            await self._bus.watch_owner(resolved.NAME, self._on_owner)
            await self._bus.listen(resolved.NAME, _CHANGED, self._on_properties)
            return
        if backend is DnsBackend.NETWORKMANAGER:
            await self._bus.watch_owner(networkmanager.NAME, self._on_owner)
        if self._file_watch is None:
            self._file_watch = FileWatch(self._places.resolv_conf, self._on_file)

    def _on_owner(self, _owner: str) -> None:
        self._told()

    def _on_file(self) -> None:
        self._told()

    def _on_properties(self, _path: str, body: Any) -> None:
        _interface, changed, invalidated = body
        if _OF_INTEREST & {*changed, *invalidated}:
            self._told()


def _hosts_line(text: str) -> tuple[str, ...]:
    """Sources of nsswitch.conf's `hosts:`, without the [actions] between them."""
    for line in text.splitlines():
        key, _, rest = line.partition("#")[0].partition(":")
        if key.strip() == "hosts":
            return tuple(word for word in rest.split() if not word.startswith(("[", "!")))
    return ()
