"""What a tunnel must not take: names that others have, and other users' traffic and look-ups."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from wgdesk.domain.dns import share_names
from wgdesk.domain.errors import AlreadyUp, Busy, NameConflict, RoutesTaken, UpOtherwise
from wgdesk.domain.state import Up
from wgdesk.engine.tunnel import Tunnel

LOOKUPS_TAKEN: Final = "another user's tunnel decides which name servers are asked"


class Conflicts:
    """Between what is there and what is wanted.

    Args:
        live: All tunnels that have, or may have, something on the machine.
    """

    def __init__(self, live: Callable[[], Iterable[Tunnel]]) -> None:
        self._live = live
        self._wanted: list[Tunnel] = []

    @contextmanager
    def wanting(self, tunnel: Tunnel) -> Iterator[None]:
        """Meanwhile what a tunnel that is up shall become counts beside what it is."""
        self._wanted.append(tunnel)
        try:
            yield
        finally:
            self._wanted.remove(tunnel)

    def refuse(self, tunnel: Tunnel) -> None:
        """Raises NameConflict, AlreadyUp, UpOtherwise, Busy or RoutesTaken."""
        for other in self._live():
            if other.id != tunnel.id and other.name == tunnel.name:
                _refuse_name(other, tunnel)
        for other in (*self._live(), *self._wanted):
            if other.owner_uid == tunnel.owner_uid:
                continue
            if tunnel.claim.takes_from(other.claim):
                raise RoutesTaken
            if share_names(tunnel.dns, other.dns):
                raise RoutesTaken(LOOKUPS_TAKEN)


def _refuse_name(there: Tunnel, wanted: Tunnel) -> NoReturn:
    if there.owner_uid != wanted.owner_uid:
        raise NameConflict(wanted.name, "another user")
    if not isinstance(there.state, Up):
        raise Busy(f"“{wanted.name}” is being changed right now")
    if there.public_digest != wanted.public_digest or there.options != wanted.options:
        raise UpOtherwise(f"“{there.name}” is up already, as another text of its profile says")
    raise AlreadyUp(f"“{there.name}” is up already")
