"""What the window needs of the folder of profiles. No Qt."""

from collections.abc import AsyncIterator
from typing import Protocol

from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.picture import ProfileEntry


class Profiles(Protocol):
    """The profile folder as this room needs it; every method but `folder` runs on the bus thread."""

    @property
    def folder(self) -> str: ...

    async def text(self, name: str) -> bytes:
        """The file as it is now; raises NoSuchProfile or ProfileUnreadable."""

    async def options(self, name: str) -> TunnelOptions:
        """How the profile is to be brought up, as it was chosen."""

    async def set_hooks(self, name: str, mode: HookMode) -> None:
        """Choose who runs its commands; raises PreferencesUnwritable."""

    async def set_block_ipv6(self, name: str, *, block: bool) -> None:
        """Choose whether IPv6 has a way out beside it; raises PreferencesUnwritable."""

    async def save(self, name: str, tunnel: TunnelSnapshot) -> None:
        """Write what was changed by hand into the file, where it asks for that."""

    def changes(self) -> AsyncIterator[tuple[ProfileEntry, ...]]:
        """All entries now, and again after every change of the folder."""

    async def look_again(self) -> tuple[ProfileEntry, ...]:
        """The same entries with what is chosen for them now."""
