"""What a person is told of routing: one entry for each destination, in groups. Pure values."""

from dataclasses import dataclass
from enum import StrEnum

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.machine_routing import MachineRoute, MachineRule
from wgdesk.domain.profile import Address, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelFacts:
    """What of an own tunnel matters here; it changes seldom.

    Attributes:
        name: Also that of its link.
        fwmark: Mark of its encrypted packets; 0 is none.
        endpoints: Where those go; the first few.
        more_endpoints: How many others there are.
    """

    name: str
    fwmark: int = 0
    endpoints: tuple[SocketAddress, ...] = ()
    more_endpoints: int = 0
    dns: tuple[Address, ...] = ()


class Place(StrEnum):
    """Where the packets of a group go."""

    TUNNEL = "tunnel"  # an own one
    FOREIGN = "foreign"  # another program's tunnel
    LOCAL = "local"
    ELSEWHERE = "elsewhere"  # past every tunnel
    BLOCKED = "blocked"
    UNUSED = "unused"  # routes that do not count while a tunnel is up
    SPARE = "spare"  # routes that another one is preferred to
    SPECIAL = "special"  # rules that only look at some packets


class What(StrEnum):
    """What the destination of an entry is to a person."""

    NETWORK = "network"
    REST = "rest"  # a default route, beside others
    EVERYTHING = "everything"  # a default route, and nothing goes elsewhere
    OWN = "own"  # the network that a tunnel's own address lies in
    DNS = "dns"
    PACKETS = "packets"  # encrypted ones, to the other end of a tunnel
    MORE_PACKETS = "more-packets"
    LINK_LOCAL = "link-local"
    MACHINE = "machine"
    SOME = "some"  # what a rule selects


class Why(StrEnum):
    """Why a route does not count."""

    RULE = "rule"  # another rule decides first
    BYPASS = "bypass"  # it would lead past the tunnel
    CUT_OFF = "cut-off"  # a private network on a link, that the tunnel takes
    TOO_WIDE = "too-wide"  # as above, but for the part that stays local
    METRIC = "metric"  # another route to the same is preferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One destination.

    Attributes:
        destination: None where it is not one network.
        rule: The one that decides; for what is not used, the one that decides instead.
        route: None where the rule itself refuses, or selects.
        instead: The route that is taken, where this one is not used.
        links: Of what is on several links.
        endpoint: For packets; `count` of them where they are more than are told.
        tunnel: Whose name server or whose packets.
    """

    what: What
    destination: Network | None = None
    rule: MachineRule | None = None
    route: MachineRoute | None = None
    why: Why | None = None
    instead: MachineRoute | None = None
    links: tuple[str, ...] = ()
    endpoint: SocketAddress | None = None
    count: int = 0
    tunnel: str = ""

    @property
    def is_pushed(self) -> bool:
        """The network told this machine to have it: DHCP option 121, or a router."""
        return self.why is Why.BYPASS and self.route is not None and self.route.protocol in _PUSHING


# Who writes down what a network offers, as `ip route` calls them.
_PUSHING = frozenset({"dhcp", "ra"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries in the order in which a person reads them.

    Attributes:
        name: Of the tunnel; "" where it is none, or nobody can say which.
        entries: Of thousands, the first.
        more: How many others there are; all of them are networks.
    """

    place: Place
    name: str = ""
    entries: tuple[Entry, ...] = ()
    more: int = 0
