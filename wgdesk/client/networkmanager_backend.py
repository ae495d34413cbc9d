"""NetworkManager in the helper's place: tunnels over its D-Bus API, with what it cannot do named.

What it lacks stands in `domain/networkmanager_limits.py`. Its answers take the same shapes as
the helper's, so that the window and the terminal need not know who carries a tunnel.
"""

import asyncio
import os
import pwd
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final, TypeVar

from dbus_next.message import Message

from wgdesk.client.backend import CARRIER, NETWORKMANAGER, Hello
from wgdesk.client.helper_only import HelperOnly
from wgdesk.client.networkmanager import NAME, PATH
from wgdesk.client.networkmanager_activation import Activations, told
from wgdesk.client.networkmanager_links import local_networks
from wgdesk.client.networkmanager_tunnels import (
    NetworkManagerTunnels,
    OwnTunnel,
    Sight,
)
from wgdesk.client.system_service import ServiceRefused, SystemService
from wgdesk.domain.claim import Claim
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import (
    AlreadyUp,
    HooksUnavailable,
    NameConflict,
    NeedsHelper,
    NetworkManagerFailed,
    NoSuchTunnel,
    UpOtherwise,
    WgdeskError,
)
from wgdesk.domain.names import parse_tunnel_name, printable
from wgdesk.domain.networkmanager_limits import CARRIED, profile_limits
from wgdesk.domain.networkmanager_own import ENGINE, own_claim, used_mark, used_table
from wgdesk.domain.networkmanager_tunnel import Ground, Settled, settle
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Profile
from wgdesk.domain.render import digest, public_digest
from wgdesk.domain.snapshot import (
    CheckOutcome,
    MachineSnapshot,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.wire.names import API_VERSION
from wgdesk.wire.options import decode_options

# Rules that suppress a prefix length came with it; WireGuard itself with 1.16.
OLDEST: Final = (1, 20)
PAUSE_S: Final = 0.2  # NetworkManager tells of one change in many signals
RETRY_S: Final = 5.0
# A look without news: whoever follows may want to do something else meanwhile.
IDLE_S: Final = 30.0

T = TypeVar("T")


class NetworkManagerBackend(HelperOnly):
    """Implements wgdesk.client.backend.Backend; connects at the first call, and anew if need be."""

    def __init__(self) -> None:
        self._service = SystemService(NAME, self._on_signal)
        self._activations = Activations(self._service)
        user = pwd.getpwuid(os.getuid()).pw_name
        self._user = user
        self._tunnels = NetworkManagerTunnels(self._service, user, os.getuid())
        self._looking = asyncio.Lock()
        self._changing = asyncio.Lock()
        self._watchers: set[asyncio.Event] = set()
        self._is_over = False

    async def is_running(self) -> bool:
        """Whether there is a NetworkManager that can carry tunnels; never raises."""
        with suppress(ServiceRefused):
            return _is_recent(await self._version())
        return False

    async def hello(self) -> Hello:
        try:
            version = await self._version()
        except ServiceRefused as refused:
            raise told(refused) from refused
        abilities = {CARRIER: NETWORKMANAGER, "version": version, "engine": ENGINE.kind.value}
        return Hello(API_VERSION, {**abilities, "engine_reason": ENGINE.reason})

    async def check(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> CheckOutcome:
        name, profile, wanted = _asked(name, text, options)
        sight = await self._look()
        conflicts = [str(it) for it in await self._conflicts(name, profile, sight)]
        if wanted.hooks is HookMode.ROOT:
            conflicts.append(str(_no_root()))
        return CheckOutcome(
            digest=digest(profile),
            needs_approval=False,
            takes_over=tuple(it.mark.name for it in _rivals(profile, sight)),
            conflicts=tuple(conflicts),
            notices=(CARRIED, *profile_limits(profile, wanted)),
        )

    async def up(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> UpOutcome:
        name, profile, wanted = _asked(name, text, options)
        if wanted.hooks is HookMode.ROOT:
            raise _no_root()
        async with self._changing:
            sight = await self._look()
            for conflict in await self._conflicts(name, profile, sight):
                raise conflict
            settled, tunnel_id = await self._settle(name, profile, wanted, sight)
            # Made before the others break: where it fails they stand as they did.
            path = await self._activations.begin(settled.settings)
            await self._activations.wait_until_up(path)
            rivals = _rivals(profile, sight)
            for rival in rivals:
                await self._activations.end(rival.path)
        self._wake()
        return UpOutcome(
            id=tunnel_id,
            name=name,
            engine=ENGINE,
            took_over=tuple(it.mark.name for it in rivals),
            notices=(CARRIED, *settled.notices),
        )

    async def down(self, tunnel_id: str) -> None:
        async with self._changing:
            found = (await self._look()).find(tunnel_id)
            if found is not None:
                await self._activations.end(found.path)
        self._wake()

    async def tunnels(self) -> MachineSnapshot:
        sight = await self._look()
        return MachineSnapshot(
            tunnels=tuple(it.snapshot for it in sight.own), foreign=sight.foreign
        )

    async def status(self, tunnel_id: str) -> TunnelSnapshot:
        found = (await self._look()).find(tunnel_id)
        if found is None:
            raise NoSuchTunnel
        return found.snapshot

    def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        return self._follow(self.tunnels)

    def greetings(self) -> AsyncIterator[Hello | None]:
        return self._follow(self.hello)

    async def _follow(self, ask: Callable[[], Awaitable[T]]) -> AsyncIterator[T | None]:
        """The answer now and after every news, and now and then without any."""
        news = asyncio.Event()
        self._watchers.add(news)
        try:
            while not self._is_over:
                news.clear()
                answer: T | None = None
                with suppress(WgdeskError):
                    answer = await ask()
                yield answer
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), RETRY_S if answer is None else IDLE_S)
                await asyncio.sleep(PAUSE_S)
        finally:
            self._watchers.discard(news)

    async def close(self) -> None:
        self._is_over = True
        self._wake()
        await self._service.close()

    async def _version(self) -> str:
        return str((await self._service.properties(PATH, NAME)).get("Version", ""))

    async def _look(self) -> Sight:
        async with self._looking:
            try:
                return await self._tunnels.look()
            except ServiceRefused as refused:
                raise told(refused) from refused

    async def _conflicts(
        self, name: str, profile: Profile, sight: Sight
    ) -> tuple[WgdeskError, ...]:
        """Why it cannot come up, the first first."""
        try:
            version = await self._version()
            own = sight.named(name)
            holder = "" if own is not None else await self._holder_of(name)
        except ServiceRefused as refused:
            raise told(refused) from refused
        found: list[WgdeskError] = []
        if not _is_recent(version):
            oldest = ".".join(map(str, OLDEST))
            why = f"its version {printable(version)} is too old for tunnels; {oldest} is needed"
            found.append(NetworkManagerFailed(why, NeedsHelper.remedy))
        if profile.interface.private_key is None:
            found.append(NetworkManagerFailed("the profile has no private key"))
        if own is not None:
            is_same = own.mark.digest == public_digest(profile)
            found.append(AlreadyUp() if is_same else UpOtherwise())
        elif holder:
            found.append(NameConflict(name, holder))
        return tuple(found)

    async def _holder_of(self, name: str) -> str:
        """Who has an interface of that name; NetworkManager would take it over."""
        try:
            await self._service.call(PATH, f"{NAME}.GetDeviceByIpIface", "s", [name], gives="o")
        except ServiceRefused as refused:
            if refused.is_absent:
                raise
            return ""
        return "another program"

    async def _settle(
        self, name: str, profile: Profile, options: TunnelOptions, sight: Sight
    ) -> tuple[Settled, str]:
        tunnel_id = str(uuid.uuid4())
        try:
            onlink = await local_networks(self._service)
        except ServiceRefused as refused:
            raise told(refused) from refused
        ground = Ground(
            user=self._user,
            uuid=tunnel_id,
            now_unix_s=int(time.time()),
            used_tables=frozenset(used_table(it.settings) for it in sight.own),
            used_marks=frozenset(used_mark(it.settings) for it in sight.own),
            onlink_networks=onlink,
        )
        return settle(name, profile, options, ground), tunnel_id

    def _on_signal(self, message: Message | None) -> None:
        if message is None or message.member == "NameOwnerChanged":
            self._tunnels.forget()
            self._wake()
            return
        self._activations.hear(message)
        if message.path == PATH or "/ActiveConnection/" in message.path:
            self._wake()

    def _wake(self) -> None:
        for news in self._watchers:
            news.set()


def _asked(
    name: str, text: bytes, options: Mapping[str, str] | None
) -> tuple[str, Profile, TunnelOptions]:
    return parse_tunnel_name(name), read_profile(text), decode_options(options or {})


def _rivals(profile: Profile, sight: Sight) -> tuple[OwnTunnel, ...]:
    """Own tunnels whose routes meet the profile's."""
    claim = Claim(profile)
    return tuple(it for it in sight.own if claim.meets(own_claim(it.mark, it.settings)))


def _no_root() -> HooksUnavailable:
    return HooksUnavailable("NetworkManager carries the tunnels, and runs none")


def _is_recent(version: str) -> bool:
    numbers = [int(part) for part in version.split(".")[:2] if part.isdecimal()]
    return tuple(numbers) >= OLDEST
