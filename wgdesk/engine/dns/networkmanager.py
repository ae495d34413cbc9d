"""NetworkManager's global DNS: a drop-in a tunnel, in a folder that is gone with the next boot.

It reads its drop-ins in the order of their names and the last one counts, so they carry a
number: the tunnel that came last answers, whichever goes first.
"""

import asyncio
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from wgdesk.domain.dns import is_loopback, name_servers
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.dns.backend import ask_first_server, ask_server, entry_of
from wgdesk.engine.dns.places import Places, read_text
from wgdesk.engine.dns.resolvconf import stands_in
from wgdesk.engine.system_bus import SystemBus

NAME: Final = "org.freedesktop.NetworkManager"
PATH: Final = "/org/freedesktop/NetworkManager"
RELOAD_CONFIG: Final = 1
TAKES_S: Final = 2.0
_DROP_IN: Final = re.compile(r"90-wgdesk-dns-([0-9]{4})-(.+)\.conf")
_STEP_S: Final = 0.05


class NetworkManager:
    """Backend for NetworkManager, where it writes resolv.conf itself."""

    def __init__(self, bus: SystemBus, places: Places) -> None:
        self._bus, self._places = bus, places

    async def apply(self, step: ApplyDns) -> None:
        path = self._find(step.name) or self._next_path(step.name)
        try:
            _write(path, _render(step))
        except OSError as error:
            raise DnsFailed(f"{path} cannot be written: {error.strerror}") from error
        try:
            await self._reload()
            await self._wait_until_taken(step)
        except DnsFailed:
            path.unlink(missing_ok=True)
            with suppress(DnsFailed):  # who does not listen has nothing of ours either
                await self._reload()
            raise

    async def revert(self, step: ApplyDns) -> None:
        path = self._find(step.name)
        if path is None:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise DnsFailed(f"{path} cannot be removed: {error.strerror}") from error
        if await self._is_there():
            await self._reload()

    async def stands(self, step: ApplyDns) -> bool:
        path = self._find(step.name)
        if path is None or read_text(path) != _render(step):
            return False
        return self._is_taken(step)

    async def verify(self, step: ApplyDns) -> str:
        path = self._find(step.name)
        if path is None:
            return "NetworkManager's settings were changed by another program"
        if not await self._is_there():
            return "NetworkManager does not run"
        text = read_text(self._places.resolv_conf)
        domain = step.config.search[0] if step.config.search else ""
        first = next(iter(name_servers(text)), "")
        if is_loopback(first):  # its own forwarder, which it has told
            return await ask_server(step.config.servers[0], domain)
        return await ask_first_server(text, step.config.servers, domain)

    def names(self) -> tuple[str, ...]:
        """The tunnels that have a drop-in."""
        return tuple(name for _, _, name in self._drop_ins())

    async def _wait_until_taken(self, step: ApplyDns) -> None:
        for _ in range(int(TAKES_S / _STEP_S)):
            if self._is_taken(step):
                return
            await asyncio.sleep(_STEP_S)
        raise DnsFailed("NetworkManager did not take them")

    def _is_taken(self, step: ApplyDns) -> bool:
        return stands_in(read_text(self._places.resolv_conf), entry_of(step))

    async def _reload(self) -> None:
        try:
            await self._bus.call(NAME, PATH, f"{NAME}.Reload", "u", [RELOAD_CONFIG])
        except CallRefused as error:
            raise DnsFailed(f"NetworkManager said: {error.text or error.name}") from error

    async def _is_there(self) -> bool:
        try:
            return bool(await self._bus.owner(NAME))
        except CallRefused:
            return False

    def _find(self, name: str) -> Path | None:
        return next((path for path, number, owner in self._drop_ins() if owner == name), None)

    def _next_path(self, name: str) -> Path:
        number = max((number for _, number, _ in self._drop_ins()), default=0) + 1
        return self._places.networkmanager_dir / f"90-wgdesk-dns-{number:04}-{name}.conf"

    def _drop_ins(self) -> list[tuple[Path, int, str]]:
        try:
            paths = sorted(self._places.networkmanager_dir.iterdir())
        except OSError:
            return []
        found = ((path, _DROP_IN.fullmatch(path.name)) for path in paths)
        return [(path, int(it[1]), it[2]) for path, it in found if it is not None]


def _render(step: ApplyDns) -> str:
    """Both keys always, so that nothing of a tunnel below shines through."""
    servers = ",".join(map(str, step.config.servers))
    searches = ",".join(step.config.search)
    return (
        f"# wgdesk wrote this for the tunnel {step.name}.\n"
        f"[global-dns]\nsearches={searches}\n\n[global-dns-domain-*]\nservers={servers}\n"
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o755)
    beside = path.with_name(f".{secrets.token_hex(4)}")
    beside.write_text(text, encoding="ascii")
    beside.chmod(0o644)
    beside.rename(path)
