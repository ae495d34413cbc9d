"""The route table: where the tunnel sends what, and the rule that decides it."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from wgdesk.domain.explain import explain
from wgdesk.domain.profile import Network, network_key
from wgdesk.domain.routing import Route, Rule
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.domain.steps import AddRoute, AddRule
from wgdesk.ui.language import tr
from wgdesk.ui.models.columns import Column, ColumnModel
from wgdesk.ui.route_words import table_text
from wgdesk.ui.wording import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """One destination.

    Attributes:
        through: The interface, or words for what is not the tunnel.
        rule: Priority and sense of the rule that leads to the table; NOTHING if none does.
        command: The `ip` lines that a person would type for it.
    """

    destination: Network
    through: str
    table: str
    rule: str
    command: str


def route_rows(tunnel: TunnelSnapshot) -> tuple[RouteRow, ...]:
    """The tunnel's own routes, then the local networks that are kept out of it."""
    through = [_tunnel_row(tunnel, route) for route in tunnel.routes]
    around = [_local_row(rule, rule.to) for rule in tunnel.rules if rule.to is not None]
    return tuple(sorted(through, key=_destination_key) + sorted(around, key=_destination_key))


def _tunnel_row(tunnel: TunnelSnapshot, route: Route) -> RouteRow:
    rule = tunnel.find_rule(route)
    commands = [explain(AddRoute(tunnel.name, route)), *([explain(AddRule(rule))] if rule else [])]
    return RouteRow(
        destination=route.destination,
        through=tunnel.name,
        table=table_text(route.table, {}),
        rule=rule_text(rule) if rule else NOTHING,
        command="\n".join(commands),
    )


def _local_row(rule: Rule, network: Network) -> RouteRow:
    return RouteRow(
        destination=network,
        through=tr("local network"),
        table=table_text(rule.table, {}),
        rule=tr("{priority}: stays local").format(priority=rule.priority),
        command=explain(AddRule(rule)),
    )


def rule_text(rule: Rule) -> str:
    if rule.suppress_default:
        return tr("{priority}: before all others").format(priority=rule.priority)
    return tr("{priority}: everything else").format(priority=rule.priority)


def _destination_key(row: RouteRow) -> tuple[int, int, int]:
    return network_key(row.destination)


class RouteModel(ColumnModel[RouteRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        columns = (
            Column[RouteRow](
                title=tr("Destination"),
                text=lambda route, _: str(route.destination),
                sort=_destination_key,
            ),
            Column[RouteRow](title=tr("Through"), text=lambda route, _: route.through),
            Column[RouteRow](title=tr("Table"), text=lambda route, _: route.table),
            Column[RouteRow](
                title=tr("Rule"),
                text=lambda route, _: route.rule,
                whole=lambda route: route.command,
            ),
        )
        super().__init__(columns, lambda row: (row.destination, row.through), parent)
