"""What a person should know about where traffic goes beside a tunnel, in whole sentences. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from wgdesk.domain.profile import Network, Profile
from wgdesk.domain.routing import NOWHERE, RoutePlan

_NAMED_LINKS = 3

IPV6_IS_BLOCKED: Final = (
    "IPv6 traffic is blocked, because this tunnel carries all of IPv4 and would let it pass by."
)
IPV6_GOES_PAST: Final = "Only IPv4 goes through this tunnel; IPv6 goes past it."


def routing_notices(
    profile: Profile,
    routing: RoutePlan,
    *,
    ipv6: bool,
    narrowed: Mapping[Network, Network],
    lacks_nft: bool,
    strict_links: Sequence[str],
) -> tuple[str, ...]:
    """Notices for one `up`; the arguments are what domain.plan.Facts says.

    `strict_links` are only those that drop answers whatever was done about it.
    """
    found = [*_families(profile, routing, ipv6=ipv6), *_narrowed(routing, narrowed)]
    if routing.rules and lacks_nft:
        found.append(
            "nft is not installed, so packets that come to the tunnel's address by another way"
            " are not dropped."
        )
    if routing.rules and strict_links:
        names = " and ".join(strict_links[:_NAMED_LINKS])
        found.append(
            f"The strict rp_filter of {names} may drop the server's answers:"
            " set net.ipv4.conf.all.src_valid_mark to 1."
        )
    return tuple(found)


def _families(profile: Profile, routing: RoutePlan, *, ipv6: bool) -> Iterator[str]:
    full = profile.full_families()
    if any(rule.table == NOWHERE for rule in routing.rules):
        carried = any(route.destination.version == 6 for route in routing.routes)
        yield f"Other {IPV6_IS_BLOCKED}" if carried else IPV6_IS_BLOCKED
    elif full == (4,) and ipv6 and routing.rules:
        yield IPV6_GOES_PAST
    elif full == (6,) and routing.rules:
        yield "Only IPv6 goes through this tunnel; IPv4 goes past it."


def _narrowed(routing: RoutePlan, narrowed: Mapping[Network, Network]) -> Iterator[str]:
    beside = {rule.to for rule in routing.rules if rule.to is not None}
    for claimed, kept in narrowed.items():
        if kept in beside:
            yield (
                f"The local network says it is {claimed}; only {kept} of it is reachable"
                " beside the tunnel."
            )


def taken_networks(routing: RoutePlan, local_networks: Sequence[Network]) -> Iterator[str]:
    """What of the local network goes through the tunnel.

    With wg-quick the local network wins; here it must not take traffic out of a tunnel.
    """
    if not routing.rules:
        return
    subnets = [it.destination for it in routing.routes if it.destination.prefixlen]
    for network in local_networks:
        if any(net.version == network.version and network.subnet_of(net) for net in subnets):  # type: ignore[arg-type]
            yield (
                f"The local network {network} lies in this profile's AllowedIPs,"
                " so its devices are looked for at the other end of the tunnel."
            )
