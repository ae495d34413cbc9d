"""Notifications for a process that need not load D-Bus before the first of them."""

import asyncio
from collections.abc import AsyncIterator

from wgdesk.client.notice import Answer, Notice, Notices
from wgdesk.client.own_program import is_sandboxed


class LateNotices:
    """Implements Notices; made anywhere, used on the bus thread."""

    def __init__(self) -> None:
        self._is_open = asyncio.Event()
        self._notices: Notices | None = None

    async def show(self, notice: Notice) -> bool:
        if self._notices is None:
            self._notices = make_notices()
            self._is_open.set()
        return await self._notices.show(notice)

    async def withdraw(self, tunnel: str) -> None:
        if self._notices is not None:
            await self._notices.withdraw(tunnel)

    async def answers(self) -> AsyncIterator[Answer]:
        await self._is_open.wait()
        if self._notices is not None:
            async for answer in self._notices.answers():
                yield answer


def make_notices() -> Notices:
    """Whoever shows notifications to this process: the desktop, or its portal in a sandbox."""
    from wgdesk.client.notify import Notifier  # noqa: PLC0415  # see above
    from wgdesk.client.notify_portal import PortalNotifier  # noqa: PLC0415

    return PortalNotifier() if is_sandboxed() else Notifier()
