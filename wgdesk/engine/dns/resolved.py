"""systemd-resolved, told by D-Bus: servers and domains belong to the tunnel's own link.

The link's end takes them away as well. A full tunnel gets the domain `~.`, every name;
a split one its own domains, which are search domains and routing domains in one.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Address, ip_address
from typing import Any, Final

from wgdesk.domain.dns import ROUTE_ALL, ROUTING
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.profile import Address
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.dns import question
from wgdesk.engine.dns.backend import ask_server
from wgdesk.engine.system_bus import SystemBus

NAME: Final = "org.freedesktop.resolve1"
PATH: Final = "/org/freedesktop/resolve1"
MANAGER: Final = "org.freedesktop.resolve1.Manager"
LINK: Final = "org.freedesktop.resolve1.Link"
STUB: Final = IPv4Address("127.0.0.53")
OWNER_WAIT_S: Final = 1.5
# Together less than the time there is for all of it.
STUB_TRIES_S: Final = (0.5, 1.0, 1.0)
SERVER_TRIES_S: Final = (0.5, 1.0)
_BUSY: Final = "org.freedesktop.resolve1.LinkBusy"
_NO_LINK: Final = "org.freedesktop.resolve1.NoSuchLink"

Domain = tuple[str, bool]


class Resolved:
    """Backend for systemd-resolved. It is never started from here: it runs or it does not."""

    def __init__(self, bus: SystemBus) -> None:
        self._bus = bus

    async def apply(self, step: ApplyDns) -> None:
        index = _index(step.name)
        if index is None:
            raise DnsFailed(f"the interface {step.name} is gone")
        await self._wait_for_it()
        config = step.config
        servers = [[_family(it), it.packed] for it in config.servers]
        domains = [list(it) for it in wanted_domains(step)]
        try:
            await self._tell("SetLinkDNS", "ia(iay)", index, servers)
            await self._tell("SetLinkDomains", "ia(sb)", index, domains)
            await self._tell("SetLinkDefaultRoute", "ib", index, config.is_exclusive)
            for member in ("SetLinkLLMNR", "SetLinkMulticastDNS", "SetLinkDNSOverTLS"):
                await self._tell(member, "is", index, "no")
            await self._tell("FlushCaches")
        except CallRefused as error:
            raise await self._refusal(step, index, error) from error

    async def revert(self, step: ApplyDns) -> None:
        index = _index(step.name)
        if index is None or not await self._owner():
            return  # its end, or resolved's own, took them away
        try:
            await self._tell("RevertLink", "i", index)
            await self._tell("FlushCaches")
        except CallRefused as error:
            if error.name != _NO_LINK and await self._owner():
                raise DnsFailed(f"systemd-resolved said: {error.text or error.name}") from error

    async def stands(self, step: ApplyDns) -> bool:
        index = _index(step.name)
        if index is None or not await self._owner():
            return False
        try:
            found = await self._link(index)
        except CallRefused:
            return False
        has_servers = _addresses(found["DNS"]) == list(step.config.servers)
        return has_servers and set(_domains(found["Domains"])) == set(wanted_domains(step))

    async def verify(self, step: ApplyDns) -> str:
        index = _index(step.name)
        if index is None or not await self._owner():
            return "systemd-resolved does not run"
        try:
            if not await self.stands(step):
                return "another program changed the interface's name servers"
            rival = await self._find_rival(step, index)
            if rival or not step.config.servers:
                return rival
            return await self._ask(step, index)
        except CallRefused as error:
            return f"systemd-resolved said: {error.text or error.name}"

    async def _ask(self, step: ApplyDns, index: int) -> str:
        domain = step.config.search[0] if step.config.search else ""
        name = question.fresh_name(domain)
        try:
            reply = await question.ask(STUB, name, tries_s=STUB_TRIES_S)
        except ConnectionRefusedError:
            return await self._ask_by_bus(step, domain)
        if reply is None or reply.code == question.SERVER_FAILURE:
            return await _find_fault(step.config.servers[0], name, reply)
        asked = _addresses([(await self._link(index))["CurrentDNSServer"]])
        if asked and asked[0] not in step.config.servers:
            return f"systemd-resolved asked {asked[0]} instead"
        return ""

    async def _ask_by_bus(self, step: ApplyDns, domain: str) -> str:
        """Where it has no stub the C library asks it this way."""
        body = [0, question.fresh_name(domain), socket.AF_INET, 0]
        try:
            await self._bus.call(NAME, PATH, f"{MANAGER}.ResolveHostname", "isit", body)
        except CallRefused as error:
            if not error.name.endswith("DnsError.NXDOMAIN"):
                return await ask_server(step.config.servers[0], domain)
        return ""

    async def _find_rival(self, step: ApplyDns, index: int) -> str:
        """Another link that every name is asked at as well; "" for none."""
        if not step.config.is_exclusive:
            return ""
        body = [MANAGER, "Domains"]
        answer = await self._bus.call(NAME, PATH, f"{_PROPERTIES}.Get", "ss", body)
        for other, domain, _is_routing in answer[0].value:
            if domain == "." and other not in (0, index):
                return f"every name is also asked at the interface {_link_name(other)}"
        return ""

    async def _link(self, index: int) -> dict[str, Any]:
        path = (await self._bus.call(NAME, PATH, f"{MANAGER}.GetLink", "i", [index]))[0]
        found = await self._bus.call(NAME, path, f"{_PROPERTIES}.GetAll", "s", [LINK])
        return {key: value.value for key, value in found[0].items()}

    async def _tell(self, member: str, signature: str = "", *body: Any) -> None:
        await self._bus.call(NAME, PATH, f"{MANAGER}.{member}", signature, body)

    async def _owner(self) -> str:
        try:
            return await self._bus.owner(NAME)
        except CallRefused:
            return ""

    async def _wait_for_it(self) -> None:
        """It may be about to restart; a call would start one that an administrator stopped."""
        for _ in range(int(OWNER_WAIT_S / 0.1)):
            if await self._owner():
                return
            await asyncio.sleep(0.1)
        raise DnsFailed("systemd-resolved, which looks names up here, does not run")

    async def _refusal(self, step: ApplyDns, index: int, error: CallRefused) -> DnsFailed:
        if error.name == _BUSY:
            return DnsFailed(
                f"systemd-networkd manages the interface {step.name}, by a .network file in "
                "/etc/systemd/network"
            )
        with suppress(CallRefused):  # the same trouble; the link goes next
            await self._tell("RevertLink", "i", index)
        return DnsFailed(f"systemd-resolved said: {error.text or error.name}")


_PROPERTIES: Final = "org.freedesktop.DBus.Properties"


async def _find_fault(server: Address, name: str, reply: question.Reply | None) -> str:
    """Why resolved has no answer; "" where the server itself has none for this name."""
    try:
        own = await question.ask(server, name, tries_s=SERVER_TRIES_S)
    except ConnectionRefusedError:
        return f"at {server} nobody answers DNS questions"
    if own is None:
        return f"the DNS server {server} does not answer"
    if reply is not None and own.code in (question.SERVER_FAILURE, question.REFUSED):
        return ""
    return "systemd-resolved does not pass the server's answers on"


def wanted_domains(step: ApplyDns) -> tuple[Domain, ...]:
    """Domain and whether it only routes: short names are not completed with it."""
    named = dict.fromkeys(step.config.search)
    found = [(it.removeprefix(ROUTING).strip(".") or ".", it.startswith(ROUTING)) for it in named]
    if step.config.is_exclusive and ROUTE_ALL not in named:
        found.append((".", True))
    return tuple(found)


def _addresses(found: Sequence[Any]) -> list[Address]:
    return [ip_address(bytes(raw)) for family, raw in found if family and raw]


def _domains(found: Sequence[Any]) -> list[Domain]:
    return [(str(domain), bool(is_routing)) for domain, is_routing in found]


def _family(address: Address) -> int:
    return socket.AF_INET6 if address.version == 6 else socket.AF_INET


def _index(name: str) -> int | None:
    try:
        return socket.if_nametoindex(name)
    except OSError:
        return None


def _link_name(index: int) -> str:
    try:
        return socket.if_indextoname(index)
    except OSError:
        return str(index)
