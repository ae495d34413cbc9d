"""Connecting at boot, as far as the user's side knows: the approved copy beside the profile."""

from dataclasses import replace
from enum import StrEnum

from wgdesk.client.backend import Backend
from wgdesk.client.store import ProfileStore
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile_errors import BootNeedsKey
from wgdesk.domain.render import digest
from wgdesk.domain.secret_lines import references
from wgdesk.wire.options import encode_options


class Agreement(StrEnum):
    """How the copy and the profile of its name stand to each other.

    SAME: the profile says what was approved. EDITED: it says something else by now, and the
    copy is what connects. GONE: there is no such profile any more, or it cannot be read.
    """

    SAME = "same"
    EDITED = "edited"
    GONE = "gone"


async def turn_on(backend: Backend, name: str, text: bytes, options: TunnelOptions) -> None:
    """Have this text connected at boot. A password dialog may appear.

    Commands that run as the user have nobody to run them then, and are left out.

    Raises:
        BootNeedsKey: Its keys lie in the keyring.
        WgdeskError: As Backend.set_boot; then it is as it was.
    """
    if references(text):
        raise BootNeedsKey(name)
    if options.hooks is HookMode.ME or not read_profile(text).interface.hooks:
        options = replace(options, hooks=HookMode.IGNORE)
    await backend.set_boot(name, text, encode_options(options))


def agreement(copy: BootCopy, store: ProfileStore) -> Agreement:
    """Reads the profile."""
    try:
        file = store.find(copy.name)
        if file is None:
            return Agreement.GONE
        found = digest(read_profile(file.read()))
    except WgdeskError:
        return Agreement.GONE
    return Agreement.SAME if found == copy.digest else Agreement.EDITED
