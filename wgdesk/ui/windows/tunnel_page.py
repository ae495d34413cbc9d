"""Right side: what the selected tunnel is doing, and the one big button."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from wgdesk.ui.actions import action
from wgdesk.ui.faces import Tone, face
from wgdesk.ui.facts import interface_facts
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.models.peers import PeerModel, peer_rows
from wgdesk.ui.models.routes import RouteModel, route_rows
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.sentences import headline, notice_texts, sentence
from wgdesk.ui.troubles import trouble
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.ui.widgets.fact_list import FactList
from wgdesk.ui.widgets.mark_label import MarkLabel
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.notice_list import NoticeList
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text

BIG_MARK_PX = 28


class TunnelPage(QScrollArea):
    toggle_asked = Signal(str)
    dismissed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._mark = MarkLabel(BIG_MARK_PX)
        self._headline = Text(scale=TITLE_SCALE, bold=True, selectable=True)
        self._sentence = QuietText(scale=1.0, selectable=True)
        self._button = QPushButton()
        self._trouble = MessageBar()
        self._peers, self._routes = PeerModel(self), RouteModel(self)
        self._peer_card, self._route_card = Card(), Card(tr("Routes"))
        self._interface_card, self._notice_card = Card(tr("Interface")), Card(tr("Good to know"))
        self._facts, self._notices = FactList(), NoticeList()
        self._arrange()
        self._button.clicked.connect(lambda: self.toggle_asked.emit(self._name))
        self._trouble.dismissed.connect(lambda: self.dismissed.emit(self._name))

    def show_row(self, row: TunnelRow, now_unix_s: int) -> None:
        if row.name != self._name:
            self._name = row.name
            self.verticalScrollBar().setValue(0)
        self._show_state(row, now_unix_s)
        self._show_tables(row, now_unix_s)
        self._facts.show_facts(interface_facts(row, now_unix_s))
        self._interface_card.setVisible(bool(interface_facts(row, now_unix_s)))
        texts = notice_texts(row)
        self._notices.show_texts(texts)
        self._notice_card.setVisible(bool(texts))
        self.updateGeometry()

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
        self._button.setAccessibleName(f"{todo.text}: {row.name}")

    def _enable_button(self, is_usable: bool) -> None:  # noqa: FBT001  # as Qt has it
        """Who pressed it with a key finds the keyboard there again, when it is done."""
        if not is_usable and self._button.hasFocus():
            self.setFocus()  # else Qt would hand it on to the next control for good
        self._button.setEnabled(is_usable)
        if is_usable and self.hasFocus():
            self._button.setFocus()

    def _show_tables(self, row: TunnelRow, now_unix_s: int) -> None:
        peers = peer_rows(row)
        self._peers.show_rows_at(peers, now_unix_s)
        self._peer_card.setVisible(bool(peers))
        self._peer_card.set_title(
            tr("Peer") if len(peers) == 1 else tr_count("{count} peer", "{count} peers", len(peers))
        )
        routes = route_rows(row.tunnel) if row.tunnel is not None else ()
        self._routes.show_rows_at(routes, now_unix_s)
        self._route_card.setVisible(bool(routes))

    def _arrange(self) -> None:
        self._peer_card.add(CopyTable(self._peers, tr("Peers")))
        self._route_card.add(CopyTable(self._routes, tr("Routes")))
        self._interface_card.add(self._facts)
        self._notice_card.add(self._notices)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(3 * GRID_PX)
        column.addWidget(self._header())
        for widget in (
            self._trouble,
            self._notice_card,
            self._peer_card,
            self._route_card,
            self._interface_card,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _header(self) -> QWidget:
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX)
        texts.addWidget(self._headline)
        texts.addWidget(self._sentence)
        self._button.setMinimumSize(32 * GRID_PX, 10 * GRID_PX)
        self._button.setAutoDefault(True)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * GRID_PX)
        line.addWidget(self._mark)
        line.addLayout(texts, 1)
        line.addWidget(self._button)
        card = Card()
        card.add(row)
        return card
