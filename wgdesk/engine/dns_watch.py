"""Keeps an eye on the name servers of the tunnels that are up: asked, repaired, or told why not."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.plan import Plan
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine import runner
from wgdesk.engine.ports import NameService

# Another program that writes the same file again and again has the last word after so many.
MAX_REPAIRS: Final = 10
QUIET_S: Final = 5.0
SETTLE_S: Final = 0.1
RETRY_S: Final = (3.0, 5.0, 10.0, 30.0, 60.0)
TRAMPLED: Final = "another program controls DNS"
APPLIED_AGAIN: Final = "Another program changed the name servers; they were applied again."
VERIFIED: Final = "DNS is in effect, as the profile says."

_log = logging.getLogger(__name__)


class DnsWatch:
    """What stands for each tunnel, by its id.

    On most machines the servers of one tunnel can be in force at a time: those of the one
    that came last.
    """

    def __init__(
        self,
        names: NameService | None,
        told: Callable[[str], None],
        write: Callable[[str, LogKind, str], None],
    ) -> None:
        """`told(id)` is called when a tunnel's status changed; `write` gets a line about it."""
        self._names, self._told, self._write = names, told, write
        self._minds: dict[str, _Mind] = {}
        if names is not None:
            names.on_change(self._wake_all)

    def follow(self, tunnel_id: str, plan: Plan | None) -> None:
        """The tunnel is up by this plan: whatever it says of name servers is looked after."""
        mind = self._minds.get(tunnel_id)
        for step in plan.steps if plan is not None else ():
            if isinstance(step, ApplyDns):
                if mind is None or mind.step != step:
                    self.begin(tunnel_id, step)
                else:  # it may be up again with a new link
                    mind.wake()

    def begin(self, tunnel_id: str, step: ApplyDns) -> None:
        """The step was applied, by this process or one before it: is it true?"""
        if self._names is None:
            return
        before = self._minds.pop(tunnel_id, None)
        if before is not None:
            before.cancel()
        self._minds[tunnel_id] = _Mind(
            step,
            self._names,
            lambda: self._told(tunnel_id),
            lambda: self._find_cover(tunnel_id),
            lambda kind, text: self._write(tunnel_id, kind, text),
        )
        self._wake_all()

    async def end(self, tunnel_id: str) -> None:
        """Look no longer, and wait until nothing is being repaired."""
        mind = self._minds.pop(tunnel_id, None)
        if mind is not None:
            await mind.stop()
        self._wake_all()

    def status(self, tunnel_id: str) -> DnsStatus | None:
        mind = self._minds.get(tunnel_id)
        return mind.status if mind else None

    async def close(self) -> None:
        for tunnel_id in tuple(self._minds):
            await self.end(tunnel_id)

    def _wake_all(self) -> None:
        for mind in self._minds.values():
            mind.wake()

    def _find_cover(self, tunnel_id: str) -> str:
        """The name of the tunnel whose servers came after, and instead; "" for none."""
        own = self._minds[tunnel_id].step
        if own.backend is DnsBackend.RESOLVED:
            return ""
        ids = list(self._minds)
        later = (self._minds[it].step for it in ids[ids.index(tunnel_id) + 1 :])
        found = [it.name for it in later if it.backend is own.backend and it.config.servers]
        return found[-1] if found else ""


class _Mind:
    """One tunnel's: verify, wait for news, mend."""

    def __init__(
        self,
        step: ApplyDns,
        names: NameService,
        told: Callable[[], None],
        find_cover: Callable[[], str],
        write: Callable[[LogKind, str], None],
    ) -> None:
        self.step, self._names = step, names
        self._told, self._find_cover, self._write = told, find_cover, write
        config = step.config
        self.status = DnsStatus(
            backend=step.backend,
            servers=config.servers,
            search=config.search,
            is_exclusive=config.is_exclusive,
        )
        self._news = asyncio.Event()
        self._repairs = 0
        self._repaired_at_s = 0.0
        self._has_given_up = False  # until they stand again by themselves
        self._work: asyncio.Future[None] = asyncio.ensure_future(self._live())

    def wake(self) -> None:
        self._news.set()

    def cancel(self) -> None:
        self._work.cancel()

    async def stop(self) -> None:
        self.cancel()
        await asyncio.wait((self._work,))

    async def _live(self) -> None:
        attempt = 0
        while True:
            reason = await self._look()
            self._say(reason)
            attempt = attempt + 1 if reason else 0
            await self._wait_for_news(RETRY_S[min(attempt, len(RETRY_S)) - 1] if reason else None)

    async def _look(self) -> str:
        """Why the servers are not in force, "" where they are."""
        self._news.clear()
        cover = self._find_cover()
        if cover:
            return f"the DNS servers of “{cover}”, which came up later, are asked"
        try:
            if await self._names.stands(self.step):
                self._has_given_up = False
            elif not await self._mend():
                return TRAMPLED
            return await self._names.verify(self.step)
        except DnsFailed as error:
            return error.why
        except Exception:  # noqa: BLE001  # a bug here must not end the watch
            _log.exception("the name servers of %s cannot be verified", self.step.name)
            return "they could not be verified"

    async def _mend(self) -> bool:
        """Apply them again, unless that was done so often that it is of no use."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._repaired_at_s > QUIET_S:
            self._repairs = 0
        self._repaired_at_s = now_s
        self._has_given_up = self._has_given_up or self._repairs >= MAX_REPAIRS
        if self._has_given_up:
            return False
        self._repairs += 1
        _log.warning("the name servers of %s were changed; applied again", self.step.name)
        # To its end: half a repair would be worse than none.
        await runner.to_the_end(self._names.apply(self.step))
        self._write(LogKind.REPAIR, APPLIED_AGAIN)
        return True

    def _say(self, reason: str) -> None:
        state = DnsState.NOT_APPLIED if reason else DnsState.VERIFIED
        status = replace(self.status, state=state, reason=reason)
        if status == self.status:
            return
        self.status = status
        if reason:
            _log.warning("DNS of %s is not applied: %s", self.step.name, reason)
            self._write(LogKind.NOTICE, f"DNS is not applied: {reason}.")
        else:
            _log.info("DNS of %s is verified", self.step.name)
            self._write(LogKind.STATE, VERIFIED)
        self._told()

    async def _wait_for_news(self, at_most_s: float | None) -> None:
        try:
            async with asyncio.timeout(at_most_s):
                await self._news.wait()
        except TimeoutError:
            return
        await asyncio.sleep(SETTLE_S)  # what changes, changes in several steps
