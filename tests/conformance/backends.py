"""What every client.backend.Backend does: the same checks on the helper and on NetworkManager.

Each runs on a real machine with a real server behind it, and leaves the network as it was.
No plugin of pytest is needed: the virtual machine has none.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.labs.ns import INTERNET4, USER4, Lab
from tests.labs.server_end import EVERYTHING, HOME4, HOME_SUBNETS, Client, ServerEnd
from wgdesk.client.backend import Backend
from wgdesk.domain.errors import (
    AlreadyUp,
    NoSuchTunnel,
    UpOtherwise,
    WgdeskError,
)
from wgdesk.domain.health import Light, health
from wgdesk.domain.snapshot import Lifecycle, MachineSnapshot, TunnelSnapshot

WAIT_S = 30.0
# An address of the internet that a hostile network sends elsewhere, as DHCP option 121 does.
LOCAL, LOCAL_HOST = "192.168.77.1/24", "192.168.77.2"  # on the link too
PUSHED = ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/3", f"{INTERNET4}/32")


@dataclass(frozen=True, slots=True)
class Ground:
    """A backend, and the machine that it changes."""

    backend: Backend
    lab: Lab[Any]
    server: ServerEnd
    client: Client

    def text(self, allowed_ips: str = HOME_SUBNETS, **more: str) -> bytes:
        return self.server.profile(self.client, allowed_ips=allowed_ips, **more).encode()

    async def seen_by(self, address: str) -> str | None:
        return await asyncio.to_thread(self.lab.source_seen_by, address, timeout_s=20)

    async def knock(self) -> None:
        """Something to send, whoever may answer."""
        ping = ["ping", "-c", "1", "-W", "1", HOME4]
        await asyncio.to_thread(self.lab.user.run, ping, check=False)

    async def tunnel(self, name: str) -> TunnelSnapshot | None:
        machine = await self.backend.tunnels()
        return next((it for it in machine.tunnels if it.name == name), None)

    def network(self) -> str:
        """Links, addresses, routes, rules and name servers."""
        ip = self.lab.user.ip
        questions = ("-o link", "-o address", "-4 route", "-6 route", "-4 rule", "-6 rule")
        found = [ip(*words.split()) for words in questions]
        # How long an address is valid counts down.
        text = re.sub(r"valid_lft \S+ preferred_lft \S+", "", "\n".join(found))
        return f"{text}\n{self.name_servers()}"

    def name_servers(self) -> str:
        return self.lab.user.run(["cat", "/etc/resolv.conf"]).stdout

    async def settled(self, before: str) -> str:
        """The network once it is as before, or as it is when time is up."""
        for _ in range(int(WAIT_S / 0.5)):
            if self.network() == before:
                break
            await asyncio.sleep(0.5)
        return self.network()

    @asynccontextmanager
    async def up(self, name, text, options=None):
        outcome = await self.backend.up(name, text, options)
        try:
            yield outcome
        finally:
            await self.backend.down(outcome.id)


Check = Callable[[Ground], Awaitable[None]]


async def check_subnets_go_through_and_all_is_as_before(ground: Ground) -> None:
    before = ground.network()
    async with ground.up("home", ground.text()) as outcome:
        assert outcome.name == "home"
        assert await ground.seen_by(HOME4) == ground.client.address4
        assert await ground.seen_by(INTERNET4) == USER4
        tunnel = await ground.backend.status(outcome.id)
        assert (tunnel.id, tunnel.name) == (outcome.id, "home")
        assert tunnel.lifecycle is Lifecycle.UP
        assert not tunnel.full_tunnel
        assert tunnel.device.public_key
        assert tunnel.device.public_key.base64() == ground.client.public_key
        assert {str(it.destination) for it in tunnel.routes} == set(HOME_SUBNETS.split(", "))
    assert (await ground.backend.tunnels()).tunnels == ()
    assert await ground.settled(before) == before


async def check_pushed_routes_take_nothing_out_of_a_full_tunnel(ground: Ground) -> None:
    before = ground.network()
    text = ground.text(EVERYTHING, interface="DNS = 10.77.0.1")
    async with ground.up("home", text) as outcome:
        for network in PUSHED:
            ground.lab.user.ip("route", "add", network, "via", ground.lab.server4)
        try:
            assert await ground.seen_by(INTERNET4) == ground.client.address4
            way = ground.lab.user.ip("route", "get", LOCAL_HOST)
            assert "dev eth0" in way, "the local network stays reachable"
        finally:
            for network in PUSHED:
                ground.lab.user.ip("route", "del", network, "via", ground.lab.server4)
        tunnel = await ground.backend.status(outcome.id)
        assert tunnel.full_families == (4, 6)
        assert tunnel.dns
        assert [str(it) for it in tunnel.dns.servers] == ["10.77.0.1"]
        assert "nameserver 10.77.0.1" in ground.name_servers()
    assert await ground.settled(before) == before


async def check_connected_is_said_only_once_somebody_has_answered(ground: Ground) -> None:
    async with ground.up("home", ground.text()) as outcome:
        tunnel = await ground.backend.status(outcome.id)
        assert not tunnel.was_answered
        assert _light(tunnel) in {Light.READY, Light.WAITING}
        await ground.knock()
        tunnel = await _once(ground, outcome.id, lambda it: it.was_answered)
        assert _light(tunnel) is Light.CONNECTED
        received, sent = tunnel.received_bytes, tunnel.sent_bytes
        assert received > 0
        assert sent > 0
        await ground.seen_by(HOME4)
        tunnel = await _once(ground, outcome.id, lambda it: it.received_bytes > received)
        assert tunnel.sent_bytes > sent


async def check_a_server_that_is_not_there_is_waited_for(ground: Ground) -> None:
    text = ground.text().replace(ground.server.endpoint.encode(), b"192.0.2.77:9")
    async with ground.up("home", text) as outcome:
        await ground.knock()
        tunnel = await _once(ground, outcome.id, lambda it: _light(it) is Light.WAITING)
        assert not tunnel.was_answered


async def check_who_is_up_already_is_left_alone_or_makes_room(ground: Ground) -> None:
    async with ground.up("home", ground.text()) as first:
        with pytest.raises(AlreadyUp) as refused:
            await ground.backend.up("home", ground.text())
        assert not isinstance(refused.value, UpOtherwise)
        with pytest.raises(UpOtherwise):
            await ground.backend.up("home", ground.text(interface="MTU = 1400"))
        rival = ground.text("10.77.0.0/24", interface="MTU = 1400")
        assert (await ground.backend.check("other", rival)).takes_over == ("home",)
        async with ground.up("other", rival) as second:
            assert second.took_over == ("home",)
            assert await ground.tunnel("home") is None
            with pytest.raises(NoSuchTunnel):
                await ground.backend.status(first.id)
            assert await ground.seen_by(HOME4) == ground.client.address4
    await ground.backend.down(first.id)  # a second time is no failure


async def check_what_is_wrong_is_said_and_nothing_is_begun(ground: Ground) -> None:
    before = ground.network()
    hooks = ground.text(interface="PostUp = true")
    for name, text, options, code in (
        ("not a name", ground.text(), None, "InvalidName"),
        ("home", b"[Interface]\nPrivateKey = no\n", None, "InvalidProfile"),
        ("home", ground.text(), {"unknown": "yes"}, "InvalidRequest"),
    ):
        with pytest.raises(WgdeskError) as refused:
            await ground.backend.up(name, text, options)
        assert refused.value.code == code
    told = await ground.backend.check("home", hooks)
    assert any("not run" in it for it in told.notices)
    ground.lab.user.ip("link", "add", "taken", "type", "veth", "peer", "name", "other")
    try:
        with pytest.raises(WgdeskError, match="taken"):
            await ground.backend.up("taken", ground.text())
    finally:
        ground.lab.user.ip("link", "del", "taken")
    assert await ground.settled(before) == before


async def check_changes_are_told_as_they_happen(ground: Ground) -> None:
    seen: list[tuple[str, ...]] = []
    news = asyncio.Event()

    async def follow() -> None:
        async for machine in ground.backend.changes():
            seen.append(_names(machine))
            news.set()

    async def until(names: tuple[str, ...]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not seen or seen[-1] != names:
                news.clear()
                await news.wait()

    following = asyncio.create_task(follow())
    try:
        await until(())
        async with ground.up("home", ground.text()):
            await until(("home",))
        await until(())
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


CHECKS: tuple[Check, ...] = (
    check_subnets_go_through_and_all_is_as_before,
    check_pushed_routes_take_nothing_out_of_a_full_tunnel,
    check_connected_is_said_only_once_somebody_has_answered,
    check_a_server_that_is_not_there_is_waited_for,
    check_who_is_up_already_is_left_alone_or_makes_room,
    check_what_is_wrong_is_said_and_nothing_is_begun,
    check_changes_are_told_as_they_happen,
)


def title(check: Check) -> str:
    return check.__name__.removeprefix("check_")


def run(check: Check, make: Callable[[], Backend], lab: Lab[Any], server: ServerEnd) -> None:
    """One check on a backend of its own."""

    async def everything() -> None:
        backend = make()
        try:
            await check(Ground(backend, lab, server, server.add_client(preshared=True)))
            for tunnel in (await backend.tunnels()).tunnels:
                assert tunnel.lifecycle is Lifecycle.FAILED
                await backend.down(tunnel.id)  # it has been read
            assert (await backend.tunnels()).tunnels == ()
        finally:
            await backend.close()

    asyncio.run(everything())


async def _once(
    ground: Ground, tunnel_id: str, is_so: Callable[[TunnelSnapshot], bool]
) -> TunnelSnapshot:
    async with asyncio.timeout(WAIT_S):
        while True:
            tunnel = await ground.backend.status(tunnel_id)
            if is_so(tunnel):
                return tunnel
            await asyncio.sleep(0.2)


def _light(tunnel: TunnelSnapshot) -> Light:
    return health(tunnel, int(time.time())).light


def _names(machine: MachineSnapshot | None) -> tuple[str, ...]:
    return tuple(it.name for it in machine.tunnels) if machine is not None else ()
