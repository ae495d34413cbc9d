"""The commands of a profile, and who may run them, for a person who has to decide. No Qt."""

from collections.abc import Sequence

from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Hook, Profile
from wgdesk.domain.recipes import not_run_text, recognise
from wgdesk.ui.language import tr, tr_count, tr_told


def commands_text(profile: Profile) -> str:
    """Each command whole and on a line of its own, as the file has it.

    A file whose commands have characters that cannot be seen is refused before it comes here.
    """
    hooks = profile.interface.hooks
    lines: list[str] = []
    for hook, recipes in zip(hooks, recognise(hooks), strict=True):
        if recipes:
            lines.append(f"# {', '.join(recipes)}")
        lines.append(f"{hook.kind.value} = {hook.command}")
    return "\n".join(lines)


def commands_sentence(hooks: Sequence[Hook], mode: HookMode) -> str:
    """How many there are and who runs them; for at least one."""
    count = len(hooks)
    if mode is HookMode.ME:
        return tr_count("{count} command runs as you.", "{count} commands run as you.", count)
    if mode is HookMode.ROOT:
        return tr_count("{count} command runs as root.", "{count} commands run as root.", count)
    return tr_told(not_run_text(hooks))


def mode_text(mode: HookMode) -> str:
    return {
        HookMode.IGNORE: tr("Nobody runs them"),
        HookMode.ME: tr("Run them as me"),
        HookMode.ROOT: tr("Run them as root"),
    }[mode]


def effect_text(mode: HookMode) -> str:
    """What follows from the choice, in a sentence."""
    return {
        HookMode.IGNORE: tr("The tunnel works without them."),
        HookMode.ME: tr("Not from a Flatpak: it starts no program of this computer.")
        if is_sandboxed()
        else tr("They have your rights and no more; most network commands need root."),
        HookMode.ROOT: tr("At the next connect an administrator sees this text and must agree."),
    }[mode]
