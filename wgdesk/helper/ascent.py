"""Tunnels on their way up: not more than one user, and the machine, may have."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from wgdesk.domain.errors import LimitExceeded
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import Lifecycle, UpOutcome

TUNNELS_PER_USER: Final = 8
TUNNELS: Final = 32


class Listed(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def owner_uid(self) -> int: ...
    @property
    def lifecycle(self) -> Lifecycle: ...


class Engine(Protocol):
    """The engine, as far as a tunnel needs it to come up."""

    async def up(
        self, owner_uid: int, name: str, profile: Profile, options: TunnelOptions
    ) -> UpOutcome: ...
    async def down(self, tunnel_id: str, /) -> None: ...
    def list(self) -> Sequence[Listed]: ...


_Claim = tuple[int, str]


class Ascent:
    def __init__(self) -> None:
        # Owner and name of what is about to come up, before the engine has it in its list.
        self._rising: Counter[_Claim] = Counter()

    async def bring_up(
        self, engine: Engine, uid: int, name: str, profile: Profile, options: TunnelOptions
    ) -> UpOutcome:
        """Raises LimitExceeded, and what the engine says."""
        self.refuse_too_many(engine.list(), uid, name)
        with self._counted(uid, name):
            for tunnel in _forgettable(engine.list(), uid):
                await engine.down(tunnel.id)
            return await engine.up(uid, name, profile, options)

    def refuse_too_many(self, records: Sequence[Listed], uid: int, name: str) -> None:
        """A tunnel of that name is about to be replaced or refused, so it does not count."""
        live = {(it.owner_uid, it.name) for it in records if is_live(it)}
        owners = [owner for owner, other in live | self._rising.keys() if other != name]
        if len(owners) >= TUNNELS:
            raise LimitExceeded(f"this machine has {TUNNELS} tunnels already")
        if owners.count(uid) >= TUNNELS_PER_USER:
            text = f"you have {TUNNELS_PER_USER} tunnels already; take one down first"
            raise LimitExceeded(text)

    @contextmanager
    def _counted(self, uid: int, name: str) -> Iterator[None]:
        claim = (uid, name)
        self._rising[claim] += 1
        try:
            yield
        finally:
            self._rising[claim] -= 1
            if not self._rising[claim]:
                del self._rising[claim]


def is_live(tunnel: Listed) -> bool:
    """Whether it has something on the machine, or may have in a moment."""
    return tunnel.lifecycle not in (Lifecycle.OFF, Lifecycle.FAILED)


def _forgettable(records: Sequence[Listed], uid: int) -> Sequence[Listed]:
    """Failed tunnels are listed until somebody has seen them, but not without end."""
    failed = [it for it in records if it.owner_uid == uid and not is_live(it)]
    return failed[: max(0, len(failed) - TUNNELS_PER_USER + 1)]
