"""What the runner and the tunnels need of a machine, and what a device needs to offer."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from errno import EEXIST
from typing import Protocol

from wgdesk.domain.device import (
    DeviceConfig,
    DeviceUpdate,
    Engine,
    EngineKind,
    SocketAddress,
)
from wgdesk.domain.dns import DnsChoice
from wgdesk.domain.errors import KernelRefused, NameConflict
from wgdesk.domain.evidence import Evidence
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.plan import Facts, Plan
from wgdesk.domain.profile import Endpoint, Profile
from wgdesk.domain.snapshot import DeviceSnapshot, ForeignLink
from wgdesk.domain.state import Broke, Lost
from wgdesk.domain.steps import ApplyDns, Change, RunHook, Step


class Device(Protocol):
    """One way to have a WireGuard device: the kernel's, or a userspace engine's.

    Every method raises EngineError, and names a link that this process made.
    """

    async def create(self, name: str) -> None:
        """Make the link, fully or not at all; NameConflict if the name is taken."""

    async def configure(self, name: str, config: DeviceConfig) -> None:
        """Replace key, port, mark and peers."""

    async def update(self, name: str, update: DeviceUpdate) -> None:
        """Change what it says and nothing else; what fails may be done in part."""

    async def read(self, name: str) -> DeviceSnapshot: ...

    async def read_config(self, name: str) -> DeviceConfig:
        """All that another device in its place would have to be told, keys included."""

    async def delete(self, name: str) -> None:
        """Remove the link; a link that is gone already is a success."""


class FirewallLoader(Protocol):
    """Loads and removes nftables tables."""

    def is_there(self) -> bool:
        """Whether this machine can load one."""

    async def load(self, firewall: Firewall) -> None:
        """Put the table in place, replacing one of that name; raises FirewallFailed."""

    async def unload(self, firewall: Firewall) -> None:
        """Remove it; gone already is a success. Raises FirewallFailed."""

    async def stands(self, firewall: Firewall) -> bool:
        """Whether exactly this table is loaded."""

    async def clear_strays(self, tables: Iterable[int]) -> list[str]:
        """Remove our tables but those of these numbers; what they were, in words."""


class NameService(Protocol):
    """Changes who answers name lookups on this machine."""

    async def choose(self) -> DnsChoice | None:
        """Who decides now; looked at afresh. None where nobody can be told."""

    async def apply(self, step: ApplyDns) -> None:
        """Tell the backend; raises DnsFailed, and then nothing of it stands."""

    async def revert(self, step: ApplyDns) -> None:
        """Exactly as before; gone already is a success. Raises DnsFailed."""

    async def stands(self, step: ApplyDns) -> bool:
        """Whether what was applied is still there, whoever answers."""

    async def verify(self, step: ApplyDns) -> str:
        """Ask a question through the system's resolver.

        Returns:
            "" where the profile's servers answered it, else one sentence on why not.
        """

    def on_change(self, told: Callable[[], None]) -> None:
        """Call `told` on the loop when the backend restarted or was changed by others."""

    async def recover(self, known: Collection[str]) -> None:
        """Take back what was applied for tunnels that are not `known`, or before a reboot."""

    async def close(self) -> None: ...


class HookRunner(Protocol):
    """Runs approved commands as root, outside this process's walls."""

    async def check(self) -> None:
        """Raise HooksUnavailable where commands cannot be run on this machine."""

    async def run(self, step: RunHook) -> None:
        """Run the command to its end, 30 s at most; raises HookFailed with its number."""

    async def close(self) -> None: ...


class System(Protocol):
    """The machine as the runner sees it."""

    @property
    def names(self) -> NameService | None:
        """Who changes name lookups here; None where they are left alone."""

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
        mark: int | None = None,
    ) -> Facts:
        """Look at the machine; `mark` is that of the tunnel's own packets where its rules stand.

        Raises:
            EngineMissing: Neither the kernel nor a userspace engine is there.
        """

    async def check_hooks(self) -> None:
        """Raise HooksUnavailable where commands cannot be run as root."""

    async def link_exists(self, name: str) -> bool: ...

    def has_ipv6(self) -> bool:
        """Whether new links may have IPv6 addresses."""

    async def choose_engine(self) -> Engine:
        """The kernel if it answers, else the userspace engine; raises EngineMissing."""

    async def change(self, change: Change) -> None:
        """Make one change of a tunnel that is up; raises EngineError.

        What is to go and is gone already is a success.
        """

    async def change_ahead(self, changes: Sequence[Change]) -> int:
        """As `do_ahead`, for changes."""

    async def read(self, name: str, engine: Engine) -> DeviceSnapshot: ...

    async def read_config(self, name: str, engine: Engine) -> DeviceConfig:
        """What its device has, keys included; for nobody but this process."""

    def has_way(self, endpoint: SocketAddress, mark: int) -> bool:
        """Whether a tunnel's own packets, which have this mark, have a way there."""

    def is_blocked(self, endpoint: SocketAddress, mark: int) -> bool:
        """Whether this machine drops what is sent there: one empty datagram tells."""

    def sent_packets(self, name: str) -> int:
        """How many packets have gone into a link; 0 where there is none."""

    async def probe(self, endpoint: SocketAddress, mark: int) -> Evidence | None:
        """Ask the endpoint why it is silent; takes seconds. None where it is not to be asked."""

    async def forget_ways(self, name: str) -> None:
        """Make a tunnel's own packets follow rules that were changed meanwhile."""

    async def adopt(self, plan: Plan, kind: EngineKind) -> Plan:
        """Take charge of what a helper before this one put in place, so that `undo` removes it.

        Returns:
            The plan, with what its device would have to be told again where that is needed.

        Raises:
            EngineError: Its link or its engine is not there any more; the rest is in charge.
        """

    async def missing(self, plan: Plan) -> tuple[Step, ...]:
        """Steps of a plan that is up whose effect is not there any more."""

    async def redo(self, steps: Sequence[Step]) -> None:
        """Do steps again that were done before; raises EngineError."""

    async def inspect(self, name: str, known: Sequence[Plan]) -> tuple[Plan, Engine] | None:
        """What stands for a tunnel of ours that has no record; None where there is none."""

    async def own_links(self) -> tuple[str, ...]:
        """Names of the links that we or a helper before us made."""

    async def clear_strays(self, known: Sequence[Plan]) -> tuple[str, ...]:
        """Remove rules and tables of ours that belong to none of these; in words."""

    async def other_tunnels(self) -> tuple[ForeignLink, ...]:
        """WireGuard tunnels of other programs."""

    def on_lost(self, told: Callable[[str, Broke | Lost], None]) -> None:
        """Call `told(name, event)` on the loop when a tunnel's link or engine vanishes unasked."""

    def on_disturbed(self, told: Callable[[], None]) -> None:
        """Call `told()` on the loop when others changed something that we may have made."""

    async def close(self) -> None:
        """Let go of sockets and threads; what stands on the machine stays."""


def is_taken(error: BaseException) -> bool:
    """Whether a step failed because the very thing is there already.

    Then it is another's, and undoing the step would take it from them.
    """
    is_there = isinstance(error, KernelRefused) and error.errno == EEXIST
    return is_there or isinstance(error, NameConflict)
