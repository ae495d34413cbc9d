"""Keeps what is up as it was made: what others removed is put back, and told.

Whoever removes it again and again wants it gone; then it is left alone, and told too.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from wgdesk.domain.errors import EngineError, EngineFailed
from wgdesk.domain.explain import explain
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.plan import Plan
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.domain.steps import CreateLink, Step
from wgdesk.engine.device_watch import DeviceWatch
from wgdesk.engine.diary import Diary
from wgdesk.engine.ports import System
from wgdesk.engine.tunnel import Tunnel

REPAIRS: Final = 10
REPAIRS_IN_S: Final = 60.0
GAVE_UP: Final = (
    "Another program keeps removing routes or rules of this tunnel; they are left alone now."
)
NOT_PUT_BACK: Final = "What another program removed cannot be put back: "
SHOWN: Final = 3
TOLD: Final = 10
LATER_S: Final = 1.0

_log = logging.getLogger(__name__)


class Tending:
    """Looks after tunnels whenever the machine changes."""

    def __init__(
        self,
        system: System,
        tunnels_up: Callable[[], Iterable[Tunnel]],
        changed: Callable[[str], None],
        refresh: Callable[[], Awaitable[None]],
        seen: Callable[[Tunnel, DeviceSnapshot], None],
        diary: Diary,
    ) -> None:
        """`seen` gets what is read of the devices while it looks after them."""
        self._refresh, self._diary = refresh, diary
        self._system, self._tunnels_up, self._changed = system, tunnels_up, changed
        self._repaired_at_s: dict[str, deque[float]] = {}
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._devices = DeviceWatch(system, tunnels_up, self._tell_change, seen)
        system.on_disturbed(self.look_soon)

    def start(self) -> None:
        """There may be a tunnel to look after now."""
        self._devices.start()

    def look_soon(self) -> None:
        """Something changed; look at every tunnel, one look at a time."""
        if self._task is not None and not self._task.done():
            self._again = True
            return
        self._task = asyncio.get_running_loop().create_task(self._look())

    def refuse_endless_mending(self, tunnel: Tunnel) -> None:
        """Raises EngineFailed when its engine had to be started anew too often."""
        if self._is_too_much(f"{tunnel.id} engine"):
            raise EngineFailed(f"it stopped {REPAIRS} times in a minute")

    async def close(self) -> None:
        await self._devices.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _look(self) -> None:
        while True:
            self._again = False
            await self._refresh()
            is_whole = True
            for tunnel in tuple(self._tunnels_up()):
                if tunnel.turn.locked():  # a slow command of one tunnel keeps no other waiting
                    is_whole = False
                    continue
                async with tunnel.turn:
                    if tunnel.plan is not None:
                        await self._mend(tunnel, tunnel.plan)
            if not is_whole:
                await asyncio.sleep(LATER_S)
            elif not self._again:
                return

    async def _mend(self, tunnel: Tunnel, plan: Plan) -> None:
        try:
            missing = await self._system.missing(plan)
            if tunnel.plan is not plan or _is_without_link(missing):
                return  # it is being changed, or its end is told by other means
            if not missing:
                self._forget_failures(tunnel)
                return
            if GAVE_UP in tunnel.trouble:
                return
            if self._is_too_much(tunnel.id):
                self._complain(tunnel, GAVE_UP)
                return
            await self._system.redo(missing)
        except EngineError as error:
            self._complain(tunnel, f"{NOT_PUT_BACK}{error}.")
        else:
            self._forget_failures(tunnel)
            self._diary.repaired(tunnel, missing)
            self._tell(tunnel, _told(missing))

    def _is_too_much(self, tunnel_id: str) -> bool:
        now_s = asyncio.get_running_loop().time()
        repaired = self._repaired_at_s.setdefault(tunnel_id, deque(maxlen=REPAIRS + 1))
        repaired.append(now_s)
        return len(repaired) > REPAIRS and now_s - repaired[0] < REPAIRS_IN_S

    def _tell_change(self, tunnel: Tunnel, text: str) -> None:
        self._diary.write(tunnel, LogKind.NOTICE, text)
        self._tell(tunnel, text)

    def _complain(self, tunnel: Tunnel, text: str) -> None:
        if text not in tunnel.trouble:  # it may be tried for hours
            self._diary.write(tunnel, LogKind.ERROR, text)
        self._tell(tunnel, text)

    def _tell(self, tunnel: Tunnel, text: str) -> None:
        _log.warning("%s: %s", tunnel.name, text)
        if text not in tunnel.trouble:
            tunnel.trouble = _latest((*tunnel.trouble, text))
        self._changed(tunnel.id)

    def _forget_failures(self, tunnel: Tunnel) -> None:
        """All of it stands again."""
        kept = tuple(it for it in tunnel.trouble if not is_about_loss(it))
        if kept != tunnel.trouble:
            tunnel.trouble = kept
            self._changed(tunnel.id)


def is_about_loss(text: str) -> bool:
    """Whether this trouble means that something of the tunnel is not there now."""
    return text == GAVE_UP or text.startswith(NOT_PUT_BACK)


def _latest(told: tuple[str, ...]) -> tuple[str, ...]:
    """As many as are shown; that a tunnel is left alone is never forgotten, for it goes on."""
    if len(told) <= TOLD:
        return told
    oldest = next(at for at, text in enumerate(told) if text != GAVE_UP)
    return (*told[:oldest], *told[oldest + 1 :])


def _is_without_link(missing: Iterable[Step]) -> bool:
    return any(isinstance(step, CreateLink) for step in missing)


def _told(missing: tuple[Step, ...]) -> str:
    lines = [explain(step) for step in missing[:SHOWN]]
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    return f"Another program removed what this tunnel needs; it was put back: {'; '.join(lines)}{more}."
