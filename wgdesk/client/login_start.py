"""Starting at login, by whichever way is open here: our own file, or the desktop's portal."""

import asyncio

from wgdesk.client.autostart import Autostart
from wgdesk.client.own_program import is_sandboxed


class LoginStart:
    def __init__(self, *, sandboxed: bool | None = None) -> None:
        """`sandboxed` is found out if None."""
        self._autostart = Autostart()
        self._is_sandboxed = is_sandboxed() if sandboxed is None else sandboxed

    async def is_on(self, *, granted: bool) -> bool:
        """Whether wgdesk is started; a portal cannot be asked, so what it last granted counts."""
        if self._is_sandboxed:
            return granted
        return await asyncio.to_thread(self._autostart.is_on)

    async def switch(self, *, on: bool, hidden: bool, reason: str) -> None:
        """Turn it on or off; `reason` is for a person whom the desktop asks.

        Raises:
            PreferencesUnwritable, LoginStartRefused: Then it is as it was.
        """
        if self._is_sandboxed:
            from wgdesk.client.portal import ask_for_login_start  # noqa: PLC0415  # brings D-Bus

            await ask_for_login_start(on=on, hidden=hidden, reason=reason)
        elif on:
            await asyncio.to_thread(self._autostart.turn_on, hidden=hidden)
        else:
            await asyncio.to_thread(self._autostart.turn_off)
