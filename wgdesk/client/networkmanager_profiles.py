"""Profiles that NetworkManager keeps, for the import."""

from typing import Final

from wgdesk.client.networkmanager import Connection, NetworkManager
from wgdesk.client.system_service import ServiceRefused
from wgdesk.domain.found_profile import FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate
from wgdesk.domain.names import printable
from wgdesk.domain.networkmanager_mark import find_mark
from wgdesk.domain.networkmanager_profile import convert, title_of
from wgdesk.domain.networkmanager_unsaid import starts_by_itself
from wgdesk.domain.networkmanager_values import CONNECTION, section

NOT_RUNNING: Final = "NetworkManager does not run here, so it was not asked for its connections."
NO_ANSWER: Final = "NetworkManager did not tell its connections."


class NetworkManagerProfiles:
    def __init__(self) -> None:
        self._manager = NetworkManager()

    async def find(self) -> tuple[tuple[FoundProfile, ...], tuple[str, ...]]:
        """What there is beside what wgdesk itself had made, and notes on why it is not all."""
        try:
            connections = await self._manager.connections()
            active = await self._manager.active() if connections else frozenset()
        except ServiceRefused as refused:
            return (), (NOT_RUNNING if refused.is_absent else NO_ANSWER,)
        others = (it for it in connections if it.uuid and find_mark(it.settings) is None)
        return tuple(_found(it, is_up=it.uuid in active) for it in others), ()

    async def fetch(self, found: FoundProfile) -> Candidate:
        """Its text, or why there is none. A password dialog may appear."""
        try:
            connection = await self._manager.find(found.name)
            secrets = await self._manager.secrets(connection)
        except ServiceRefused as refused:
            return _refused(found, refused)
        converted = convert(connection.settings, secrets)
        return Candidate(
            source=found.source,
            title=found.title,
            content=converted.text.encode(),
            refusal=converted.refusal,
            remedy=converted.remedy,
            unsupported=converted.unsupported,
        )

    async def set_autostart(self, found: FoundProfile, *, on: bool) -> None:
        """Raises AutostartKept or NotAuthorized."""
        await self._manager.set_autostart(found.name, on=on)

    async def close(self) -> None:
        await self._manager.close()


def _found(connection: Connection, *, is_up: bool) -> FoundProfile:
    title = title_of(connection.settings) or connection.uuid
    return FoundProfile(
        kind=SourceKind.NETWORKMANAGER,
        name=connection.uuid,
        title=title,
        source=f"NetworkManager, {printable(title)}",
        is_up=is_up,
        starts_by_itself=starts_by_itself(section(connection.settings, CONNECTION)),
        needs_authorisation=True,  # whether it asks depends on its own policy
    )


def _refused(found: FoundProfile, refused: ServiceRefused) -> Candidate:
    title = printable(found.title)
    if refused.is_forbidden:
        why = f"NetworkManager does not give the keys of “{title}” without an administrator."
    elif refused.is_absent:
        why = "NetworkManager does not answer."
    elif "InvalidConnection" in refused.name:
        why = f"NetworkManager has no connection “{title}” any more."
    else:
        why = f"NetworkManager does not give “{title}”: {printable(refused.text, 200)}"
    return Candidate(source=found.source, title=found.title, refusal=why)
