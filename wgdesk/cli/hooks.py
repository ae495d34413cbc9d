"""`hooks` and `approvals`: a profile's commands, who runs them, and what is approved."""

import time
from collections.abc import Sequence
from typing import Final

from wgdesk.cli.terminal import say
from wgdesk.client.backend import Backend, KnownApproval
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import read_profile
from wgdesk.domain.names import parse_tunnel_name, printable
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Hook
from wgdesk.domain.recipes import recognise

_WHO: Final = {
    HookMode.IGNORE: "They are not run.",
    HookMode.ME: "They run as you, when you bring the tunnel up or down.",
    HookMode.ROOT: "They run as root, once an administrator has approved them.",
}


def hooks(argument: str, mode: HookMode | None) -> int:
    """Print the commands and who runs them, after choosing `mode` if there is one.

    Raises:
        WgdeskError: The profile is not there, invalid, or the choice cannot be saved.
    """
    file = ProfileStore().locate(argument)
    name, profile = parse_tunnel_name(file.name), read_profile(file.read())
    preferences = Preferences()
    if mode is not None:
        preferences.set_hooks(name, mode)
    found = profile.interface.hooks
    for line in hook_lines(found):
        say(line)
    say(_WHO[preferences.hooks(name)] if found else f"{name} has no commands.")
    return 0


def hook_lines(found: Sequence[Hook]) -> list[str]:
    """One command a line as the file has it, and behind it what it is known to be."""
    return [
        f"{hook.kind.value} = {hook.command}" + (f"   ({', '.join(recipes)})" if recipes else "")
        for hook, recipes in zip(found, recognise(found), strict=True)
    ]


async def approvals(backend: Backend, revoked: str | None) -> int:
    """Print what is approved for this user; with a name, forget all that has it first."""
    listed = await backend.approvals()
    if revoked is not None:
        return await _revoke(backend, listed, revoked)
    for approval in listed:
        say(approval_line(approval))
    if not listed:
        say("Nothing is approved yet.")
    return 0


async def _revoke(backend: Backend, listed: Sequence[KnownApproval], name: str) -> int:
    digests = dict.fromkeys(it.digest for it in listed if it.name == name)
    for digest in digests:
        await backend.revoke(digest)
    was_there = "An administrator is asked again." if digests else "Nothing was approved for it."
    say(f"{name}: {was_there}")
    return 0


def approval_line(approval: KnownApproval) -> str:
    moment = time.localtime(approval.when_unix_s)
    when = time.strftime("%Y-%m-%d %H:%M", moment) if approval.when_unix_s else "earlier"
    return f"{when:16}  {approval.kind:8}  {printable(approval.name):15}  {approval.digest}"
