"""All that decides where this machine's packets go: rules, routes of every table, links. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wgdesk.domain.profile import Address, InterfaceAddress, Network


class RouteKind(StrEnum):
    """As `ip route` names them (rtnetlink(7))."""

    UNICAST = "unicast"
    LOCAL = "local"
    BROADCAST = "broadcast"
    ANYCAST = "anycast"
    MULTICAST = "multicast"
    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"
    THROW = "throw"


class RuleAction(StrEnum):
    """What a rule does with a packet that it matches, as `ip rule` names it."""

    LOOKUP = "lookup"
    GOTO = "goto"
    NOP = "nop"
    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRoute:
    """One route of any table.

    Attributes:
        link: Name of the interface; "" where it needs none (unreachable, ...).
        gateway: The next hop; None where the destination is on the link.
        source: The address that packets leave with; None where the link's own is chosen.
        metric: The smaller one decides between equal destinations.
        protocol: Who made it, as `ip route` says: `kernel`, `dhcp`, `static`, ... or a number.
        is_linkdown: Its link has no carrier; it counts all the same unless it is dead.
        is_dead: The kernel passes it over: no carrier, and the machine is set to mind that.
        scope: How far it leads, as rtnetlink numbers it (253 is the link); addresses of a
            narrower one are no source for it. IPv4 only.
        is_multipath: One of several ways of the same route, told one after the other; the kernel
            chooses one for each connection.
        selects_more: It is for some packets only, in `ip`'s words (`tos 0x10`, `from
            fd00::/64`); "" for all.
    """

    destination: Network
    table: int
    link: str = ""
    gateway: Address | None = None
    source: Address | None = None
    metric: int = 0
    kind: RouteKind = RouteKind.UNICAST
    protocol: str = ""
    is_linkdown: bool = False
    is_dead: bool = False
    scope: int = 0
    is_multipath: bool = False
    selects_more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRule:
    """One policy rule, ours or another's.

    Attributes:
        family: 4 or 6.
        table: Looked up where the action is LOOKUP; else 0.
        goto: Priority that it jumps to where the action is GOTO; else 0.
        source: Only packets from this network; None for all.
        to: Only packets to this network; None for all.
        fwmark: Compared with the packet's mark under `fwmask`; None where it does not count.
        input_link: Only packets that came in there; "" for all. Own packets come from `lo`.
        output_link: Only packets of sockets bound to that link; "" for all.
        is_inverted: It matches what its selectors do not (`not`).
        suppress_prefix_length: Routes with a prefix of at most this length do not count; None
            where all do.
        selects_more: It looks at something else too (ports, users, protocols), in `ip`'s words;
            "" where it does not.
        is_ours: Made by this helper.
    """

    family: int
    priority: int
    action: RuleAction = RuleAction.LOOKUP
    table: int = 0
    goto: int = 0
    source: Network | None = None
    to: Network | None = None
    fwmark: int | None = None
    fwmask: int = 0xFFFFFFFF
    input_link: str = ""
    output_link: str = ""
    is_inverted: bool = False
    suppress_prefix_length: int | None = None
    selects_more: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLink:
    """One network interface.

    Attributes:
        kind: As `ip -details link` says, such as `wireguard`, `veth`; "" for hardware.
        addresses: In the kernel's order.
        passive: Those that nothing leaves with unless told to: secondary (IPv4), tentative or
            deprecated (IPv6).
        scopes: Of IPv4 addresses, as rtnetlink numbers them, where not global (0).
    """

    name: str
    is_up: bool = True
    kind: str = ""
    addresses: tuple[InterfaceAddress, ...] = ()
    passive: frozenset[Address] = frozenset()
    scopes: Mapping[Address, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRouting:
    """Everything at one moment.

    Attributes:
        rules: By family and priority, in the order of their effect.
        table_names: What a person calls tables that have a name or belong to a tunnel.
        is_cut: There are more routes than are told (a router with the whole internet's).
    """

    rules: tuple[MachineRule, ...] = ()
    routes: tuple[MachineRoute, ...] = ()
    links: tuple[MachineLink, ...] = ()
    table_names: Mapping[int, str] = field(default_factory=dict)
    is_cut: bool = False
