"""One tunnel's life: events move its state, and a task of its own does what that asks for."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

from wgdesk.domain.claim import Claim
from wgdesk.domain.device import DeviceConfig, Engine
from wgdesk.domain.device_changes import with_keys
from wgdesk.domain.dns import DnsConfig, dns_config
from wgdesk.domain.errors import InternalError, WgdeskError
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import Hook, Profile
from wgdesk.domain.render import public_digest, text_without_secrets
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.domain.state import (
    Broke,
    Effect,
    Event,
    Failed,
    Falling,
    Lost,
    Lower,
    Lowered,
    Mending,
    Off,
    Raised,
    Rising,
    State,
    Up,
    step,
)

_LIFECYCLES: Final = {
    Off: Lifecycle.OFF,
    Rising: Lifecycle.RISING,
    Up: Lifecycle.UP,
    Mending: Lifecycle.MENDING,
    Falling: Lifecycle.FALLING,
    Failed: Lifecycle.FAILED,
}
_ID_BYTES: Final = 16

_log = logging.getLogger(__name__)

Work = Callable[["Tunnel"], Coroutine[Any, Any, None]]


class Tunnel:
    """Who owns it, what it is doing, and what was put in place for it.

    Attributes:
        id: Random; says nothing and is never the check of who may do what.
        turn: Held by whoever changes what stands for it.
        plan: What stands on the machine for it now; None where nothing does.
        since_unix_s: When it came up; 0 while it is not up.
        trouble: What others did to it and was mended or must be known, in sentences.
        took_over: Names of the tunnels that made room for it.
        has_keys: The profile has those it was brought up with; a record has none.
        yields: It did not come up and waits for those that had made room to come back.
        error: Why it did not come up or go down the last time; None where it did.
    """

    def __init__(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions,
        *,
        tunnel_id: str = "",
    ) -> None:
        self.id = tunnel_id or secrets.token_hex(_ID_BYTES)
        self.owner_uid, self.name, self.profile = owner_uid, name, profile
        self.options = options
        self.state: State = Off()
        self.turn = asyncio.Lock()
        self._wishes: list[Tunnel] = []
        self._given = profile
        self.plan: Plan | None = None
        self.engine: Engine | None = None
        self.since_unix_s = 0
        self.took_over: tuple[str, ...] = ()
        self.trouble: tuple[str, ...] = ()
        self.has_keys = True
        self.yields = False
        self.error: BaseException | None = None

    def become(self, profile: Profile, options: TunnelOptions, *, given: Profile) -> None:
        """It was changed while up; `given` is the profile as the caller had it."""
        self.profile, self.options, self._given = profile, options, given
        self.has_keys = True
        for name in ("full_tunnel", "bare_text", "public_digest", "claim", "dns"):
            self.__dict__.pop(name, None)

    def take_keys(self, live: DeviceConfig) -> None:
        """Those of its device; kept in memory only."""
        self.profile, self.has_keys = with_keys(self.profile, live), True

    @property
    def lifecycle(self) -> Lifecycle:
        return _LIFECYCLES[type(self.state)]

    @property
    def cause(self) -> str:
        told = (Mending, Falling, Failed)
        return self.state.cause if isinstance(self.state, told) else ""

    @cached_property
    def full_tunnel(self) -> bool:
        return self.profile.is_full_tunnel()

    @property
    def root_hooks(self) -> tuple[Hook, ...]:
        """The commands that run as root."""
        return self.profile.interface.hooks if self.options.hooks is HookMode.ROOT else ()

    @property
    def is_live(self) -> bool:
        """Whether it has, or may have, something on the machine."""
        return isinstance(self.state, (Rising, Up, Mending, Falling))

    @property
    def is_settled(self) -> bool:
        return not isinstance(self.state, (Rising, Mending, Falling))

    @cached_property
    def bare_text(self) -> str:
        """The profile as a record may hold it."""
        return text_without_secrets(self.profile)

    @cached_property
    def public_digest(self) -> str:
        """Tells whether a file still says what this was made from."""
        return public_digest(self._given)

    @cached_property
    def claim(self) -> Claim:
        return Claim(self.profile)

    @cached_property
    def dns(self) -> DnsConfig | None:
        """What it asks of the machine's name look-ups."""
        return dns_config(self.profile) if self.options.use_dns else None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What it takes for itself, and what it is about to take."""
        return (self.claim, *(it.claim for it in self._wishes))

    @property
    def lookups(self) -> tuple[DnsConfig | None, ...]:
        """As `claims`, of the machine's name look-ups."""
        return (self.dns, *(it.dns for it in self._wishes))

    @contextmanager
    def wishing(self, wanted: "Tunnel") -> Iterator[None]:
        """It is being changed to this one: nobody else may take what that takes meanwhile."""
        self._wishes.append(wanted)
        try:
            yield
        finally:
            self._wishes.remove(wanted)


class Actor:
    """Takes events for one tunnel and does their effects, one at a time.

    Args:
        work: RAISE raises what the caller of `up` is to see and leaves nothing behind then;
            MEND raises where that is in vain, LOWER where something could not be undone.
        changed: Told after every change of state.
    """

    def __init__(
        self,
        tunnel: Tunnel,
        work: Mapping[Effect, Work],
        changed: Callable[[str], None],
    ) -> None:
        self.tunnel = tunnel
        self._work, self._changed = work, changed
        self._effects: asyncio.Queue[Effect] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._raising: asyncio.Future[None] | None = None
        self._loss: Broke | Lost | None = None
        self._settled = asyncio.Event()
        self._settled.set()

    def tell(self, event: Event) -> None:
        """Move on; an event that means nothing now is dropped."""
        move = step(self.tunnel.state, event)
        if move is None:
            return
        self.tunnel.state = move.state
        if move.effect is Effect.LOWER and self._raising is not None:
            self._raising.cancel()  # it takes back what it did; then it is lowered
        if self.tunnel.is_settled:
            self._settled.set()
        else:
            self._settled.clear()
        if move.effect is not None:
            self._effects.put_nowait(move.effect)
            if self._task is None or self._task.done():
                self._task = asyncio.get_running_loop().create_task(self._live())
        self._changed(self.tunnel.id)

    def lose(self, event: Broke | Lost) -> None:
        """The link or its engine is gone, unasked."""
        if isinstance(self.tunnel.state, Up):
            self.tell(event)
        elif isinstance(self.tunnel.state, (Rising, Mending)):
            self._loss = event  # the steps still to come fail, or it breaks as soon as it is up

    async def settle(self) -> None:
        """Wait until it is up, off or failed."""
        await self._settled.wait()

    async def lower(self) -> None:
        """Take it down, and wait until it is."""
        self.tell(Lower())
        await self.settle()

    async def _live(self) -> None:
        while not self._effects.empty():
            effect = self._effects.get_nowait()
            async with self.tunnel.turn:
                if effect is Effect.LOWER:
                    await self._lower()
                else:
                    await self._raise(effect)

    async def _raise(self, effect: Effect) -> None:
        self._loss = None
        self.tunnel.error, self.tunnel.yields = None, False
        self._raising = asyncio.ensure_future(self._work[effect](self.tunnel))
        await asyncio.wait((self._raising,))
        raising, self._raising = self._raising, None
        if not raising.cancelled():  # else the effect that follows lowers it
            self._conclude(raising, Raised())
        elif isinstance(self.tunnel.state, (Rising, Mending)):
            self.tell(Broke("it was interrupted"))
        self._hear_of_loss()

    def _hear_of_loss(self) -> None:
        if self._loss is not None:
            self.lose(self._loss)

    async def _lower(self) -> None:
        lowering = asyncio.ensure_future(self._work[Effect.LOWER](self.tunnel))
        await asyncio.wait((lowering,))
        self._conclude(lowering, Lowered())

    def _conclude(self, work: asyncio.Future[None], well: Event) -> None:
        """Tell what came of it. A bug too must not leave a tunnel between two states."""
        error = work.exception()
        if error is None:
            self.tell(well)
            return
        self.tunnel.error = error
        if isinstance(error, WgdeskError):
            self.tell(Broke(str(error)))
            return
        _log.error("a bug, seen by tunnel %s", self.tunnel.name, exc_info=error)
        self.tell(Broke(InternalError.default))
