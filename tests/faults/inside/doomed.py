"""A helper's engine that is killed after its Nth step: `python -m ... VERB N FOLDER`.

FOLDER has the profile `home.conf`, the journal `tunnels`, and `root`, below which the machine's
files of name servers lie.

VERB is `up`, or `down` of a tunnel that is up. A step is one effect on the machine or one
record in the journal. Ends by SIGKILL, or with 0 where there are fewer steps than N.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from wgdesk.domain.conf import read_profile
from wgdesk.engine.dns.files import OwnHands
from wgdesk.engine.dns.name_service import SystemNames
from wgdesk.engine.dns.places import Places
from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.journal import FolderJournal
from wgdesk.engine.machine import Machine
from wgdesk.engine.system_bus import SystemBus
from wgdesk.engine.tunnels import Tunnels


class Countdown:
    def __init__(self, steps: int) -> None:
        self._left, self.is_running = steps, False

    def after(self, owner: type, name: str) -> None:
        """Count every call of this method once it is over."""
        method = getattr(owner, name)
        if asyncio.iscoroutinefunction(method):

            async def counted(*arguments):
                result = await method(*arguments)
                self._count()
                return result
        else:

            def counted(*arguments):
                result = method(*arguments)
                self._count()
                return result

        setattr(owner, name, counted)

    def _count(self) -> None:
        if not self.is_running:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def none_ahead(_machine, _steps):
    return 0


def a_machine(root: Path) -> Machine:
    """A machine whose resolv.conf below `root` is a plain file."""
    places = Places.below(root)
    names = SystemNames(SystemBus(), places, OwnHands(places))
    return Machine(firewall=NftFirewall(), name_service=names)


async def run(verb: str, countdown: Countdown, folder: Path, text: bytes) -> None:
    journal = FolderJournal(folder / "tunnels")
    tunnels = Tunnels(a_machine(folder / "root"), time.time, journal)
    await tunnels.recover()
    if verb == "down":
        countdown.is_running = True
        for tunnel in tunnels.list():
            await tunnels.down(tunnel.id)
    else:
        countdown.is_running = True
        await tunnels.up(1000, "home", read_profile(text))


def main() -> None:
    verb, steps, place = sys.argv[1:]
    folder = Path(place)
    countdown = Countdown(int(steps))
    Machine.do_ahead = none_ahead
    for owner, name in (
        (Machine, "_carry_out"),
        (Machine, "undo"),
        (FolderJournal, "write"),
        (FolderJournal, "remove"),
    ):
        countdown.after(owner, name)
    asyncio.run(run(verb, countdown, folder, (folder / "home.conf").read_bytes()))


if __name__ == "__main__":
    main()
