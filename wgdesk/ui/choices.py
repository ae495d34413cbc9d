"""What a person has chosen: in force at once, and written down behind the screen."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from wgdesk.client.launcher import LauncherEntry
from wgdesk.client.settings import Settings
from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.bridge import Bridge, Failed, ignore
from wgdesk.ui.language import tr


class SettingsStore(Protocol):
    """As client/settings.py has it; `write` raises WgdeskError."""

    def read(self) -> Settings: ...

    def write(self, settings: Settings) -> None: ...


class LoginSwitch(Protocol):
    """As client/login_start.py has it; `switch` raises WgdeskError."""

    async def is_on(self, *, granted: bool) -> bool: ...

    async def switch(self, *, on: bool, hidden: bool, reason: str) -> None: ...


class LauncherMenu(Protocol):
    """As client/launcher.py has it; `show` and `remove` raise WgdeskError."""

    def is_possible(self) -> bool: ...

    def show(self, entries: Sequence[LauncherEntry]) -> None: ...

    def remove(self) -> None: ...


class Choices(QObject):
    """Lives on the GUI thread. Whatever could not be done is undone here too.

    Attributes:
        settings: As they are in force.
        starts_at_login: As the desktop has it.
        has_launcher: Whether there is a menu for tunnels to be shown in.

    Signals:
        changed: One of them.
    """

    changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        store: SettingsStore,
        login: LoginSwitch,
        launcher: LauncherMenu,
        title_of: Callable[[str], str] = str,
    ) -> None:
        """`title_of` tells what a tunnel is called, on a thread."""
        super().__init__()
        self._bridge, self._store = bridge, store
        self._login, self._launcher = login, launcher
        self._in_order, self._title_of = asyncio.Lock(), title_of
        self._recent: tuple[str, ...] = ()
        self.settings = store.read()
        self.starts_at_login = self.settings.granted_login_start
        self.has_launcher = False

    def look_again(self) -> None:
        """Other programs may have changed what the desktop does."""
        granted = self.settings.granted_login_start
        self._submit(self._login.is_on(granted=granted), self._on_login_seen)
        self._submit(asyncio.to_thread(self._launcher.is_possible), self._on_launcher_seen)

    def change(self, failed: Failed = ignore, **members: object) -> None:
        """Let these members of Settings have these values from now on."""
        before = {name: getattr(self.settings, name) for name in members}
        self._adopt(members)

        def revert(error: WgdeskError) -> None:
            self._adopt(before)
            failed(error)

        self._submit(asyncio.to_thread(self._store.write, self.settings), failed=revert)

    def start_at_login(self, failed: Failed = ignore, *, on: bool) -> None:
        self._switch_login(failed, on=on)

    def start_hidden(self, failed: Failed = ignore, *, hidden: bool) -> None:
        self.change(failed, start_hidden=hidden)

        def revert(error: WgdeskError) -> None:
            self.change(start_hidden=not hidden)
            failed(error)

        if self.starts_at_login:
            self._switch_login(revert, on=True)

    def show_in_launcher(self, failed: Failed = ignore, *, on: bool) -> None:
        """Have the recent tunnels in the application's menu, or no file of ours there."""
        self.settings = replace(self.settings, tunnels_in_launcher=on)

        def done(_: None) -> None:
            self.change(failed, tunnels_in_launcher=on)

        def revert(error: WgdeskError) -> None:
            self._adopt({"tunnels_in_launcher": not on})
            failed(error)

        self._submit(self._arrange_launcher(), done, revert)

    def tell_recent(self, names: Sequence[str]) -> None:
        """The tunnels used last, or called otherwise; their entries follow, and the installed file."""
        self._recent = tuple(names)
        if self.settings.tunnels_in_launcher:
            self._submit(self._arrange_launcher())

    def _arrange_launcher(self) -> Coroutine[Any, Any, None]:
        if not self.settings.tunnels_in_launcher:
            return asyncio.to_thread(self._launcher.remove)
        text, names = tr("Connect or disconnect {name}"), self._recent

        def show() -> None:
            titles = map(self._title_of, names)
            entries = map(LauncherEntry, (text.format(name=it) for it in titles), names)
            self._launcher.show(tuple(entries))

        return asyncio.to_thread(show)

    def _switch_login(self, failed: Failed, *, on: bool) -> None:
        def revert(error: WgdeskError) -> None:
            self.changed.emit()  # what shows it has been ahead
            failed(error)

        reason = tr("Keep your tunnels in sight from the moment you log in.")
        work = self._login.switch(on=on, hidden=self.settings.start_hidden, reason=reason)
        self._submit(work, lambda _: self._on_login_switched(is_on=on), revert)

    def _on_login_switched(self, *, is_on: bool) -> None:
        self._on_login_seen(is_on)
        if is_on != self.settings.granted_login_start:
            self.change(granted_login_start=is_on)

    def _on_login_seen(self, is_on: bool) -> None:  # noqa: FBT001  # a result, no switch
        self.starts_at_login = is_on
        self.changed.emit()

    def _on_launcher_seen(self, is_there: bool) -> None:  # noqa: FBT001  # as above
        self.has_launcher = is_there
        self.changed.emit()

    def _adopt(self, members: dict[str, Any]) -> None:
        self.settings = replace(self.settings, **members)
        self.changed.emit()

    def _submit(
        self,
        work: Coroutine[Any, Any, Any],
        done: Any = ignore,
        failed: Failed = ignore,
    ) -> None:
        """One after the other, in the order of a person's clicks."""

        async def in_turn() -> Any:
            async with self._in_order:
                return await work

        self._bridge.submit(in_turn(), done, failed)
