"""The three ways to a new tunnel, each a page of fields."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from wgdesk.domain.conf import read_profile
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.demo_profile import HOST, PORT
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.profile import Network
from wgdesk.domain.server_pair import USUAL_NETWORK, USUAL_PORT, ServerPair, ServerWish, make_pair
from wgdesk.domain.titles import clean_title
from wgdesk.domain.typed_place import typed_host, typed_name_server, typed_network
from wgdesk.ui.commands import commands_text
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.form_fields import FormField, ItemsField, LineField
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text
from wgdesk.ui.wording import as_sentence

T = TypeVar("T")
EXAMPLE6 = IPv6Network("fd66:66:66::/64")  # of the addresses that anybody may use, RFC 4193


class NewPage(QWidget):
    """Signals: `changed` when something was typed; `finished` by Return in a line of text."""

    changed = Signal()
    finished = Signal()

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
        self._fields: list[FormField] = []
        self.add_field(self.name)

    def add_field(self, field: FormField) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(QLabel(field.label), row, 0)
        self._grid.addWidget(field, row, 1)
        self._fields.append(field)
        field.edited.connect(lambda _: self.changed.emit())
        if isinstance(field, LineField):
            field.text.returnPressed.connect(self.finished)

    def title(self) -> str:
        """What the tunnel is to be called; "" while nothing is, which is then said."""
        title = clean_title(self.name.text.text())
        self.name.show_error("" if title else tr("A profile needs a name."))
        return title

    def start(self) -> None:
        """The keyboard is in the first field that is wrong, else in the first one."""
        wrong = (field for field in self._fields if field.is_wrong)
        next(wrong, self._fields[0]).take_keys()


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
        self._all.clicked.connect(lambda _: self.changed.emit())

    def wish(self) -> tuple[str, int, bool] | None:
        """Host, port and whether all traffic goes through; None while something is wrong."""
        host, port = _read_line(self._host, typed_host), _port(self._port)
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
        example = tr("Optional, as {network}").format(network=EXAMPLE6)
        self._network6 = LineField(tr("IPv6 network of the tunnel"), example)
        for field in (
            self._host,
            self._port,
            self._devices,
            self._only,
            self._dns,
            self._network,
            self._network6,
        ):
            self.add_field(field)
        self._commands = QuietText(selectable=True)
        self._commands.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        # Commands are read from the left in every language.
        self._commands.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._commands.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        self._card.add(Text(tr("The server runs these commands, once you say so there:")))
        self._card.add(self._commands)
        self.changed.connect(self._show_commands)
        self._show_commands()

    def wish(self) -> ServerWish | None:
        """None while something is wrong, which is then said under the field."""
        host, port = _read_line(self._host, typed_host), _port(self._port)
        subnets = _read_items(self._only, _some_network)
        dns = _read_items(self._dns, typed_name_server)
        network = _read_line(self._network, _network4)
        network6 = _read_line(self._network6, _network6) if self._network6.text.text() else None
        if not (host and port and network) or subnets is None or dns is None:
            return None
        if self._network6.is_wrong:
            return None
        return ServerWish(
            host=host,
            port=port,
            devices=self._devices.items(),
            network=network,
            network6=network6,
            all_traffic=not subnets,
            subnets=subnets,
            dns=dns,
        )

    def pair(self) -> ServerPair | None:
        """Both ends; None while something is wrong."""
        self._devices.show_error("")
        wish = self.wish()
        try:
            return make_pair(wish) if wish else None
        except WgdeskError as error:
            self._devices.show_error(as_sentence(str(error)))
            return None

    def _show_commands(self) -> None:
        """Those for the networks that stand there, as far as they make sense."""
        network = _readable(self._network, _network4) or USUAL_NETWORK
        network6 = _readable(self._network6, _network6)
        try:
            example = make_pair(ServerWish(host="example.org", network=network, network6=network6))
        except WgdeskError:
            return
        self._commands.setText(commands_text(read_profile(example.server)))


def _port(field: LineField) -> int:
    """0 while it is none."""
    text = field.text.text().strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    is_port = 1 <= number <= 65535
    field.show_error("" if is_port else tr("A port is a number from 1 to 65535."))
    return number if is_port else 0


def _read_line(field: LineField, read: Callable[[str], T]) -> T | None:
    """None while it makes no sense, which is then said under the field."""
    found = _read_all(field, (field.text.text(),), read)
    return found[0] if found else None


def _read_items(field: ItemsField, read: Callable[[str], T]) -> tuple[T, ...] | None:
    """None while one of them makes no sense."""
    return _read_all(field, field.items(), read)


def _read_all(
    field: FormField, texts: tuple[str, ...], read: Callable[[str], T]
) -> tuple[T, ...] | None:
    try:
        found = tuple(map(read, texts))
    except BadValue as bad:
        said = as_sentence(bad.text)
        field.show_error(f"{said} {tr_told(bad.fix)}" if bad.fix else said)
        return None
    field.show_error("")
    return found


def _readable(field: LineField, read: Callable[[str], T]) -> T | None:
    """Nothing is said about one that makes no sense; it is still being typed."""
    try:
        return read(field.text.text())
    except BadValue:
        return None


def _some_network(text: str) -> Network:
    network = typed_network(text)
    if network.prefixlen:
        return network
    raise BadValue("network", tr("all traffic goes through it while nothing stands here"))


def _network4(text: str) -> IPv4Network:
    network = typed_network(text)
    if isinstance(network, IPv4Network):
        return network
    raise _wrong_family(network)


def _network6(text: str) -> IPv6Network:
    network = typed_network(text)
    if isinstance(network, IPv6Network):
        return network
    raise _wrong_family(network)


def _wrong_family(network: Network) -> BadValue:
    wanted = 4 if network.version == 6 else 6
    return BadValue("network", tr("this is not an IPv{version} network").format(version=wanted))
