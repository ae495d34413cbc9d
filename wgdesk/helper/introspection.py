"""The interface as XML, for busctl, D-Feet and everybody who writes a script.

All names are this program's own and need no escaping.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from wgdesk.helper.table import Argument, Method
from wgdesk.wire.names import (
    INTERFACE,
    OBJECT_PATH,
    SIGNAL_GENERATION,
    SIGNAL_LOG_WRITTEN,
    SIGNAL_ROUTING_CHANGED,
    SIGNAL_TUNNEL_CHANGED,
)

INTROSPECT: Final = "Introspect"
PROPERTIES: Final = (Argument("Version", "s"), Argument("ApiVersion", "u"))
SIGNALS: Final = (
    (SIGNAL_TUNNEL_CHANGED, (Argument("id", "s"),)),
    (SIGNAL_LOG_WRITTEN, (Argument("last", "t"),)),
    (SIGNAL_GENERATION, (Argument("generation", "t"),)),
    (SIGNAL_ROUTING_CHANGED, ()),
)
_HEAD: Final = (
    '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"\n'
    ' "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">\n'
)


def render_object(methods: Iterable[Method]) -> str:
    """The helper's one object."""
    lines = ["<node>"]
    for interface, group in groupby(methods, key=lambda method: method.interface):
        lines.append(f' <interface name="{interface}">')
        for method in group:
            lines += _method_lines(method)
        if interface == INTERFACE:
            lines += _own_lines()
        lines.append(" </interface>")
    return _HEAD + "\n".join([*lines, "</node>"]) + "\n"


def render_folder(path: str) -> str | None:
    """A path above the object: the next step towards it. None for any other path."""
    above = path.rstrip("/") + "/"
    if not OBJECT_PATH.startswith(above):
        return None
    child = OBJECT_PATH.removeprefix(above).partition("/")[0]
    return f'{_HEAD}<node>\n <node name="{child}"/>\n</node>\n'


def _method_lines(method: Method) -> list[str]:
    return [
        f'  <method name="{method.member}">',
        *(_argument_line(argument, "in") for argument in method.takes),
        *(_argument_line(argument, "out") for argument in method.gives),
        "  </method>",
    ]


def _argument_line(argument: Argument, direction: str) -> str:
    return f'   <arg name="{argument.name}" type="{argument.signature}" direction="{direction}"/>'


def _own_lines() -> list[str]:
    lines = [
        f'  <property name="{it.name}" type="{it.signature}" '
        'access="read"><annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" '
        'value="const"/></property>'
        for it in PROPERTIES
    ]
    for name, arguments in SIGNALS:
        lines.append(f'  <signal name="{name}">')
        lines += (f'   <arg name="{it.name}" type="{it.signature}"/>' for it in arguments)
        lines.append("  </signal>")
    return lines
