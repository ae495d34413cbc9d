"""From one set of interface addresses to another without the kernel taking more than is asked. Pure.

Linux lets an IPv4 address that is the first of its subnet take the others of that subnet along
when it goes, and with the last IPv4 address of a link every IPv4 route by it. IPv6 refuses one
address with two prefix lengths.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface

from wgdesk.domain.profile import InterfaceAddress
from wgdesk.domain.routing import Route
from wgdesk.domain.steps import AddAddress, AddRoute, Change, RemoveAddress, RemoveRoute

_HOST_BITS = 32


@dataclass(frozen=True, slots=True)
class AddressChanges:
    """What is done before traffic moves, and after."""

    first: tuple[Change, ...] = ()
    last: tuple[Change, ...] = ()


def address_changes(
    name: str,
    before: Sequence[InterfaceAddress],
    after: Sequence[InterfaceAddress],
    routes: Iterable[Route],
) -> AddressChanges:
    """Turn `before` into `after`; `routes` are those that are to stand by the link afterwards."""
    gone = [address for address in before if address not in after]
    come = [address for address in after if address not in before]
    shaken = [network for network in _networks(gone) if _has_other(network, after)]
    first: list[Change] = []
    for address in come:
        if address.network in shaken:
            continue
        first += (RemoveAddress(name, old) for old in gone if _clashes(old, address))
        first.append(AddAddress(name, address))
    for network in shaken:
        first += _rebuilt(
            name,
            [it for it in before if it.network == network],
            [it for it in after if it.network == network],
            before,
        )
    done = {change.address for change in first if isinstance(change, RemoveAddress)}
    removals = [RemoveAddress(name, address) for address in reversed(gone) if address not in done]
    if any(it.version == 4 for it in gone) and not any(it.version == 4 for it in after):
        return AddressChanges(tuple(first), tuple(_without_ipv4(name, removals, routes)))
    return AddressChanges(tuple(first), tuple(removals))


def _networks(addresses: Iterable[InterfaceAddress]) -> Iterable[object]:
    return dict.fromkeys(it.network for it in addresses if it.version == 4)


def _has_other(network: object, addresses: Iterable[InterfaceAddress]) -> bool:
    return any(address.network == network for address in addresses)


def _clashes(old: InterfaceAddress, new: InterfaceAddress) -> bool:
    return new.version == 6 and old.ip == new.ip


def _rebuilt(
    name: str,
    before: Sequence[InterfaceAddress],
    after: Sequence[InterfaceAddress],
    everywhere: Sequence[InterfaceAddress],
) -> Iterator[Change]:
    """One subnet taken down and set up anew, its addresses held as hosts meanwhile."""
    hosts = [IPv4Interface((it.ip, _HOST_BITS)) for it in after if isinstance(it, IPv4Interface)]
    held = [host for host in hosts if host not in everywhere]
    yield from (AddAddress(name, host) for host in held)
    yield from (RemoveAddress(name, address) for address in reversed(before))
    yield from (AddAddress(name, address) for address in after)
    yield from (RemoveAddress(name, host) for host in held)


def _without_ipv4(
    name: str, removals: Iterable[Change], routes: Iterable[Route]
) -> Iterator[Change]:
    four = [route for route in routes if route.destination.version == 4]
    yield from (RemoveRoute(name, route) for route in four)
    yield from removals
    yield from (AddRoute(name, route) for route in four)
