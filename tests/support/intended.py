"""Which differences of an `up` are meant: the list of docs/compatibility.md, made precise.

Each code there has one test here for whether a difference is of that kind, as narrow as can be.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Final

from tests.labs import programs
from tests.support.agreement import listed_codes
from tests.support.differential import NOT_UP, Difference, Way
from tests.support.differential_machine import TUNNEL, UNREACHABLE
from wgdesk.domain.profile import MIN_IPV6_MTU, TableMode

HEADING: Final = "What an `up` does differently"
SMALLEST_MTU_SINCE: Final = 20260223
_BY_TUNNEL: Final = f"dev {TUNNEL} "
_ON_A_LINK: Final = re.compile(r"dev eth[01] src \S+")
_BY_A_ROUTER: Final = re.compile(r"via \S+ dev eth[01] src \S+")


def _is_auto(it: Difference) -> bool:
    return it.profile.interface.table.mode is TableMode.AUTO


def _has_default(it: Difference, version: int) -> bool:
    """Whether wg-quick sees a full tunnel of that family: it must be written as /0."""
    nets = it.profile.allowed_ips()
    return _is_auto(it) and any(net.version == version and not net.prefixlen for net in nets)


def _is_full(it: Difference) -> bool:
    return it.probe is not None and it.probe.version in it.profile.full_families()


def _is_allowed(it: Difference) -> bool:
    """Whether a network of the profile, and no default route, leads to the address."""
    if it.probe is None or not _is_auto(it):
        return False
    address = ip_address(it.probe.address)
    nets = it.profile.allowed_ips()
    return any(net.version == address.version and net.prefixlen and address in net for net in nets)


def _leaves_a_link_for_the_tunnel(it: Difference) -> bool:
    way = _ON_A_LINK.fullmatch(it.theirs) or _BY_A_ROUTER.fullmatch(it.theirs)
    return way is not None and it.ours.startswith(_BY_TUNNEL)


def _mark_of_a_split_tunnel(it: Difference) -> bool:
    has_none = not any(_has_default(it, version) for version in (4, 6))
    seen = (it.what, it.theirs, it.ours) == ("mark", "none", "chosen")
    return seen and _is_auto(it) and has_none and bool(it.profile.allowed_ips())


def _endpoint_in_its_own_tunnel(it: Difference) -> bool:
    if it.probe is None or not it.probe.is_marked or _has_default(it, it.probe.version):
        return False
    is_out = _BY_A_ROUTER.fullmatch(it.ours) or _ON_A_LINK.fullmatch(it.ours)
    return it.theirs.startswith(_BY_TUNNEL) and is_out is not None and _is_allowed(it)


def _public_network_on_the_link(it: Difference) -> bool:
    return (
        it.what in ("onlink", "router", "endpoint")
        and _is_full(it)
        and not ip_address(it.probe.address if it.probe else "::").is_link_local
        and _ON_A_LINK.fullmatch(it.theirs) is not None
        and it.ours.startswith(_BY_TUNNEL)
    )


def _allowed_network_before_main(it: Difference) -> bool:
    return _is_allowed(it) and not _is_full(it) and _leaves_a_link_for_the_tunnel(it)


def _network_of_the_link(it: Difference) -> bool:
    lan = {"192.168.7.0/24", "192.0.2.0/24"}
    is_same = bool(lan & {str(network) for network in it.profile.allowed_ips()})
    return (it.what, it.theirs, it.ours) == ("up", NOT_UP, "up") and is_same


def _mtu_below_ipv6(it: Difference) -> bool:
    has_ipv6 = any(address.version == 6 for address in it.profile.interface.addresses)
    return (
        (it.what, it.theirs, it.ours) == ("up", NOT_UP, "up")
        and it.profile.interface.mtu is None
        and has_ipv6
    )


def _largest_mtu(it: Difference) -> bool:
    is_larger = it.what == "mtu" and int(it.theirs) > int(it.ours) >= MIN_IPV6_MTU
    endpoints = {peer.endpoint for peer in it.profile.peers if peer.endpoint}
    return is_larger and it.profile.interface.mtu is None and len(endpoints) > 1


def _search_only(it: Difference) -> bool:
    interface = it.profile.interface
    words = f"('search {' '.join(interface.dns_search)}',)"
    has_only_search = bool(interface.dns_search) and not interface.dns_servers
    return it.what == "dns" and has_only_search and (it.theirs, it.ours) == ("()", words)


def _servers_of_a_split_tunnel(it: Difference) -> bool:
    is_split = bool(it.profile.interface.dns_search) and not it.profile.is_full_tunnel()
    is_told = it.what == "dns" and it.way is Way.RESOLVED
    return is_told and is_split and it.theirs == it.ours[:-1] + ", 'exclusive')"


def _ipv6_beside_ipv4(it: Difference) -> bool:
    if it.probe is None or it.probe.version != 6 or it.profile.full_families() != (4,):
        return False
    way = _ON_A_LINK.fullmatch(it.theirs) or _BY_A_ROUTER.fullmatch(it.theirs)
    return way is not None and it.ours.startswith(UNREACHABLE)


def _hooks(it: Difference) -> bool:
    interface = it.profile.interface
    by_hook = it.what == "hooks" or (it.what == "dns" and not interface.dns_servers)
    return by_hook and bool(interface.hooks) and it.way is not Way.HOOKS and it.ours == "()"


INTENDED: Final[dict[str, Callable[[Difference], bool]]] = {
    "mark-always": _mark_of_a_split_tunnel,
    "endpoint-outside": _endpoint_in_its_own_tunnel,
    "onlink-public": _public_network_on_the_link,
    "networks-first": _allowed_network_before_main,
    "ipv6-blocked": _ipv6_beside_ipv4,
    "network-of-the-link": _network_of_the_link,
    "mtu-floor": _mtu_below_ipv6,
    "mtu-smallest": _largest_mtu,
    "dns-search-only": _search_only,
    "dns-split": _servers_of_a_split_tunnel,
    "hooks": _hooks,
}


def code_of(difference: Difference) -> str | None:
    """The listed code that it falls under, or None."""
    return next((code for code, is_it in INTENDED.items() if is_it(difference)), None)


def require_listed(differences: Sequence[Difference]) -> None:
    """Print how often each code occurred; fail where the list is not the whole truth."""
    codes = [(code_of(it), it) for it in differences]
    listed = [(code, it) for code, it in codes if code is not None]
    print(f"\n{len(codes)} differences:\n{_table(listed)}")
    unlisted = [str(it) for code, it in codes if code is None]
    assert unlisted == [], "not in docs/compatibility.md:\n" + "\n".join(unlisted[:40])
    seen, wanted = {code for code, _ in listed}, _must_occur()
    assert seen == wanted, f"seen, not listed: {seen - wanted}; listed, not seen: {wanted - seen}"


def _must_occur() -> set[str]:
    """The codes that this machine's wg-quick has to show."""
    version = programs.run(["wg", "--version"]).stdout
    found = re.search(r"1\.0\.([0-9]{8})", version)
    is_new = found is not None and int(found[1]) >= SMALLEST_MTU_SINCE
    return listed_codes(HEADING) - ({"mtu-smallest"} if is_new else set())


def _table(found: Iterable[tuple[str, Difference]]) -> str:
    """How often each code occurred, and in which profiles."""
    cases: dict[str, dict[str, None]] = {}
    for code, difference in found:
        cases.setdefault(code, {})[difference.case.name] = None
    return "\n".join(f"  {code:20} {len(names):3} profiles" for code, names in cases.items())
