"""Who may have the profiles of /etc/wireguard: whoever an administrator lets.

The files hold root's private keys, so each reading of any is asked for, and the dialog names
all that will be read. The names alone say which networks the machine knows, and those of
tunnels that are up or start at boot are public anyway; whoever sits at the screen gets them
unasked unless policy says otherwise, anybody else through an administrator. Neither
question looks at the disk before it is answered, so a refusal tells nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from wgdesk.domain.errors import HelperError, InvalidRequest, LimitExceeded
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.helper import prompts
from wgdesk.helper.caller import Caller
from wgdesk.helper.table import Body, Deed
from wgdesk.helper.wireguard_folder import WireGuardFolder
from wgdesk.wire.names import MAX_NAMES_CHARS, WG_QUICK_FOLDER

PATIENCE_S: Final = 5.0

T = TypeVar("T")

_log = logging.getLogger(__name__)


class SystemProfiles:
    """Understands the calls; the guard authorises what they come to."""

    def __init__(self, folder: WireGuardFolder | None = None) -> None:
        self._folder = folder or WireGuardFolder()
        # Its own, so that a disk which hangs keeps nothing else.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="system-profiles")

    async def list_names(self, _caller: Caller) -> Deed:
        async def act() -> Body:
            return [list(await self._within(self._folder.names))]

        return Deed((prompts.list_system_profiles(),), act)

    async def read(self, caller: Caller, names: Sequence[str]) -> Deed:
        """As many as one dialog can name.

        Raises:
            InvalidName, InvalidRequest, LimitExceeded: Before anybody is asked.
        """
        wanted = tuple(dict.fromkeys(map(parse_tunnel_name, names)))
        listed = ", ".join(wanted)
        if not wanted:
            raise InvalidRequest("no profile was named")
        if len(listed) > MAX_NAMES_CHARS:
            raise LimitExceeded("too many profiles for one password dialog; ask for fewer at once")

        async def act() -> Body:
            _log.info("user %d reads from %s: %s", caller.uid, WG_QUICK_FOLDER, listed)
            found = await self._within(lambda: self._folder.read(wanted))
            return [[[it.name, it.content, str(it.withheld)] for it in found]]

        return Deed((prompts.read_system_profiles(listed),), act)

    async def _within(self, work: Callable[[], T]) -> T:
        reading = asyncio.get_running_loop().run_in_executor(self._reader, work)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await reading
        except TimeoutError as error:
            raise HelperError(f"the disk with {WG_QUICK_FOLDER} does not answer") from error
