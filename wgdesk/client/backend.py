"""What the window, the tray and the terminal ask of whoever carries tunnels out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import ClientTooOld
from wgdesk.domain.log_line import LogPage
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.snapshot import (
    CheckOutcome,
    MachineSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.domain.system_profile import SystemProfile

# Who carries the tunnels, where that is not the helper: an ability and its value.
CARRIER: Final = "carrier"
NETWORKMANAGER: Final = "networkmanager"


@dataclass(frozen=True, slots=True)
class Hello:
    """What the helper says of itself.

    Attributes:
        api: The helper's API version.
        abilities: Short facts by name, such as `version` and `engine`; `CARRIER` where it is
            not the helper that speaks.
        refusal: It says nothing of itself because it no longer speaks with this program;
            `api` is 0 then.
    """

    api: int
    abilities: Mapping[str, str]
    refusal: ClientTooOld | None = None


@dataclass(frozen=True, slots=True)
class KnownApproval:
    """Something that an administrator has approved for this user.

    Attributes:
        digest: Names it to `revoke`.
        when_unix_s: 0 where that was not written down.
        kind: "profile", or "commands" for those that may run as root.
    """

    name: str
    digest: str
    when_unix_s: int
    kind: str


class LogSource(Protocol):
    """Raises as Backend does; HelperTooOld where it has no log."""

    async def log(self, after: int = 0) -> LogPage:
        """What was done for this user's tunnels, from the line after that number on."""

    def log_changes(self, after: int = 0) -> AsyncIterator[LogPage | None]:
        """Those lines now, and new ones as they come; None while nobody answers.

        After a restart of the helper they begin anew, under another source.
        """


class RoutingSource(Protocol):
    """Raises as Backend does; HelperTooOld where it does not tell routes."""

    async def routing(self) -> MachineRouting:
        """Every route and rule of the machine."""

    def routing_changes(self) -> AsyncIterator[MachineRouting | None]:
        """The same now, and again after every change; None while nobody answers."""


class SystemProfileSource(Protocol):
    """/etc/wireguard. Raises as Backend does; HelperTooOld where it is not read."""

    async def system_profiles(self, *, may_ask: bool = False) -> tuple[str, ...]:
        """The names of the profiles there.

        Args:
            may_ask: A password dialog may appear; without it AuthRequired is raised.
        """

    async def read_system_profiles(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        """The files of those names, in that order; a password dialog may appear.

        Args:
            names: With ", " between them at most MAX_NAMES_CHARS of wire/names.
        """


class BootKeeper(Protocol):
    """What connects at boot. Raises as Backend does; HelperTooOld where it has no such thing."""

    async def boot_copies(self) -> tuple[BootCopy, ...]:
        """This user's; root's is everybody's."""

    async def set_boot(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> None:
        """Have root keep this text and connect it at every boot. A password dialog may appear."""

    async def clear_boot(self, name: str) -> None:
        """Connect it at boot no more; none is a success. A password dialog may appear."""


class Backend(LogSource, RoutingSource, SystemProfileSource, BootKeeper, Protocol):
    """Every method raises WgdeskError: HelperUnreachable, HelperError, EngineError..."""

    async def hello(self) -> Hello: ...

    def greetings(self) -> AsyncIterator[Hello | None]:
        """What it says of itself now, and again whenever another process of it answers.

        An update starts it anew under an open window. None while nobody answers.
        """

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

    async def approvals(self) -> tuple[KnownApproval, ...]:
        """What this user may do without an administrator; the oldest first."""

    async def revoke(self, digest: str) -> None:
        """From now on an administrator is asked again."""

    async def status(self, tunnel_id: str) -> TunnelSnapshot: ...

    def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        """The machine now, and again after every change, until cancelled.

        None says that the helper went away; the next value that it is back.
        """

    async def close(self) -> None: ...
