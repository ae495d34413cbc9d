"""What a tunnel must not take: names that others have, and other users' traffic and look-ups."""

from collections.abc import Callable, Iterable
from typing import Final, NoReturn

from wgdesk.domain.dns import share_names
from wgdesk.domain.errors import Busy, NameConflict, RoutesTaken
from wgdesk.domain.state import Up
from wgdesk.engine.refusals import refuse_second
from wgdesk.engine.tunnel import Tunnel

LOOKUPS_TAKEN: Final = "another user's tunnel decides which name servers are asked"


class Conflicts:
    """Between what is there and what is wanted.

    Args:
        live: All tunnels that have, or may have, something on the machine.
    """

    def __init__(self, live: Callable[[], Iterable[Tunnel]]) -> None:
        self._live = live

    def refuse(self, tunnel: Tunnel) -> None:
        """Raises NameConflict, AlreadyUp, UpOtherwise, Busy or RoutesTaken."""
        for other in self._live():
            if other.id != tunnel.id and other.name == tunnel.name:
                _refuse_name(other, tunnel)
        for other in self._live():
            if other.owner_uid == tunnel.owner_uid:
                continue
            if any(tunnel.claim.takes_from(claim) for claim in other.claims):
                raise RoutesTaken
            if any(share_names(tunnel.dns, asked) for asked in other.lookups):
                raise RoutesTaken(LOOKUPS_TAKEN)


def _refuse_name(there: Tunnel, wanted: Tunnel) -> NoReturn:
    if there.owner_uid != wanted.owner_uid:
        raise NameConflict(wanted.name, "another user")
    if not isinstance(there.state, Up):
        raise Busy(f"“{wanted.name}” is being changed right now")
    refuse_second(there, wanted)
