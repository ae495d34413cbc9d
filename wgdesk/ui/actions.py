"""The one big button. No Qt."""

from dataclasses import dataclass

from wgdesk.domain.health import Light
from wgdesk.ui.language import tr
from wgdesk.ui.picture import Order, TunnelRow
from wgdesk.ui.wording import as_sentence


@dataclass(frozen=True, slots=True)
class Action:
    """The one big button.

    Attributes:
        why_not: Why it cannot be pressed; "" where it can.
    """

    order: Order
    text: str
    why_not: str = ""


def action(row: TunnelRow) -> Action:
    """What the big button does, or why it does nothing now."""
    light = row.health.light if row.health else Light.OFF
    if light is Light.STARTING:
        return Action(Order.DISCONNECT, tr("Connecting…"), tr("The tunnel is being set up."))
    if light is Light.STOPPING:
        return Action(Order.CONNECT, tr("Disconnecting…"), tr("The tunnel is being taken down."))
    if row.is_up:
        return Action(Order.DISCONNECT, tr("Disconnect"))
    why_not = as_sentence(str(row.profile_error)) if row.profile_error else ""
    return Action(Order.CONNECT, tr("Connect"), why_not)
