"""`boot`: what connects when the machine starts, before anybody logs in."""

import os
import pwd
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from wgdesk.cli.profiles import warn_if_exposed
from wgdesk.cli.terminal import complain, say
from wgdesk.client.backend import Backend
from wgdesk.client.boot import Agreement, agreement, turn_on
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.wg_quick_units import WgQuickUnits
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.names import PROFILE_SUFFIX, parse_tunnel_name, printable
from wgdesk.domain.options import HookMode, TunnelOptions

NOTHING: Final = "Nothing is connected at boot."


async def on(backend: Backend, argument: str, hooks: HookMode | None) -> int:
    """Have a profile connected at boot; `hooks` is None for as it was chosen before.

    Raises:
        WgdeskError: It is not there, invalid, or not authorised.
    """
    file = ProfileStore().locate(argument)
    name, text = parse_tunnel_name(file.name), file.read()
    commands = read_profile(text).interface.hooks
    warn_if_exposed(file)
    chosen = Preferences().options(name)
    wanted = TunnelOptions(hooks=hooks or chosen.hooks, block_ipv6=chosen.block_ipv6)
    await turn_on(backend, name, text, wanted)
    say(f"{name} is connected at every boot from now on, before anybody logs in.")
    if commands and wanted.hooks is not HookMode.ROOT:
        say("Its commands are not run then. To have root run them, approved by an administrator:")
        say(f"  wgdesk boot on {name} --hooks=root")
    await _warn_of_wg_quick(name)
    return 0


async def off(backend: Backend, argument: str) -> int:
    """Connect it at boot no more; its profile need not be there any more."""
    name = _named(argument)
    was_there = any(it.name == name for it in await backend.boot_copies())
    await backend.clear_boot(name)
    say(f"{name} is not connected at boot{' any more' if was_there else ''}.")
    return 0


async def list_(backend: Backend, *, as_json: bool) -> int:
    """Print the caller's, root's is everybody's; and where the profile says something else by now."""
    copies, store = await backend.boot_copies(), ProfileStore()
    agreements = [_agreement(copy, store) for copy in copies]
    if as_json:
        _say_document(copies, agreements)
        return 0
    for copy, found in zip(copies, agreements, strict=True):
        say(_line(copy))
        for note in _notes(copy, found):
            say(f"  {note}")
    if not copies:
        say(NOTHING)
    return 0


def _named(argument: str) -> str:
    """The name of a profile, or of one that is gone."""
    with suppress(NoSuchProfile):
        return parse_tunnel_name(ProfileStore().locate(argument).name)
    return parse_tunnel_name(argument.removesuffix(PROFILE_SUFFIX))


def _agreement(copy: BootCopy, store: ProfileStore) -> Agreement | None:
    """None for another user's."""
    return agreement(copy, store) if copy.owner_uid == os.getuid() else None


def _line(copy: BootCopy) -> str:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(copy.when_unix_s))
    state = "on" if copy.is_enabled else "off"
    whose = "" if copy.owner_uid == os.getuid() else f"  (of {_user(copy.owner_uid)})"
    return f"{printable(copy.name):15}  {state:3}  approved {when}{whose}"


def _notes(copy: BootCopy, found: Agreement | None) -> list[str]:
    notes = []
    if not copy.is_enabled:
        notes.append(f"{copy.unit} is disabled. To enable it: wgdesk boot on {copy.name}")
    if copy.commands:
        how = "run as root" if copy.options.hooks is HookMode.ROOT else "are not run"
        notes.append(f"its commands {how}")
    if found is Agreement.EDITED:
        notes.append(
            "the profile was edited since, and the approved copy is what connects. "
            f"To approve it as it is now: wgdesk boot on {copy.name}"
        )
    elif found is Agreement.GONE:
        notes.append(
            "there is no such profile any more, and the approved copy is what connects. "
            f"To end that: wgdesk boot off {copy.name}"
        )
    return notes


async def _warn_of_wg_quick(name: str) -> None:
    units = WgQuickUnits()
    try:
        unit = (await units.find([name])).get(name)
    finally:
        await units.close()
    if unit is not None and unit.starts_at_boot:
        complain(
            f"wg-quick brings {name} up at boot too, and only one of them can",
            f"To leave it to wgdesk: sudo systemctl disable wg-quick@{name}",
        )


def _say_document(copies: Sequence[BootCopy], agreements: Sequence[Agreement | None]) -> None:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load
    from wgdesk.wire.boot_codec import copy_json  # noqa: PLC0415

    told = [
        {**copy_json(copy), "profile": found}
        for copy, found in zip(copies, agreements, strict=True)
    ]
    say(document({"boot": told}))


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
