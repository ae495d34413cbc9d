"""The machine's routing as versioned JSON; a room of its own because it may be large.

As codec.py has it, but a member that is not set is left out, and routes that follow each
other and differ in their destination only share an entry: a tunnel may have 20,000.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_interface, ip_network
from itertools import islice
from typing import Any, Final, TypeVar

from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.profile import Network
from wgdesk.wire.codec import VERSION, Json, Shape

# A profile may have 20,000, and the rest of the machine some; a router with the whole
# internet's has a million.
MAX_ROUTES: Final = 50_000

# The text of a destination, and a route that is the same in all else.
ToldRoute = tuple[str, MachineRoute]

T = TypeVar("T")


def encode_routing(head: MachineRouting, routes: Iterable[ToldRoute]) -> str:
    """One line: `head` less its routes, and MAX_ROUTES of `routes` at most.

    Made piece by piece, so that a thread that does it lets others run meanwhile and leaves
    nothing behind for the garbage collector.
    """
    left = iter(routes)
    entries = ",".join(_entries(islice(left, MAX_ROUTES)))
    members = {
        "v": VERSION,
        "links": [_link_json(link) for link in head.links],
        "rules": [rule_json(rule) for rule in head.rules],
        "tables": {str(number): name for number, name in head.table_names.items()},
        "cut": head.is_cut or next(left, None) is not None,
    }
    return f'{_text(members)[:-1]},"routes":[{entries}]}}'


def _entries(routes: Iterable[ToldRoute]) -> Iterator[str]:
    """A reader gives the very same route for all that are like it."""
    together: list[str] = []
    shared: MachineRoute | None = None
    for to, route in routes:
        if shared is not None and route is not shared:
            yield _text({"to": together, **route_json(shared)})
            together = []
        together.append(to)
        shared = route
    if shared is not None:
        yield _text({"to": together, **route_json(shared)})


def routing_from(document: Json) -> MachineRouting:
    with Shape():
        return MachineRouting(
            rules=tuple(map(_rule_from, document["rules"])),
            routes=tuple(route for entry in document["routes"] for route in _routes_from(entry)),
            links=tuple(map(_link_from, document["links"])),
            table_names={int(number): name for number, name in document["tables"].items()},
            is_cut=document["cut"],
        )


def route_json(route: MachineRoute) -> Json:
    """All but its destination."""
    return _less_unset(
        {
            "table": route.table,
            "link": route.link,
            "via": route.gateway,
            "source": route.source,
            "metric": route.metric,
            "kind": route.kind.value,
            "protocol": route.protocol,
            "linkdown": route.is_linkdown,
            "dead": route.is_dead,
            "scope": route.scope,
            "multipath": route.is_multipath,
            "more": route.selects_more,
        }
    )


def _routes_from(entry: Json) -> Iterator[MachineRoute]:
    words: dict[str, Any] = {
        "table": entry["table"],
        "link": entry.get("link", ""),
        "gateway": _optional(ip_address, entry, "via"),
        "source": _optional(ip_address, entry, "source"),
        "metric": entry.get("metric", 0),
        "kind": RouteKind(entry["kind"]),
        "protocol": entry.get("protocol", ""),
        "is_linkdown": entry.get("linkdown", False),
        "is_dead": entry.get("dead", False),
        "scope": entry.get("scope", 0),
        "is_multipath": entry.get("multipath", False),
        "selects_more": entry.get("more", ""),
    }
    for text in entry["to"]:
        network: Network = IPv6Network(text) if ":" in text else IPv4Network(text)
        yield MachineRoute(destination=network, **words)


def rule_json(rule: MachineRule) -> Json:
    told = _less_unset(
        {
            "table": rule.table,
            "goto": rule.goto,
            "from": rule.source,
            "to": rule.to,
            "iif": rule.input_link,
            "oif": rule.output_link,
            "not": rule.is_inverted,
            "more": rule.selects_more,
            "ours": rule.is_ours,
        }
    )
    head = {"family": rule.family, "priority": rule.priority, "action": rule.action.value}
    if rule.fwmark is not None:
        told |= {"fwmark": rule.fwmark, "fwmask": rule.fwmask}
    if rule.suppress_prefix_length is not None:
        told["suppress_prefixlength"] = rule.suppress_prefix_length
    return head | told


def _rule_from(entry: Json) -> MachineRule:
    return MachineRule(
        family=entry["family"],
        priority=entry["priority"],
        action=RuleAction(entry["action"]),
        table=entry.get("table", 0),
        goto=entry.get("goto", 0),
        source=_optional(ip_network, entry, "from"),
        to=_optional(ip_network, entry, "to"),
        fwmark=entry.get("fwmark"),
        fwmask=entry.get("fwmask", 0xFFFFFFFF),
        input_link=entry.get("iif", ""),
        output_link=entry.get("oif", ""),
        is_inverted=entry.get("not", False),
        suppress_prefix_length=entry.get("suppress_prefixlength"),
        selects_more=entry.get("more", ""),
        is_ours=entry.get("ours", False),
    )


def _link_json(link: MachineLink) -> Json:
    return {
        "name": link.name,
        "up": link.is_up,
        "kind": link.kind or None,
        "addresses": list(map(str, link.addresses)),
        "passive": sorted(map(str, link.passive)),
        "scopes": {str(address): scope for address, scope in link.scopes.items()},
    }


def _link_from(entry: Json) -> MachineLink:
    return MachineLink(
        name=entry["name"],
        is_up=entry["up"],
        kind=entry["kind"] or "",
        addresses=tuple(map(ip_interface, entry["addresses"])),
        passive=frozenset(map(ip_address, entry["passive"])),
        scopes={ip_address(text): scope for text, scope in entry["scopes"].items()},
    )


def _less_unset(members: Json) -> Json:
    """Addresses and networks as text, and nothing that is empty, zero or false."""
    told = ((name, value) for name, value in members.items() if value)
    return {name: value if isinstance(value, (str, int)) else str(value) for name, value in told}


def _optional(read: Callable[[str], T], entry: Json, member: str) -> T | None:
    text = entry.get(member)
    return None if text is None else read(text)


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
