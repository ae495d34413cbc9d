"""What a group of routes and each line in it say. No Qt."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from wgdesk.domain.machine_routing import MachineRoute, MachineRule, RuleAction
from wgdesk.domain.reach import REFUSING
from wgdesk.domain.route_entries import Entry, Group, Place, What, Why
from wgdesk.domain.routing_lines import KERNEL_TABLE_NAMES, route_line, rule_line, selector_text
from wgdesk.domain.where import LOOPBACK
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Tone
from wgdesk.ui.wording import NOTHING

Names = Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    """An entry as a person reads it.

    Attributes:
        key: The same for as long as it is about the same.
        lines: What `ip rule` and `ip route` print of it.
        is_deciding: It is the answer to what was asked.
    """

    key: Hashable
    destination: str
    through: str
    table: str
    reason: str
    lines: str
    tone: Tone | None = None
    is_deciding: bool = False


def group_title(group: Group, name: str) -> str:
    """`name` is what its tunnel is called."""
    match group.place:
        case Place.TUNNEL:
            return tr("Goes through {name}").format(name=name)
        case Place.FOREIGN:
            return tr("Goes through {name}, another program's tunnel").format(name=name)
        case Place.LOCAL:
            return tr("Stays local")
        case Place.ELSEWHERE:
            return tr("Everything else")
        case Place.BLOCKED:
            return tr("Blocked")
        case Place.UNUSED if group.name:
            return tr("Not used while {name} is connected").format(name=name)
        case Place.UNUSED | Place.SPARE:
            return tr("Not used now")
        case Place.SPECIAL:
            return tr("Other programs' rules, for some packets only")


def group_tone(group: Group) -> Tone:
    return Tone.GOOD if group.place is Place.TUNNEL else Tone.QUIET


def reason_title(group: Group) -> str:
    """What the last column is about."""
    is_about_why = group.place in {Place.UNUSED, Place.SPARE}
    return tr("Why") if is_about_why else tr("Decided by")


def route_texts(group: Group, entry: Entry, names: Names, *, is_deciding: bool) -> RouteLine:
    return RouteLine(
        key=_key(entry),
        destination=_destination_text(group, entry),
        through=_through_text(entry),
        table=_table_text(entry, names),
        reason=_reason_text(entry),
        lines=_lines(entry),
        tone=_tone(group, entry),
        is_deciding=is_deciding,
    )


def _key(entry: Entry) -> Hashable:
    route = entry.route
    way = (route.table, route.link, route.gateway, route.metric) if route else ()
    rule = entry.rule if entry.what is What.SOME else None
    return (entry.what, entry.destination, entry.endpoint, entry.tunnel, way, rule)


def _tone(group: Group, entry: Entry) -> Tone | None:
    """None for text like any other."""
    if entry.what is What.DNS and group.name != entry.tunnel:
        return Tone.ATTENTION
    if entry.is_pushed or entry.why in {Why.CUT_OFF, Why.TOO_WIDE}:
        return Tone.ATTENTION
    return Tone.QUIET if entry.why is not None else None


def _destination_text(group: Group, entry: Entry) -> str:
    match entry.what:
        case What.EVERYTHING:
            return tr("everything ({network})").format(network=entry.destination)
        case What.REST:
            return _default_text(group, entry)
        case What.OWN:
            return tr("{network} (its own network)").format(network=entry.destination)
        case What.DNS:
            return _dns_text(group, entry)
        case What.PACKETS:
            return tr("WireGuard packets to {endpoint}").format(endpoint=entry.endpoint)
        case What.MORE_PACKETS:
            return tr_count(
                "WireGuard packets to {count} other peer",
                "WireGuard packets to {count} other peers",
                entry.count,
            )
        case What.LINK_LOCAL:
            return tr("addresses of one link ({network})").format(network=entry.destination)
        case What.MACHINE:
            return tr("this machine itself")
        case What.SOME if entry.rule is not None:
            return selector_text(entry.rule)
        case _:
            return str(entry.destination)


def _default_text(group: Group, entry: Entry) -> str:
    if entry.why is not None:
        return tr("default ({network})").format(network=entry.destination)
    if group.place is Place.BLOCKED and entry.destination is not None:
        return tr("all IPv{version} ({network})").format(
            version=entry.destination.version, network=entry.destination
        )
    return tr("everything else ({network})").format(network=entry.destination)


def _dns_text(group: Group, entry: Entry) -> str:
    server = entry.destination.network_address if entry.destination else NOTHING
    if group.name == entry.tunnel:
        return tr("DNS {server}").format(server=server)
    return tr("DNS {server} of {tunnel}").format(server=server, tunnel=entry.tunnel)


def _through_text(entry: Entry) -> str:
    if entry.what is What.MORE_PACKETS:
        return NOTHING
    if entry.what is What.SOME and entry.rule is not None:
        return _action_text(entry.rule)
    if entry.route is None or entry.route.kind in REFUSING:
        return tr("nowhere")
    if entry.what is What.MACHINE:
        return LOOPBACK
    if entry.what is What.LINK_LOCAL:
        return ", ".join(entry.links)
    return way_text(entry.route)


def way_text(route: MachineRoute) -> str:
    """`wlan0 via 192.168.1.1`."""
    if route.gateway is None:
        return route.link or NOTHING
    return tr("{link} via {gateway}").format(link=route.link, gateway=route.gateway)


def _action_text(rule: MachineRule) -> str:
    match rule.action:
        case RuleAction.LOOKUP:
            return tr("as table {table} says").format(table=table_text(rule.table, {}))
        case RuleAction.GOTO:
            return tr("as from rule {priority} on").format(priority=rule.goto)
        case _:
            return tr("nowhere")


def _table_text(entry: Entry, names: Names) -> str:
    if entry.route is not None:
        return table_text(entry.route.table, names)
    if entry.what is What.SOME and entry.rule is not None and entry.rule.table:
        return table_text(entry.rule.table, names)
    return NOTHING


def table_text(table: int, names: Names) -> str:
    """`main`, `51820 (home)`."""
    known = KERNEL_TABLE_NAMES.get(table)
    if known is not None:
        return known
    name = names.get(table)
    return f"{table} ({name})" if name else str(table)


def _reason_text(entry: Entry) -> str:
    if entry.rule is None:
        return NOTHING
    match entry.why:
        case None:
            return decider_text(entry.rule)
        case Why.RULE:
            return tr("rule {priority} decides first").format(priority=entry.rule.priority)
        case Why.BYPASS:
            return _bypass_text(entry)
        case Why.CUT_OFF:
            return tr("rule {priority} decides first: {way} takes this network too").format(
                priority=entry.rule.priority, way=_instead_text(entry)
            )
        case Why.TOO_WIDE:
            return tr("too wide for a local network: the rest goes through {way}").format(
                way=_instead_text(entry)
            )
        case Why.METRIC:
            metric = entry.instead.metric if entry.instead else 0
            return tr("{way} is preferred (metric {metric})").format(
                way=_instead_text(entry), metric=metric
            )


def _bypass_text(entry: Entry) -> str:
    ignored = tr("ignored: would bypass the tunnel")
    if not entry.is_pushed:
        return ignored
    is_router = entry.route is not None and entry.route.protocol == "ra"
    who = tr("pushed by a router") if is_router else tr("pushed by the network (DHCP)")
    return tr("{who}, {ignored}").format(who=who, ignored=ignored)


def _instead_text(entry: Entry) -> str:
    return way_text(entry.instead) if entry.instead is not None else NOTHING


def decider_text(rule: MachineRule) -> str:
    """`rule 5210, local network`."""
    text = tr("rule {priority}").format(priority=rule.priority)
    if rule.fwmark is not None and not rule.is_inverted:
        return tr("{rule}, mark {mark}").format(rule=text, mark=f"{rule.fwmark:#x}")
    if is_for_local_network(rule):
        return tr("{rule}, local network").format(rule=text)
    return text


def is_for_local_network(rule: MachineRule) -> bool:
    """Ours that leave a network on a link reachable are the only ones with a destination."""
    return rule.is_ours and rule.to is not None


def _lines(entry: Entry) -> str:
    rule = rule_line(entry.rule).replace("\t", " ") if entry.rule is not None else ""
    route = route_line(entry.route) if entry.route is not None else ""
    return "\n".join(line for line in (route, rule) if line)
