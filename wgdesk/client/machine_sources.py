"""Profiles that already live on this machine, whoever keeps them. What the import asks."""

import asyncio
from collections.abc import Sequence

from wgdesk.client.backend import Backend
from wgdesk.client.networkmanager_profiles import NetworkManagerProfiles
from wgdesk.client.system_profiles import SystemProfiles
from wgdesk.domain.found_profile import Findings, FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate
from wgdesk.domain.names import natural_key


class MachineSources:
    """/etc/wireguard with wg-quick's units, and NetworkManager.

    Nothing here changes a tunnel that is up.

    Args:
        backend: The helper, which reads /etc/wireguard; stays its owner's to close.
    """

    def __init__(self, backend: Backend) -> None:
        self._system = SystemProfiles(backend)
        self._networkmanager = NetworkManagerProfiles()

    async def find(self, *, may_ask: bool = False) -> Findings:
        """What there is, without a key of it; never raises.

        Args:
            may_ask: A password dialog may appear, for the names in /etc/wireguard where policy
                wants one. Without it nobody is asked, and `Findings.hides_names` tells.
        """
        system, (connections, notes) = await asyncio.gather(
            self._system.find(may_ask=may_ask), self._networkmanager.find()
        )
        by_title = sorted(connections, key=lambda it: (natural_key(it.title), it.name))
        return Findings(
            profiles=(*system.profiles, *by_title),
            notes=(*system.notes, *notes),
            hides_names=system.hides_names,
        )

    async def fetch(self, found: FoundProfile) -> Candidate:
        """Its text; a refusal is in the candidate. A password dialog may appear."""
        (candidate,) = await self.fetch_all((found,))
        return candidate

    async def fetch_all(self, found: Sequence[FoundProfile]) -> tuple[Candidate, ...]:
        """The same of several, in their order, with as few password dialogs as may be."""
        of_system = [it for it in found if it.kind is SourceKind.SYSTEM]
        read = dict(await self._system.fetch(of_system)) if of_system else {}
        return tuple(
            [
                read[it.name]
                if it.kind is SourceKind.SYSTEM
                else await self._networkmanager.fetch(it)
                for it in found
            ]
        )

    async def turn_off_autostart(self, found: FoundProfile) -> None:
        """From the next boot on its keeper does not bring it up by itself; what is up stays up.

        Raises:
            WgdeskError: Not allowed, or its keeper refused or is gone.
        """
        await self._keeper(found).set_autostart(found, on=False)

    async def turn_on_autostart(self, found: FoundProfile) -> None:
        """Takes `turn_off_autostart` back; raises as that."""
        await self._keeper(found).set_autostart(found, on=True)

    async def close(self) -> None:
        """Leave the bus."""
        await self._system.close()
        await self._networkmanager.close()

    def _keeper(self, found: FoundProfile) -> SystemProfiles | NetworkManagerProfiles:
        return self._system if found.kind is SourceKind.SYSTEM else self._networkmanager
