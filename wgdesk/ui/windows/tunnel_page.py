"""Right side: what the selected tunnel is doing, and the one big button."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.actions import action
from wgdesk.ui.faces import face
from wgdesk.ui.facts import interface_facts
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.look import PeerRow
from wgdesk.ui.marks import Tone
from wgdesk.ui.models.peers import PeerModel, idle_columns, peer_rows, unknown_columns
from wgdesk.ui.models.routes import RouteModel, route_rows
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.protection import Wish, protection_lines
from wgdesk.ui.sentences import headline, notice_texts, sentence
from wgdesk.ui.troubles import trouble
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.big_button import BigButton
from wgdesk.ui.widgets.boot_card import BootCard
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.commands_card import CommandsCard
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.ui.widgets.fact_list import FactList
from wgdesk.ui.widgets.line_list import LineList
from wgdesk.ui.widgets.mark_label import BIG_MARK_PX, MarkLabel
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.notice_list import NoticeList
from wgdesk.ui.widgets.side_by_side import SideBySide
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text
from wgdesk.ui.widgets.throughput_card import ThroughputCard


class TunnelPage(BareScroll):
    """What the selected tunnel does.

    Attributes:
        boot: Whether it is connected at boot; hidden until somebody shows it.

    Signals: each has the tunnel's name first; `wished` then a Wish, `hooks_chosen` a HookMode.
    """

    toggle_asked = Signal(str)
    dismissed = Signal(str)
    wished = Signal(str, object)
    hooks_chosen = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._name, self._row = "", TunnelRow(name="")
        self._routed: TunnelSnapshot | None = None
        self._filed: tuple[Profile | None, tuple[PeerRow, ...]] = (None, ())
        self._mark = MarkLabel(BIG_MARK_PX)
        self._headline = Text(scale=TITLE_SCALE, bold=True, selectable=True)
        self._sentence = QuietText(scale=1.0, selectable=True)
        self._offers, self._button = QHBoxLayout(), BigButton()
        self._trouble = MessageBar()
        self._throughput = ThroughputCard()
        self._peers, self._routes = PeerModel(self), RouteModel(self)
        self._peer_table = CopyTable(self._peers, tr("Peers"))
        self._peer_card, self._route_card = Card(), Card(tr("Routes of this tunnel"))
        self._interface_card, self._notice_card = Card(tr("Interface")), Card(tr("Good to know"))
        self._protection_card, self._commands = Card(tr("DNS and protection")), CommandsCard()
        self._machine_card, self._degraded = Card(tr("On this machine")), NoticeList()
        self._facts, self._notices, self._lines = FactList(), NoticeList(), LineList()
        self.boot = BootCard()
        self.boot.hide()  # until somebody has something to show in it
        self._commands.hide()
        self._arrange()
        self._connect()

    def show_row(
        self,
        row: TunnelRow,
        now_unix_s: int,
        degraded: Sequence[str] = (),
        *,
        has_helper: bool = True,
    ) -> None:
        """`degraded` is what the helper cannot do as it should; without it commands have no root."""
        self._commands.allow_root(is_possible=has_helper)
        if row.name != self._name:
            self._name = row.name
            self._commands.hide()
            self.verticalScrollBar().setValue(0)
        self._show_state(row, now_unix_s)
        self._throughput.setVisible(row.is_up)
        self._throughput.show_history(row.history, now_unix_s)
        self._show_tables(row, now_unix_s)
        facts = interface_facts(row, now_unix_s)
        self._facts.show_facts(facts)
        self._interface_card.setVisible(bool(facts))
        lines = protection_lines(row)
        self._lines.show_lines(lines)
        self._protection_card.setVisible(bool(lines))
        self._show_texts(row, degraded)

    def offer(self, *buttons: QWidget) -> None:
        """More to do with this tunnel, in front of the big button."""
        for button in buttons:
            self._offers.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """As wide as its widest word or key: a page that scrolls both ways hides its button."""
        page = self.widget()
        width = page.minimumSizeHint().width() if page is not None else 0
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(width + bar, super().minimumSizeHint().height())

    def _show_state(self, row: TunnelRow, now_unix_s: int) -> None:
        self._mark.show_face(face(row))
        self._headline.setText(headline(row))
        self.setAccessibleName(headline(row))
        self._sentence.setText(sentence(row, now_unix_s))
        words = trouble(row)
        can_forget = row.failure is not None or row.has_fallen
        self._trouble.show_words(words, Tone.BAD, dismissible=can_forget)
        todo = action(row)
        self._button.setText(todo.text)
        self._enable_button(not todo.why_not)
        self._button.setToolTip(todo.why_not or tr("Ctrl+T"))
        self._button.setAccessibleName(f"{todo.text}: {shown_name(row)}")

    def _enable_button(self, is_usable: bool) -> None:  # noqa: FBT001  # as Qt has it
        """Who pressed it with a key finds the keyboard there again, when it is done."""
        if not is_usable and self._button.hasFocus():
            self.setFocus()  # else Qt would hand it on to the next control for good
        self._button.setEnabled(is_usable)
        if is_usable and self.hasFocus():
            self._button.setFocus()

    def _show_tables(self, row: TunnelRow, now_unix_s: int) -> None:
        peers = self._rows_of_peers(row)
        self._peers.show_rows_at(peers, now_unix_s)
        unknown = unknown_columns(row.tunnel, len(peers))
        self._peer_table.leave_out(idle_columns(peers) | unknown)
        self._peer_card.setVisible(bool(peers))
        self._peer_card.set_title(
            tr("Peer") if len(peers) == 1 else tr_count("{count} peer", "{count} peers", len(peers))
        )
        if not has_same_routes(row.tunnel, self._routed):
            self._routed = row.tunnel
            routes = route_rows(row.tunnel) if row.tunnel is not None else ()
            self._routes.show_rows_at(routes, now_unix_s)
            self._route_card.setVisible(bool(routes))

    def _rows_of_peers(self, row: TunnelRow) -> tuple[PeerRow, ...]:
        if row.peers:
            return row.peers
        if row.profile is not self._filed[0]:
            self._filed = (row.profile, peer_rows(row))
        return self._filed[1]

    def _show_texts(self, row: TunnelRow, degraded: Sequence[str]) -> None:
        texts = notice_texts(row)
        self._notices.show_texts(texts)
        self._notice_card.setVisible(bool(texts))
        self._degraded.show_texts(degraded)
        self._machine_card.setVisible(bool(degraded))
        if row.profile is None or not row.profile.interface.hooks:
            self._commands.hide()
        elif self._commands.isVisible():
            self._commands.show_commands(row.profile, row.hooks)
        self._row = row

    def _connect(self) -> None:
        self._button.clicked.connect(lambda: self.toggle_asked.emit(self._name))
        self._trouble.dismissed.connect(lambda: self.dismissed.emit(self._name))
        self._lines.wished.connect(self._on_wished)
        self._commands.closed.connect(self._on_commands_closed)
        self._commands.mode_chosen.connect(self._on_mode_chosen)

    def _on_wished(self, wish: Wish) -> None:
        if wish is not Wish.REVIEW_COMMANDS:
            self.wished.emit(self._name, wish)
        else:
            self.review_commands()

    def review_commands(self) -> None:
        """Show what they are, and who runs them."""
        profile = self._row.profile
        if profile is not None:
            self._commands.show_commands(profile, self._row.hooks)
            self._commands.show()
            self._commands.take_focus()
            # Its place is known once the page has been laid out anew.
            QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self._commands))

    def _on_mode_chosen(self, mode: HookMode) -> None:
        self.hooks_chosen.emit(self._name, mode)

    def _on_commands_closed(self) -> None:
        self._commands.hide()
        self._button.setFocus()

    def _arrange(self) -> None:
        self._peer_card.add(self._peer_table)
        self._route_card.add(CopyTable(self._routes, tr("Routes")))
        self._route_card.hide()
        self._interface_card.add(self._facts)
        self._protection_card.add(self._lines)
        self._interface_card.add_stretch()
        self._protection_card.add_stretch()
        self._notice_card.add(self._notices)
        self._machine_card.add(self._degraded)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(3 * GRID_PX)
        column.addWidget(self._header())
        for widget in (
            self._trouble,
            self._notice_card,
            self._throughput,
            self._peer_card,
            SideBySide(self._interface_card, self._protection_card),
            self._commands,
            self.boot,
            self._route_card,
            self._machine_card,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)

    def _header(self) -> QWidget:
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX)
        texts.addWidget(self._headline)
        texts.addWidget(self._sentence)
        self._button.setAutoDefault(True)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * GRID_PX)
        line.addWidget(self._mark)
        line.addLayout(texts, 1)
        line.addLayout(self._offers)
        line.addWidget(self._button)
        card = Card()
        card.add(row)
        return card


def has_same_routes(one: TunnelSnapshot | None, other: TunnelSnapshot | None) -> bool:
    """Quick where both are one object, or their routes are; there may be 20,000."""
    if one is None or other is None:
        return one is other
    return (one.name, one.rules) == (other.name, other.rules) and one.routes == other.routes
