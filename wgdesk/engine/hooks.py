"""Approved commands, each in a unit of its own: outside the helper's walls, under a time limit."""

from wgdesk.domain.errors import HooksUnavailable
from wgdesk.domain.steps import RunHook


class NoHooks:
    """Implements ports.HookRunner where nobody can run anything."""

    async def check(self) -> None:
        raise HooksUnavailable("systemd does not run this machine")

    async def run(self, step: RunHook) -> None:
        raise HooksUnavailable(f"{step.hook.kind.value} of {step.name} has nobody to run it")

    async def close(self) -> None:
        pass
