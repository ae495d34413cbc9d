"""Everything the user's windows show at one moment, as values. No Qt, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import is_
from typing import NamedTuple, TypeVar

from wgdesk.client.backend import NETWORKMANAGER
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.health import OFF, Health, Light
from wgdesk.domain.names import natural_key
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import ALIVE, ForeignLink, ForeignTunnel, Lifecycle, TunnelSnapshot
from wgdesk.ui.look import Look, PeerRow, TunnelLook
from wgdesk.ui.rates import NO_HISTORY, History

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """One file of the profile folder.

    Attributes:
        title: What a person calls it; "" where that is its name.
        error: Why it cannot be used; None where `profile` is there.
        hooks: Who is to run its commands.
        block_ipv6: As TunnelOptions has it.
        has_keys_elsewhere: They are in the keyring.
    """

    name: str
    title: str = ""
    tags: tuple[str, ...] = ()
    profile: Profile | None = None
    error: WgdeskError | None = None
    hooks: HookMode = HookMode.IGNORE
    block_ipv6: bool = True
    has_keys_elsewhere: bool = False


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
        title: What a person calls it; "" where that is its name.
        profile: None where the file cannot be used, or a tunnel is up without a file.
        health: None where nobody can say.
        heard_unix_s: When data last arrived; 0 where that was not watched.
        took_over: Tunnels that were taken down for this one, as a person calls them.
        hooks: Who is to run the profile's commands.
        block_ipv6: Whether IPv6 is to have no way out beside it, where it carries all of IPv4.
        has_keys_elsewhere: They are in the keyring.
        history: Its throughput.
        peers: Those of the device; those of the file stand in the profile.
    """

    name: str
    title: str = ""
    tags: tuple[str, ...] = ()
    profile: Profile | None = None
    profile_error: WgdeskError | None = None
    tunnel: TunnelSnapshot | None = None
    health: Health | None = OFF
    failure: Failure | None = None
    heard_unix_s: int = 0
    took_over: tuple[str, ...] = ()
    hooks: HookMode = HookMode.IGNORE
    block_ipv6: bool = True
    has_keys_elsewhere: bool = False
    history: History = NO_HISTORY
    peers: tuple[PeerRow, ...] = ()

    @property
    def is_up(self) -> bool:
        """Whether there is something to disconnect."""
        return self.tunnel is not None and self.tunnel.lifecycle in ALIVE

    @property
    def saves_changes(self) -> bool:
        """Whether its file wants to have what is changed by hand."""
        return self.profile is not None and self.profile.interface.save_config

    @property
    def has_fallen(self) -> bool:
        """Whether the helper tells of a tunnel that failed; nothing of it is up."""
        return self.tunnel is not None and self.tunnel.lifecycle is Lifecycle.FAILED

    @property
    def is_starting(self) -> bool:
        return self.health is not None and self.health.light is Light.STARTING

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
        others: Tunnels of other users.
        foreign: Tunnels that other programs made.
        degraded: What the helper cannot do as it should, in sentences.
        helper_version: As it says of itself; "" if unknown.
        helper_api: The version of what it understands; 0 if unknown.
        helper_refusal: It no longer speaks with this window.
        engine_reason: Why that engine, as it says; "" if unknown.
        carrier: Who speaks in the helper's place (`client.backend.CARRIER`); "" for the helper.
    """

    rows: tuple[TunnelRow, ...] = ()
    others: tuple[ForeignTunnel, ...] = ()
    foreign: tuple[ForeignLink, ...] = ()
    degraded: tuple[str, ...] = ()
    helper_version: str = ""
    helper_api: int = 0
    helper_refusal: WgdeskError | None = None
    engine_reason: str = ""
    carrier: str = ""
    helper: HelperState = HelperState.ASKING
    helper_error: WgdeskError | None = None
    engine: str = ""
    folder: str = ""
    has_looked: bool = False
    now_unix_s: int = 0

    @property
    def is_without_helper(self) -> bool:
        """Whether NetworkManager carries the tunnels now."""
        return self.helper is HelperState.HERE and self.carrier == NETWORKMANAGER

    def find_row(self, name: str) -> TunnelRow | None:
        return next((row for row in self.rows if row.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What only the user's side knows of its tunnels, by name.

    Attributes:
        orders: Given and not carried out yet.
        took_over: By the tunnel's id: the next time that it is up is another matter.
    """

    orders: Mapping[str, Order] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
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

    def replaced(self, tunnel_id: str, names: tuple[str, ...]) -> "Memory":
        """Remember that `names` made way for that tunnel."""
        return replace(self, took_over={**self.took_over, tunnel_id: names})


def without(mapping: Mapping[str, T], name: str) -> dict[str, T]:
    return {key: value for key, value in mapping.items() if key != name}


class RowBook:
    """Writes a row anew only where something about it has changed: there may be 1,000."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._order: tuple[str, ...] = ()
        self._rows: dict[str, tuple[_Parts, TunnelRow]] = {}

    def write(
        self, entries: Iterable[ProfileEntry], look: Look | None, memory: Memory
    ) -> tuple[TunnelRow, ...]:
        """One row for each profile, and for each tunnel that is up without one.

        `look` is None where nobody can say what the tunnels do.
        """
        by_name = {entry.name: entry for entry in entries}
        tunnels = look.tunnels if look else {}
        titles = {name: name for name in tunnels}
        titles |= {name: entry.title or name for name, entry in by_name.items()}
        if titles != self._titles:
            self._titles = titles
            self._order = tuple(sorted(titles, key=lambda it: (natural_key(titles[it]), it)))
        rows: dict[str, tuple[_Parts, TunnelRow]] = {}
        for name in self._order:
            seen = tunnels.get(name)
            parts = _Parts(
                by_name.get(name),
                seen,
                look is not None,
                memory.orders.get(name),
                memory.failures.get(name),
                memory.took_over.get(seen.tunnel.id, ()) if seen else (),
            )
            known = self._rows.get(name)
            is_same = known is not None and all(map(is_, known[0], parts))
            rows[name] = known if known and is_same else (parts, _row(name, parts, titles))
        self._rows = rows
        return tuple(row for _, row in rows.values())


class _Parts(NamedTuple):
    """All that a row is made of; the same parts make the same row."""

    entry: ProfileEntry | None
    look: TunnelLook | None
    is_known: bool
    order: Order | None
    failure: Failure | None
    took_over: tuple[str, ...]


def _row(name: str, parts: _Parts, titles: Mapping[str, str]) -> TunnelRow:
    entry, look = parts.entry, parts.look
    row = TunnelRow(
        name=name, health=_health(parts) if parts.is_known else None, failure=parts.failure
    )
    if entry is not None:
        row = replace(
            row,
            title=entry.title,
            tags=entry.tags,
            profile=entry.profile,
            profile_error=entry.error,
            hooks=entry.hooks,
            block_ipv6=entry.block_ipv6,
            has_keys_elsewhere=entry.has_keys_elsewhere,
        )
    if look is not None:
        row = replace(
            row,
            tunnel=look.tunnel,
            heard_unix_s=look.heard_unix_s,
            took_over=tuple(titles.get(it, it) for it in parts.took_over),
            history=look.history,
            peers=look.peers,
        )
    return row


_UNDER_WAY = {Order.CONNECT: Light.STARTING, Order.DISCONNECT: Light.STOPPING}


def _health(parts: _Parts) -> Health:
    """What is asked for and not done yet goes before what is; a failure before plain Off."""
    if parts.order is not None:
        return Health(_UNDER_WAY[parts.order])
    if parts.look is not None:
        return parts.look.health
    if parts.failure is not None and parts.failure.order is Order.CONNECT:
        return Health(Light.FAILED, cause=str(parts.failure.error))
    return OFF
