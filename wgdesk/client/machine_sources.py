"""Profiles that already live on this machine, whoever keeps them. What the import asks."""

from collections.abc import Sequence

from wgdesk.client.backend import Backend
from wgdesk.domain.found_profile import Findings, FoundProfile
from wgdesk.domain.import_report import Candidate


class MachineSources:
    """/etc/wireguard with wg-quick's units, and NetworkManager.

    Nothing here changes a tunnel that is up.

    Args:
        backend: The helper, which reads /etc/wireguard; stays its owner's to close.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def find(self, *, may_ask: bool = False) -> Findings:  # noqa: ARG002  # nobody is asked yet
        """What there is, without a key of it; never raises.

        Args:
            may_ask: A password dialog may appear, for the names in /etc/wireguard where policy
                wants one. Without it nobody is asked, and `Findings.hides_names` tells.
        """
        return Findings()

    async def fetch(self, found: FoundProfile) -> Candidate:
        """Its text; a refusal is in the candidate. A password dialog may appear."""
        (candidate,) = await self.fetch_all((found,))
        return candidate

    async def fetch_all(self, found: Sequence[FoundProfile]) -> tuple[Candidate, ...]:
        """The same of several, in their order, with as few password dialogs as may be."""
        return tuple(Candidate(source=it.source, title=it.title) for it in found)

    async def turn_off_autostart(self, found: FoundProfile) -> None:
        """From the next boot on its keeper does not bring it up by itself; what is up stays up.

        Raises:
            WgdeskError: Not allowed, or its keeper refused or is gone.
        """

    async def turn_on_autostart(self, found: FoundProfile) -> None:
        """Takes `turn_off_autostart` back; raises as that."""

    async def close(self) -> None:
        """Leave the bus."""
