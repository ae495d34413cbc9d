"""The backends that write below /etc: resolv.conf itself, and the program resolvconf."""

import asyncio
import os
import secrets
from pathlib import Path
from typing import Any, Final, Protocol

from wgdesk.domain.dns import DnsBackend, is_loopback, name_servers
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.dns import work
from wgdesk.engine.dns.backend import ask_first_server, ask_server, entry_of
from wgdesk.engine.dns.places import Places, read_text
from wgdesk.engine.dns.plainfile import Entry, PlainFile
from wgdesk.engine.dns.resolvconf import stands_in
from wgdesk.engine.system_bus import SystemBus

UNIT: Final = "wgdesk-resolv.service"
UNIT_TIMEOUT_S: Final = 15.0
_SYSTEMD: Final = "org.freedesktop.systemd1"
_MANAGER_PATH: Final = "/org/freedesktop/systemd1"
_MANAGER: Final = "org.freedesktop.systemd1.Manager"


class Worker(Protocol):
    """Who carries a request out; raises DnsFailed with what became of it."""

    async def run(self, request: work.Request) -> None: ...


class OwnHands:
    """This process does it, on a thread: where there is no systemd, and so no wall."""

    def __init__(self, places: Places) -> None:
        self._places = places

    async def run(self, request: work.Request) -> None:
        await asyncio.to_thread(work.carry_out, request, self._places)


class Unit:
    """The unit wgdesk-resolv does it; one request at a time."""

    def __init__(self, bus: SystemBus, places: Places, request_file: Path) -> None:
        self._bus, self._places, self._request_file = bus, places, request_file
        self._turn = asyncio.Lock()
        self._ended: dict[str, str] = {}  # job -> how it ended
        self._news = asyncio.Event()
        self._is_listening = False

    async def run(self, request: work.Request) -> None:
        async with self._turn:
            await self._listen()
            try:
                _write(self._request_file, work.encode(request))
                how = await self._start_and_wait()
            except CallRefused as error:
                raise DnsFailed(f"{UNIT} does not start: {error.text or error.name}") from error
            except OSError as error:
                raise DnsFailed(f"{UNIT} cannot be told: {error.strerror}") from error
            finally:
                self._request_file.unlink(missing_ok=True)
            self._read_answer(request, how)

    def _read_answer(self, request: work.Request, how: str) -> None:
        try:
            data = (self._places.state_dir / work.ANSWER_NAME).read_bytes()
            given = work.decode_answer(data)
        except (OSError, ValueError):
            given = work.Answer("")
        if given.id != request.id:
            raise DnsFailed(f"{UNIT} gave no answer ({how}); its journal tells more")
        if given.why:
            raise DnsFailed(given.why)

    async def _start_and_wait(self) -> str:
        """How the job ended, in systemd's word."""
        self._ended.clear()
        body = [UNIT, "replace"]
        job = await self._bus.call(
            _SYSTEMD, _MANAGER_PATH, f"{_MANAGER}.StartUnit", "ss", body, timeout_s=UNIT_TIMEOUT_S
        )
        try:
            async with asyncio.timeout(UNIT_TIMEOUT_S):
                while job[0] not in self._ended:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return "no end in time"
        return self._ended[job[0]]

    async def _listen(self) -> None:
        if not self._is_listening:
            self._is_listening = True
            await self._bus.listen(_SYSTEMD, f"{_MANAGER}.JobRemoved", self._on_removed)
            try:
                await self._bus.call(_SYSTEMD, _MANAGER_PATH, f"{_MANAGER}.Subscribe")
            except CallRefused:
                self._is_listening = False

    def _on_removed(self, _path: str, body: Any) -> None:
        _number, job, unit, how = body
        if unit == UNIT:
            self._ended[job] = how
            self._news.set()


class EtcFiles:
    """Backend for FILE, OPENRESOLV and RESOLVCONF: the three that a resolv.conf shows."""

    def __init__(self, backend: DnsBackend, places: Places, worker: Worker) -> None:
        self._backend, self._places, self._worker = backend, places, worker

    async def apply(self, step: ApplyDns) -> None:
        await self._do(work.Deed.APPLY, entry_of(step))

    async def revert(self, step: ApplyDns) -> None:
        await self._do(work.Deed.REVERT, Entry(step.name))

    async def stands(self, step: ApplyDns) -> bool:
        if self._backend is DnsBackend.FILE:
            file = PlainFile(self._places.resolv_conf, self._places.state_dir)
            return file.stands(entry_of(step))
        return self._shows(step)

    async def verify(self, step: ApplyDns) -> str:
        text, config = self._text(), step.config
        domain = config.search[0] if config.search else ""
        if not config.servers:
            return "" if self._shows(step) else "resolv.conf does not name the search domains"
        first = next(iter(name_servers(text)), "")
        if self._backend is not DnsBackend.FILE and is_loopback(first):
            return await ask_server(config.servers[0], domain)
        return await ask_first_server(text, config.servers, domain)

    def _shows(self, step: ApplyDns) -> bool:
        is_debian = self._backend is DnsBackend.RESOLVCONF
        return stands_in(self._text(), entry_of(step), anywhere=is_debian)

    def _text(self) -> str:
        return read_text(self._places.resolv_conf)

    async def _do(self, deed: work.Deed, entry: Entry) -> None:
        await self._worker.run(work.Request(secrets.token_hex(8), deed, self._backend, entry))


def recovery() -> work.Request:
    """Bring back what a reboot left behind."""
    return work.Request(secrets.token_hex(8), work.Deed.RECOVER, DnsBackend.FILE, Entry(""))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    beside.replace(path)
