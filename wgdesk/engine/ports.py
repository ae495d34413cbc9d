"""What the runner and the tunnels need of a machine, and what a device needs to offer."""

from collections.abc import Callable, Mapping, Sequence
from errno import EEXIST
from typing import Protocol

from wgdesk.domain.errors import KernelRefused, NameConflict
from wgdesk.domain.plan import DeviceConfig, Engine, Facts, SocketAddress, Step
from wgdesk.domain.profile import Endpoint, Profile
from wgdesk.domain.snapshot import DeviceSnapshot


class Device(Protocol):
    """One way to have a WireGuard device: the kernel's, or a userspace engine's.

    Every method raises EngineError, and names a link that this process made.
    """

    async def create(self, name: str) -> None:
        """Make the link, fully or not at all; NameConflict if the name is taken."""

    async def configure(self, name: str, config: DeviceConfig) -> None:
        """Replace key, port, mark and peers."""

    async def read(self, name: str) -> DeviceSnapshot: ...

    async def delete(self, name: str) -> None:
        """Remove the link; a link that is gone already is a success."""


class System(Protocol):
    """The machine as the runner sees it."""

    async def do(self, step: Step) -> None:
        """Carry one step out; raises EngineError, of which `is_taken` tells more."""

    async def do_ahead(self, steps: Sequence[Step]) -> int:
        """Carry out as many of these as go without any trouble, in order; how many that were.

        A quicker way for the common case: `do` is for the rest, and says what is wrong.
        """

    async def undo(self, step: Step) -> None:
        """Take one step back, also one that broke off halfway; raises EngineError.

        What is gone already is a success, and what another program made is left alone.
        """

    async def resolve(self, profile: Profile) -> Mapping[Endpoint, SocketAddress]:
        """Look the endpoints up; takes seconds where names do.

        Raises:
            EndpointUnresolved: A host name has no address.
        """

    async def facts(
        self,
        profile: Profile,
        endpoints: Mapping[Endpoint, SocketAddress],
        *,
        allow_lan: bool,
    ) -> Facts:
        """Look at the machine.

        Raises:
            EngineMissing: Neither the kernel nor a userspace engine is there.
        """

    async def link_exists(self, name: str) -> bool: ...

    def has_ipv6(self) -> bool:
        """Whether new links may have IPv6 addresses."""

    async def choose_engine(self) -> Engine:
        """The kernel if it answers, else the userspace engine; raises EngineMissing."""

    async def read(self, name: str, engine: Engine) -> DeviceSnapshot: ...

    async def clear_leftovers(self) -> tuple[str, ...]:
        """Remove what a former helper left behind; what it was, in words."""

    def on_lost(self, told: Callable[[str, str], None]) -> None:
        """Call `told(name, why)` on the loop when a link or its engine vanishes unasked."""

    async def close(self) -> None:
        """Let go of sockets and threads; what stands on the machine stays."""


def is_taken(error: BaseException) -> bool:
    """Whether a step failed because the very thing is there already.

    Then it is another's, and undoing the step would take it from them.
    """
    is_there = isinstance(error, KernelRefused) and error.errno == EEXIST
    return is_there or isinstance(error, NameConflict)
