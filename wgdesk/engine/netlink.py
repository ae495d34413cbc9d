"""The door to the kernel's links, addresses, routes and rules.

pyroute2 0.7 has only sync classes and 0.9 refuses them inside a running loop, so one
worker thread owns the socket and every call is a job for it.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from errno import EADDRNOTAVAIL, EBUSY, EEXIST, ENODEV, ENOENT, ESRCH
from typing import Any, Final, TypeVar

from pyroute2 import IPRoute, NetlinkDumpInterrupted, NetlinkError

from wgdesk.domain.errors import KernelRefused, NameConflict
from wgdesk.domain.profile import Address, InterfaceAddress
from wgdesk.domain.routing import NOWHERE, Route, Rule
from wgdesk.domain.steps import Step
from wgdesk.engine.route_socket import RouteSocket
from wgdesk.engine.standing import (
    ALIAS,
    GROUP,
    PROTOCOL,
    WIREGUARD_KIND,
    find_missing,
    other_tunnels,
    own_rules,
)
from wgdesk.engine.survey import Survey, take_survey

_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_SCOPE_LINK: Final = 253  # RT_SCOPE_LINK; IPv6 has no scopes

_READ_ATTEMPTS: Final = 40
_READ_AGAIN_S: Final = 0.02

T = TypeVar("T")
Job = Callable[[], object]


class Netlink:
    """Links, addresses, routes and rules of the network namespace this was made in."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="netlink")
        self._socket: IPRoute | None = None
        self._routes: RouteSocket | None = None

    async def close(self) -> None:
        await self.run("close netlink", self._close_socket)
        self._worker.shutdown(wait=False)

    async def run(self, operation: str, job: Callable[[], T]) -> T:
        """Do `job` on the worker thread.

        Raises:
            KernelRefused: Names `operation`.
        """
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._worker, self._undisturbed, job)
        except NetlinkError as error:
            raise KernelRefused(operation, error.code, os.strerror(error.code)) from error
        except OSError as error:
            number = error.errno or ENODEV  # if_nametoindex sets none
            raise KernelRefused(operation, number, os.strerror(number)) from error

    def _undisturbed(self, job: Callable[[], T]) -> T:
        """Do `job`, from its beginning again where a change came into a list it was reading.

        pyroute2 0.7 says so, 0.9 does not. Only jobs that read lists meet it, and those
        may be done twice. What is left of such a list is in the socket, so that is made anew.
        """
        for _ in range(_READ_ATTEMPTS):
            try:
                return job()
            except NetlinkDumpInterrupted:
                self._close_socket()
                time.sleep(_READ_AGAIN_S)
        raise OSError(EBUSY, "")

    async def create_link(self, name: str) -> None:
        """Make a WireGuard link and mark it as ours.

        Raises:
            NameConflict: The name is taken.
            KernelRefused: EOPNOTSUPP where the kernel has no WireGuard.
        """

        def job() -> None:
            self._route.link("add", ifname=name, kind=WIREGUARD_KIND, group=GROUP)
            self._route.link("set", index=socket.if_nametoindex(name), ifalias=ALIAS)

        try:
            await self.run(f"create the interface {name}", job)
        except KernelRefused as error:
            if error.errno == EEXIST:
                raise NameConflict(name, "another program") from error
            raise

    async def mark_link(self, name: str) -> None:
        """Mark a link that an engine made as ours."""

        def job() -> None:
            self._route.link("set", index=socket.if_nametoindex(name), ifalias=ALIAS)

        await self.run(f"name the interface {name} as ours", job)

    async def delete_link(self, name: str) -> None:
        """Remove a link, and with it its addresses and routes; gone already is fine."""

        def job() -> None:
            self._route.link("del", index=socket.if_nametoindex(name))

        await self._undo(f"delete the interface {name}", job, gone=(ENODEV,))

    def has_link(self, name: str) -> bool:
        return any(name == known for _, known in socket.if_nameindex())

    async def raise_link(self, name: str, mtu: int) -> None:
        """Set the MTU (bytes) and bring the link up, in one message."""

        def job() -> None:
            self._route.link("set", index=socket.if_nametoindex(name), mtu=mtu, state="up")

        await self.run(f"bring the interface {name} up with MTU {mtu}", job)

    async def add_address(self, name: str, address: InterfaceAddress) -> None:
        await self.run(f"add the address {address} to {name}", self.address_job(name, address))

    async def add_route(self, name: str, route: Route) -> None:
        def job() -> None:
            self._route.route("add", oif=socket.if_nametoindex(name), **_route_words(route))

        await self.run(f"add the route {route.destination} by {name}", job)

    async def add_routes(self, name: str, routes: Sequence[Route]) -> int:
        """Add routes, hundreds in one message, up to the first that fails; how many were added."""
        return await self.run(
            f"add routes by {name}",
            lambda: self._many_routes.add(socket.if_nametoindex(name), routes),
        )

    async def add_rule(self, rule: Rule) -> None:
        await self.run(f"add the IPv{rule.family} rule {rule.priority}", self.rule_job(rule))

    async def delete_address(self, name: str, address: InterfaceAddress) -> None:
        """Remove an address; gone already is fine."""

        def job() -> None:
            self._route.addr(
                "del",
                index=socket.if_nametoindex(name),
                family=_FAMILIES[address.version],
                address=str(address.ip),
                prefixlen=address.network.prefixlen,
            )

        operation = f"delete the address {address} of {name}"
        await self._undo(operation, job, gone=(EADDRNOTAVAIL, ENODEV))

    async def delete_route(self, name: str, route: Route) -> None:
        """Remove a route; gone already is fine."""
        operation = f"delete the route {route.destination} by {name}"
        await self._undo(operation, self.route_removal_job(name, route), gone=(ESRCH, ENODEV))

    def route_removal_job(self, name: str, route: Route) -> Job:
        return lambda: self._route.route(
            "del", oif=socket.if_nametoindex(name), **_route_words(route)
        )

    def address_job(self, name: str, address: InterfaceAddress) -> Job:
        return lambda: self._route.addr(
            "add",
            index=socket.if_nametoindex(name),
            family=_FAMILIES[address.version],
            address=str(address.ip),
            prefixlen=address.network.prefixlen,
        )

    def rule_job(self, rule: Rule) -> Job:
        return lambda: self._route.rule("add", protocol=PROTOCOL, **_rule_words(rule))

    async def run_while_fine(self, jobs: Sequence[Job]) -> int:
        """Do jobs on the worker thread up to the first that fails; how many were done.

        The way to the thread and back takes as long as adding a rule.
        """

        def job() -> int:
            for number, one in enumerate(jobs):
                try:
                    one()
                except Exception:  # noqa: BLE001  # what was done must be known, whatever comes
                    return number
            return len(jobs)

        return await self.run("add addresses, routes and rules", job)

    async def has_own_rule(self, rule: Rule) -> bool:
        """Whether exactly this rule is there, made by us or by a helper before us."""
        return rule in await self.own_rules()

    async def delete_rule(self, rule: Rule) -> None:
        """Remove the rule that is exactly this one; gone already is fine."""

        def job() -> None:
            self._route.rule("del", protocol=PROTOCOL, **_rule_words(rule))

        operation = f"delete the IPv{rule.family} rule {rule.priority}"
        await self._undo(operation, job, gone=(ENOENT, ESRCH))

    async def survey(self, endpoints: Iterable[Address], mark: int | None = None) -> Survey:
        """Look at what a plan depends on; the path MTU is the smallest towards `endpoints`.

        `mark` is that of the tunnel's own packets, where its rules stand already.
        """
        wanted = tuple(dict.fromkeys(endpoints))
        return await self.run(
            "read routes and rules",
            lambda: take_survey(self._route, self._many_routes, wanted, mark),
        )

    async def missing(self, name: str, steps: Iterable[Step]) -> tuple[Step, ...]:
        """Those steps about links, addresses, routes and rules whose effect is not there."""
        wanted = tuple(steps)

        def job() -> tuple[Step, ...]:
            return find_missing(self._route, self._many_routes, name, wanted)

        return await self.run(f"look at {name}", job)

    async def own_rules(self) -> tuple[Rule, ...]:
        """Every rule that bears our protocol number."""
        return await self.run("read rules", lambda: tuple(own_rules(self._route)))

    async def other_tunnels(self) -> tuple[str, ...]:
        """Names of WireGuard links that other programs made."""
        return await self.run("list interfaces", lambda: other_tunnels(self._route))

    async def look(self, job: Callable[[Any], T]) -> T:
        """Do a look of several messages on the worker thread; `job` gets the socket."""
        return await self.run("look at the machine", lambda: job(self._route))

    async def _undo(self, operation: str, job: Job, gone: tuple[int, ...]) -> None:
        try:
            await self.run(operation, job)
        except KernelRefused as error:
            if error.errno not in gone:
                raise

    @property
    def _route(self) -> Any:
        """The socket, made on the worker thread when first asked for."""
        if self._socket is None:
            self._socket = IPRoute()
        return self._socket

    @property
    def _many_routes(self) -> RouteSocket:
        if self._routes is None:
            self._routes = RouteSocket(PROTOCOL)
        return self._routes

    def _close_socket(self) -> None:
        if self._routes is not None:
            self._routes.close()
            self._routes = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _route_words(route: Route) -> dict[str, Any]:
    words: dict[str, Any] = {
        "family": _FAMILIES[route.destination.version],
        "dst": str(route.destination),
        "table": route.table,
        "proto": PROTOCOL,
    }
    if route.destination.version == 4:
        words["scope"] = _SCOPE_LINK
    return words


def _rule_words(rule: Rule) -> dict[str, Any]:
    words: dict[str, Any] = {"family": _FAMILIES[rule.family], "priority": rule.priority}
    if rule.table == NOWHERE:
        words["action"] = "unreachable"
    else:
        words["table"] = rule.table
    if rule.fwmark is not None:
        words["fwmark"] = rule.fwmark
    if rule.to is not None:
        words["dst"] = str(rule.to.network_address)
        words["dst_len"] = rule.to.prefixlen
    if rule.suppress_default:
        words["suppress_prefixlen"] = 0
    return words
