"""What the window, the tray and the terminal ask of whoever carries tunnels out."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from wgdesk.domain.snapshot import (
    CheckOutcome,
    MachineSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)


@dataclass(frozen=True, slots=True)
class Hello:
    """What the helper says of itself.

    Attributes:
        api: The helper's API version.
        abilities: Short facts by name, such as `version` and `engine`.
    """

    api: int
    abilities: Mapping[str, str]


class Backend(Protocol):
    """Every method raises WgdeskError: HelperUnreachable, HelperError, EngineError..."""

    async def hello(self) -> Hello: ...

    async def check(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> CheckOutcome: ...

    async def up(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> UpOutcome: ...

    async def sync(
        self, tunnel_id: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> SyncOutcome:
        """Make a tunnel that is up what the text says; options that are not given stay."""

    async def down(self, tunnel_id: str) -> None:
        """A tunnel that is gone already is a success."""

    async def tunnels(self) -> MachineSnapshot: ...

    async def status(self, tunnel_id: str) -> TunnelSnapshot: ...

    def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        """The machine now, and again after every change, until cancelled.

        None says that the helper went away; the next value that it is back.
        """

    async def close(self) -> None: ...
