"""The three ways to a new tunnel, each a page of fields."""

from collections.abc import Callable
from ipaddress import IPv4Network, ip_address, ip_network
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from wgdesk.domain.conf import read_profile
from wgdesk.domain.demo_profile import HOST, PORT
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.server_pair import USUAL_NETWORK, USUAL_PORT, ServerPair, ServerWish, make_pair
from wgdesk.ui.commands import commands_text
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.form_fields import FormField, ItemsField, LineField
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text
from wgdesk.ui.wording import as_sentence

T = TypeVar("T")


class NewPage(QWidget):
    """Signals: `changed` when something was typed."""

    changed = Signal()

    def __init__(self, about: str) -> None:
        super().__init__()
        self.name = LineField(tr("Name"), tr("Any text will do"))
        self._card = Card()
        self._card.add(Text(about))
        self._box = QWidget()
        self._grid = QGridLayout(self._box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4 * GRID_PX)
        self._grid.setVerticalSpacing(2 * GRID_PX)
        self._grid.setColumnMinimumWidth(0, 36 * GRID_PX)
        self._grid.setColumnStretch(1, 1)
        self._card.add(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addStretch(1)
        self.add_field(self.name)

    def add_field(self, field: FormField) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(QLabel(field.label), row, 0)
        self._grid.addWidget(field, row, 1)
        field.edited.connect(lambda _: self.changed.emit())

    def title(self) -> str:
        return self.name.text.text().strip()

    def start(self) -> None:
        self.name.text.setFocus()


class EmptyTunnelPage(NewPage):
    def __init__(self) -> None:
        super().__init__(
            tr("A profile with a fresh private key and nothing else, open in the editor.")
        )


class DemoPage(NewPage):
    def __init__(self) -> None:
        super().__init__(
            tr(
                "A place on a public server, for trying only: anybody may use it, it is asked in clear text, and nobody vouches for its answer."
            )
        )
        self._host, self._port = LineField(tr("Server")), LineField(tr("TCP port"))
        self._host.show_value(HOST)
        self._port.show_value(str(PORT))
        self._all = QCheckBox(tr("Send all traffic through it"))
        self.name.show_value(tr("Demo"))
        self.add_field(self._host)
        self.add_field(self._port)
        self._card.add(self._all)

    def wish(self) -> tuple[str, int, bool] | None:
        """Host, port and whether all traffic goes through; None while something is wrong."""
        host = self._host.text.text().strip()
        port = _port(self._port)
        self._host.show_error("" if host else tr("Write a host name or an address."))
        return (host, port, self._all.isChecked()) if host and port else None


class ServerPage(NewPage):
    """Shows what the server will run as it is typed, for a person to read."""

    def __init__(self) -> None:
        super().__init__(
            tr(
                "Both ends of a server that you run: a profile to carry there, and one for each device, with fresh keys."
            )
        )
        self._host = LineField(tr("Server"), tr("Its host name or address, as devices reach it"))
        self._port = LineField(tr("UDP port"))
        self._port.show_value(str(USUAL_PORT))
        self._devices = ItemsField(tr("Devices"), tr("A name on each line"))
        self._devices.show_items([tr("Phone"), tr("Laptop")])
        self._only = ItemsField(tr("Only these networks"), tr("None: all traffic goes through it"))
        self._dns = ItemsField(tr("Name servers"), tr("Optional, one on each line"))
        self._network = LineField(tr("Network of the tunnel"))
        self._network.show_value(str(USUAL_NETWORK))
        self._commands = QuietText(scale=1.0, selectable=True)
        for field in (self._host, self._port, self._devices, self._only, self._dns, self._network):
            self.add_field(field)
        self._card.add(self._commands)
        self.changed.connect(self._show_commands)
        self._show_commands()

    def wish(self) -> ServerWish | None:
        """None while something is wrong, which is then said under the field."""
        host = self._host.text.text().strip()
        self._host.show_error("" if host else tr("Write a host name or an address."))
        port = _port(self._port)
        subnets = _read(self._only, ip_network)
        dns = _read(self._dns, ip_address)
        network = _read_one(self._network, IPv4Network)
        if not host or not port or subnets is None or dns is None or network is None:
            return None
        return ServerWish(
            host=host,
            port=port,
            devices=self._devices.items(),
            network=network,
            all_traffic=not subnets,
            subnets=subnets,
            dns=dns,
        )

    def pair(self) -> ServerPair | None:
        """Both ends; None while something is wrong."""
        wish = self.wish()
        try:
            pair = make_pair(wish) if wish else None
        except WgdeskError as error:
            self._devices.show_error(str(error))
            return None
        self._devices.show_error("")
        return pair

    def _show_commands(self) -> None:
        network = _network_or_usual(self._network.text.text())
        example = make_pair(ServerWish(host="example.org", network=network))
        text = commands_text(read_profile(example.server))
        about = tr("The server runs these commands, once you say so there:")
        self._commands.setText(f"{about}\n{text}")


def _port(field: LineField) -> int:
    """0 while it is none."""
    text = field.text.text().strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    is_port = 1 <= number <= 65535
    field.show_error("" if is_port else tr("A port is a number from 1 to 65535."))
    return number if is_port else 0


def _read(field: ItemsField, read: Callable[[str], T]) -> tuple[T, ...] | None:
    """None while one of them makes no sense."""
    try:
        found = tuple(map(read, field.items()))
    except ValueError as error:
        field.show_error(as_sentence(str(error)))
        return None
    field.show_error("")
    return found


def _read_one(field: LineField, read: Callable[[str], T]) -> T | None:
    try:
        found = read(field.text.text().strip())
    except ValueError as error:
        field.show_error(as_sentence(str(error)))
        return None
    field.show_error("")
    return found


def _network_or_usual(text: str) -> IPv4Network:
    try:
        network = IPv4Network(text.strip())
    except ValueError:
        return USUAL_NETWORK
    return network if network.num_addresses > 3 else USUAL_NETWORK
