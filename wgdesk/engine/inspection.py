"""A plan read back from the machine, for a tunnel of ours whose record cannot be used.

Runs on the netlink thread.
"""

from collections.abc import Collection
from typing import Any

from wgdesk.domain.device import EngineKind
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.plan import Plan
from wgdesk.domain.routing import (
    LAN_PRIORITY,
    TRANSPORT_PRIORITY,
    Route,
    RoutePlan,
    Rule,
)
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    Step,
)
from wgdesk.engine.standing import (
    WIREGUARD_KIND,
    is_ours,
    kind_of,
    own_addresses,
    own_routes,
    own_rules,
)


def inspect(route: Any, name: str, fwmark: int, known: Collection[Rule]) -> Plan | None:
    """What stands for `name`, going by marks alone; None where there is no link of ours.

    `fwmark` is the one that its device has, and `known` are the rules that belong to tunnels
    whose records were read.
    """
    link = next((it for it in route.get_links() if it.get_attr("IFLA_IFNAME") == name), None)
    if link is None or not is_ours(link):
        return None
    routes = tuple(own_routes(route, link["index"]))
    free = [rule for rule in own_rules(route) if rule not in known]
    rules = tuple(rule for rule in free if _belongs(rule, {it.table for it in routes}, fwmark))
    addresses = own_addresses(route, link["index"])
    mtu = int(link.get_attr("IFLA_MTU"))
    table = rules[0].table if rules else None
    table = next((rule.table for rule in rules if rule.priority > TRANSPORT_PRIORITY), table)
    kind = EngineKind.KERNEL if kind_of(link) == WIREGUARD_KIND else EngineKind.USERSPACE
    steps: list[Step] = []
    if rules and table is not None:
        ips = tuple(address.ip for address in addresses)
        steps.append(LoadFirewall(Firewall(name=name, table=table, fwmark=fwmark, addresses=ips)))
    steps += [CreateLink(name, kind), *(AddAddress(name, address) for address in addresses)]
    steps.append(RaiseLink(name, mtu))
    steps += [AddRoute(name, found) for found in routes]
    steps += [AddRule(rule) for rule in rules]
    return Plan(
        name=name,
        steps=tuple(steps),
        routing=RoutePlan(routes=_sorted(routes), rules=rules, table=table, fwmark=fwmark),
        fwmark=fwmark,
        mtu=mtu,
    )


def _belongs(rule: Rule, tables: Collection[int], fwmark: int) -> bool:
    if rule.priority == TRANSPORT_PRIORITY:
        return rule.fwmark == fwmark
    # A rule for a local network names no tunnel; here it is nobody else's.
    return rule.priority == LAN_PRIORITY or rule.table in tables


def _sorted(routes: Collection[Route]) -> tuple[Route, ...]:
    return tuple(sorted(routes, key=lambda it: -it.destination.prefixlen))
