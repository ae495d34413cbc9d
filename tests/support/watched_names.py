"""The real name service on files of a test's own, and what was asked of it."""

from collections.abc import Callable
from pathlib import Path

from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.dns.files import OwnHands
from wgdesk.engine.dns.name_service import SystemNames
from wgdesk.engine.dns.places import Places
from wgdesk.engine.system_bus import SystemBus

BEFORE = "# of this machine\nnameserver 192.0.2.53\n"


class WatchedNames(SystemNames):
    """A machine on which resolv.conf is a plain file and nobody else takes care of it.

    Attributes:
        log: Every word it was told, in order.
        refused: Servers that it does not take.
        on_apply: Called before something is applied.
    """

    def __init__(self, root: Path, on_apply: Callable[[], None] = lambda: None) -> None:
        places = Places.below(root)
        places.resolv_conf.parent.mkdir(parents=True)
        places.resolv_conf.write_text(BEFORE)
        places.nsswitch.write_text("hosts: files dns\n")
        super().__init__(SystemBus(), places, OwnHands(places))
        self.file = places.resolv_conf
        self.log: list[str] = []
        self.refused: set[str] = set()
        self.on_apply = on_apply

    def servers(self) -> list[str]:
        words = (line.split() for line in self.file.read_text().splitlines())
        return [word[1] for word in words if word[:1] == ["nameserver"]]

    async def apply(self, step: ApplyDns) -> None:
        told = " ".join(map(str, step.config.servers))
        self.log.append(f"apply {told}")
        self.on_apply()
        if told in self.refused:
            raise DnsFailed("the test says so")
        await super().apply(step)

    async def revert(self, step: ApplyDns) -> None:
        self.log.append(f"revert {' '.join(map(str, step.config.servers))}")
        await super().revert(step)
