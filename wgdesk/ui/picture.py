"""Everything the user's windows show at one moment, as values. No Qt, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.health import OFF, Health, Light, health
from wgdesk.domain.names import natural_key
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import ForeignTunnel, Lifecycle, MachineSnapshot, TunnelSnapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """One file of the profile folder.

    Attributes:
        error: Why it cannot be used; None where `profile` is there.
        hooks: Who is to run its commands.
    """

    name: str
    profile: Profile | None = None
    error: WgdeskError | None = None
    hooks: HookMode = HookMode.IGNORE


class Order(StrEnum):
    CONNECT = "connect"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class Failure:
    """An order that could not be carried out."""

    order: Order
    error: WgdeskError


class HelperState(StrEnum):
    """Whether anybody can say what the tunnels do."""

    ASKING = "asking"
    HERE = "here"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelRow:
    """One profile and what its tunnel does.

    Attributes:
        profile: None where the file cannot be used, or a tunnel is up without a file.
        health: None where nobody can say.
        heard_unix_s: When data last arrived; 0 where that was not watched.
        took_over: Names of the tunnels that were taken down for this one.
        hooks: Who is to run the profile's commands.
    """

    name: str
    profile: Profile | None = None
    profile_error: WgdeskError | None = None
    tunnel: TunnelSnapshot | None = None
    health: Health | None = OFF
    failure: Failure | None = None
    heard_unix_s: int = 0
    took_over: tuple[str, ...] = ()
    hooks: HookMode = HookMode.IGNORE

    @property
    def is_up(self) -> bool:
        """Whether there is something to disconnect."""
        return self.tunnel is not None and self.tunnel.lifecycle in {
            Lifecycle.UP,
            Lifecycle.RISING,
            Lifecycle.MENDING,
        }

    @property
    def saves_changes(self) -> bool:
        """Whether its file wants to have what is changed by hand."""
        return self.profile is not None and self.profile.interface.save_config

    @property
    def has_fallen(self) -> bool:
        """Whether the helper tells of a tunnel that failed; nothing of it is up."""
        return self.tunnel is not None and self.tunnel.lifecycle is Lifecycle.FAILED

    @property
    def is_changing(self) -> bool:
        return self.health is not None and self.health.light in {Light.STARTING, Light.STOPPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What all windows, the tray icon and the notifications are drawn from.

    Attributes:
        folder: Where profiles lie, as a person writes it.
        has_looked: Whether that folder has been read at all yet.
        engine: Which WireGuard the helper uses, as it says of itself; "" if unknown.
    """

    rows: tuple[TunnelRow, ...] = ()
    others: tuple[ForeignTunnel, ...] = ()
    helper: HelperState = HelperState.ASKING
    helper_error: WgdeskError | None = None
    engine: str = ""
    folder: str = ""
    has_looked: bool = False
    now_unix_s: int = 0

    def find_row(self, name: str) -> TunnelRow | None:
        return next((row for row in self.rows if row.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What only the user's side knows of its tunnels, by name.

    Attributes:
        orders: Given and not carried out yet.
        heard_unix_s: When received bytes last grew while somebody counted.
    """

    orders: Mapping[str, Order] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    heard_unix_s: Mapping[str, int] = field(default_factory=dict)
    took_over: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def ordered(self, name: str, order: Order) -> "Memory":
        """A new try: what went wrong before is forgotten."""
        return replace(
            self, orders={**self.orders, name: order}, failures=without(self.failures, name)
        )

    def settled(self, name: str) -> "Memory":
        return replace(self, orders=without(self.orders, name))

    def failed(self, name: str, error: WgdeskError) -> "Memory":
        failure = Failure(self.orders.get(name, Order.CONNECT), error)
        return replace(self.settled(name), failures={**self.failures, name: failure})

    def forgiven(self, name: str) -> "Memory":
        return replace(self, failures=without(self.failures, name))

    def replaced(self, name: str, names: tuple[str, ...]) -> "Memory":
        """Remember that `names` made way for `name`."""
        return replace(self, took_over={**self.took_over, name: names})

    def listened(
        self, before: MachineSnapshot, after: MachineSnapshot, now_unix_s: int
    ) -> "Memory":
        """Note which tunnels received something between two looks at the machine."""
        counted = {tunnel.id: tunnel.received_bytes for tunnel in before.tunnels}
        heard: dict[str, int] = {}
        for tunnel in after.tunnels:
            if tunnel.received_bytes > counted.get(tunnel.id, tunnel.received_bytes):
                heard[tunnel.name] = now_unix_s
            elif tunnel.id in counted and tunnel.name in self.heard_unix_s:
                heard[tunnel.name] = self.heard_unix_s[tunnel.name]
        return replace(self, heard_unix_s=heard)


def without(mapping: Mapping[str, T], name: str) -> dict[str, T]:
    return {key: value for key, value in mapping.items() if key != name}


def tunnel_rows(
    entries: Iterable[ProfileEntry],
    machine: MachineSnapshot | None,
    memory: Memory,
    now_unix_s: int,
) -> tuple[TunnelRow, ...]:
    """One row for each profile, and for each tunnel that is up without one.

    `machine` is None where nobody can say what the tunnels do.
    """
    by_name = {entry.name: entry for entry in entries}
    tunnels = {tunnel.name: tunnel for tunnel in machine.tunnels} if machine else {}
    rows: list[TunnelRow] = []
    for name in sorted({*by_name, *tunnels}, key=natural_key):
        entry, tunnel = by_name.get(name), tunnels.get(name)
        rows.append(
            TunnelRow(
                name=name,
                profile=entry.profile if entry else None,
                profile_error=entry.error if entry else None,
                tunnel=tunnel,
                health=_health(name, tunnel, memory, now_unix_s) if machine else None,
                failure=memory.failures.get(name),
                heard_unix_s=memory.heard_unix_s.get(name, 0),
                took_over=memory.took_over.get(name, ()) if tunnel else (),
                hooks=entry.hooks if entry else HookMode.IGNORE,
            )
        )
    return tuple(rows)


_UNDER_WAY = {Order.CONNECT: Light.STARTING, Order.DISCONNECT: Light.STOPPING}


def _health(name: str, tunnel: TunnelSnapshot | None, memory: Memory, now_unix_s: int) -> Health:
    """What is asked for and not done yet goes before what is; a failure before plain Off."""
    order, failure = memory.orders.get(name), memory.failures.get(name)
    if order is not None:
        return Health(_UNDER_WAY[order])
    if tunnel is not None:
        return health(tunnel, now_unix_s, memory.heard_unix_s.get(name, 0))
    if failure is not None and failure.order is Order.CONNECT:
        return Health(Light.FAILED, cause=str(failure.error))
    return OFF
