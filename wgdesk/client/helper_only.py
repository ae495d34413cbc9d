"""What nobody but the helper can do: the part of a backend that says so."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

from wgdesk.client.backend import KnownApproval
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import NeedsHelper
from wgdesk.domain.log_line import LogPage
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.snapshot import SyncOutcome
from wgdesk.domain.system_profile import SystemProfile

LOG: Final = "a log of what was done"
ROUTES: Final = "the machine's routes and rules"
SYSTEM_PROFILES: Final = "the profiles in /etc/wireguard"
BOOT: Final = "connecting at boot"

# ruff: noqa: ARG002  # the names are the protocol's


class HelperOnly:
    """Every method raises NeedsHelper, but `approvals` and `boot_copies`: there are none."""

    async def approvals(self) -> tuple[KnownApproval, ...]:
        """None: nobody is asked, so nothing is approved."""
        return ()

    async def revoke(self, digest: str) -> None:
        raise NeedsHelper("approvals of profiles")

    async def sync(
        self, tunnel_id: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> SyncOutcome:
        what = "changing a tunnel that is up"
        raise NeedsHelper(what, "Disconnect and connect again.")

    async def log(self, after: int = 0) -> LogPage:
        raise NeedsHelper(LOG)

    def log_changes(self, after: int = 0) -> AsyncIterator[LogPage | None]:
        return _nothing(LOG)

    async def routing(self) -> MachineRouting:
        raise NeedsHelper(ROUTES)

    def routing_changes(self) -> AsyncIterator[MachineRouting | None]:
        return _nothing(ROUTES)

    async def system_profiles(self, *, may_ask: bool = False) -> tuple[str, ...]:
        raise NeedsHelper(SYSTEM_PROFILES)

    async def read_system_profiles(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        raise NeedsHelper(SYSTEM_PROFILES)

    async def boot_copies(self) -> tuple[BootCopy, ...]:
        return ()

    async def set_boot(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> None:
        raise NeedsHelper(BOOT)

    async def clear_boot(self, name: str) -> None:
        raise NeedsHelper(BOOT)


async def _nothing(what: str, items: Iterable[Any] = ()) -> AsyncIterator[Any]:
    """A stream that says why it has nothing."""
    for item in items:
        yield item
    raise NeedsHelper(what)
