"""Makes room for a tunnel among its owner's others, and gives it back where that was in vain."""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from wgdesk.domain.errors import EngineError, EngineFailed, TakeOverFailed, WgdeskError
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.state import Raise, Up
from wgdesk.engine import runner
from wgdesk.engine.conflicts import Conflicts
from wgdesk.engine.diary import Diary, clause
from wgdesk.engine.ports import System
from wgdesk.engine.tunnel import Actor, Tunnel

T = TypeVar("T")

_log = logging.getLogger(__name__)


class TakeOver:
    """One user's tunnels among themselves.

    Args:
        actors: All tunnels there are, by their ids; what comes back is entered again.

    Attributes:
        let_return: Asked before a tunnel comes up again; a WgdeskError forbids it.
    """

    def __init__(
        self, system: System, actors: dict[str, Actor], conflicts: Conflicts, diary: Diary
    ) -> None:
        self._system, self._actors, self._conflicts = system, actors, conflicts
        self._diary = diary
        self.let_return: Callable[[Tunnel], None] = lambda _tunnel: None

    def rivals(self, tunnel: Tunnel) -> Sequence[Actor]:
        """The owner's other tunnels that have to make room."""
        return tuple(
            actor
            for actor in self._actors.values()
            if actor.tunnel.id != tunnel.id
            and actor.tunnel.is_live
            and not actor.tunnel.yields
            and actor.tunnel.owner_uid == tunnel.owner_uid
            and tunnel.claim.meets(actor.tunnel.claim)
        )

    async def run(
        self, tunnel: Tunnel, work: Callable[[], Awaitable[T]]
    ) -> tuple[T, tuple[str, ...]]:
        """Do the work once there is room for the tunnel; names of those that made it.

        Where it fails they come up again.
        """
        lowered: deque[Actor] = deque()
        try:
            await self._make_room(tunnel, lowered)
            done = await work()
        except BaseException as error:
            restored = await runner.to_the_end(self._give_back(tunnel, lowered))
            if restored and isinstance(error, WgdeskError):
                raise TakeOverFailed(str(error), restored) from error
            raise
        return done, tuple(rival.tunnel.name for rival in lowered)

    async def _make_room(self, tunnel: Tunnel, lowered: deque[Actor]) -> None:
        for rival in self.rivals(tunnel):
            await self._remember_keys(rival.tunnel)
            if isinstance(rival.tunnel.state, Up):
                lowered.append(rival)
            text = f"Makes room for “{tunnel.name}”, whose routes meet its own."
            self._diary.write(rival.tunnel, LogKind.STATE, text)
            await rival.lower()
            if rival.tunnel.plan is not None and rival.tunnel.error is not None:
                raise rival.tunnel.error  # something of it is still in the way

    async def _remember_keys(self, tunnel: Tunnel) -> None:
        """A helper before this one brought it up: then only its device still has them."""
        engine = tunnel.engine
        if tunnel.has_keys or engine is None or not isinstance(tunnel.state, Up):
            return
        try:
            live = await self._system.read_config(tunnel.name, engine)
        except EngineError as error:
            _log.warning("the keys of %s cannot be read: %s", tunnel.name, error)
        else:
            tunnel.take_keys(live)

    async def _give_back(self, tunnel: Tunnel, lowered: Iterable[Actor]) -> tuple[str, ...]:
        """Bring up again what made room; the names of those that came up."""
        tunnel.yields = True
        restored = []
        for rival in lowered:
            try:
                self._conflicts.refuse(rival.tunnel)
                self._refuse_return(rival.tunnel)
            except WgdeskError as error:  # as where somebody has taken its place meanwhile
                _log.warning("%s cannot be brought back: %s", rival.tunnel.name, error)
                text = f"It cannot be brought back: {clause(error)}."
                self._diary.write(rival.tunnel, LogKind.ERROR, text)
                continue
            text = f"Comes back: “{tunnel.name}” did not come up."
            self._diary.write(rival.tunnel, LogKind.STATE, text)
            self._actors[rival.tunnel.id] = rival
            rival.tell(Raise())
            await rival.settle()
            if isinstance(rival.tunnel.state, Up):
                restored.append(rival.tunnel.name)
        return tuple(restored)

    def _refuse_return(self, tunnel: Tunnel) -> None:
        if not tunnel.has_keys:
            raise EngineFailed("nobody knows its keys any more")
        self.let_return(tunnel)
