"""Up and down as a person means them: with the commands that run as this user around them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from wgdesk.client.backend import Backend
from wgdesk.client.hooks import run_hooks
from wgdesk.client.own_program import is_sandboxed
from wgdesk.client.whole_profile import completed
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import HookFailed, WgdeskError
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.render import public_digest
from wgdesk.domain.snapshot import SyncOutcome, TunnelSnapshot, UpOutcome
from wgdesk.wire.options import encode_options

EDITED: Final = "the profile is another one than when the tunnel came up"

NOT_FROM_HERE: Final = "a Flatpak starts no program of this computer"


async def bring_up(
    backend: Backend,
    name: str,
    text: bytes,
    options: TunnelOptions,
    *,
    may_unlock: bool = True,
) -> UpOutcome:
    """PreUp, the tunnel, PostUp; with its keys from the keyring, where they lie there.

    Raises:
        VaultError, SecretMissing: They cannot be had, and nothing was begun.
        HookFailed: Nothing was begun, or the tunnel was taken down again.
        WgdeskError: As Backend.up.
    """
    if options.hooks is not HookMode.IGNORE and not _hooks(text):
        options = replace(options, hooks=HookMode.IGNORE)
    hooks = _hooks(text) if options.hooks is HookMode.ME else ()
    if hooks and is_sandboxed():
        raise HookFailed(hooks[0].kind.value, 1, NOT_FROM_HERE)
    whole = await completed(text, may_unlock=may_unlock)
    await run_hooks(name, hooks, HookKind.PRE_UP)
    outcome = await backend.up(name, whole, encode_options(options))
    try:
        await run_hooks(name, hooks, HookKind.POST_UP)
    except BaseException:
        await backend.down(outcome.id)
        raise
    return outcome


async def apply(backend: Backend, tunnel_id: str, text: bytes) -> SyncOutcome:
    """Make a tunnel that is up what its profile says now.

    Raises:
        VaultError, SecretMissing: Its keys cannot be had, and it is as it was.
        WgdeskError: As Backend.sync.
    """
    return await backend.sync(tunnel_id, await completed(text))


async def take_down(
    backend: Backend, tunnel: TunnelSnapshot, read: Callable[[], Awaitable[bytes]]
) -> tuple[str, ...]:
    """PreDown, the tunnel, PostDown; no command keeps a tunnel up.

    `read` gives the profile as it is now, and is asked only where its commands count.

    Returns:
        A sentence for each command that failed, or for all that cannot be found.
    """
    hooks, notes = await _own_hooks(tunnel, read)
    notes += await _tried(tunnel.name, hooks, HookKind.PRE_DOWN)
    await backend.down(tunnel.id)
    notes += await _tried(tunnel.name, hooks, HookKind.POST_DOWN)
    return tuple(notes)


async def _own_hooks(
    tunnel: TunnelSnapshot, read: Callable[[], Awaitable[bytes]]
) -> tuple[tuple[Hook, ...], list[str]]:
    if tunnel.hooks is not HookMode.ME:
        return (), []
    if is_sandboxed():
        return (), [f"its commands are not run: {NOT_FROM_HERE}"]
    try:
        profile = read_profile(await read())
    except WgdeskError as error:
        return (), [f"its commands are not run: {error}"]
    if profile.interface.hooks and public_digest(profile) != tunnel.profile_digest:
        return (), [f"its commands are not run: {EDITED}"]  # nobody has agreed to these
    return profile.interface.hooks, []


def _hooks(text: bytes) -> tuple[Hook, ...]:
    return read_profile(text).interface.hooks


async def _tried(name: str, hooks: tuple[Hook, ...], kind: HookKind) -> list[str]:
    try:
        await run_hooks(name, hooks, kind)
    except HookFailed as error:
        return [str(error)]
    return []
