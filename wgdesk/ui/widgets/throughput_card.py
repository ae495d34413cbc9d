"""How fast data comes and goes: two figures, the sums, and the graph."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from wgdesk.domain.units import bytes_text
from wgdesk.ui.icons import sent_color, tone_color
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.models.columns import in_order
from wgdesk.ui.rates import History, rate_text
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.shades import change_colors
from wgdesk.ui.widgets.sparkline import Sparkline
from wgdesk.ui.widgets.texts import GRID_PX, OneLine, Text

FIGURE_SCALE = 1.15


class ThroughputCard(Card):
    def __init__(self) -> None:
        super().__init__()
        self._received, self._sent = Figure(partial(tone_color, Tone.GOOD)), Figure(sent_color)
        self._received_sum, self._sent_sum = OneLine(), OneLine()
        self._graph = Sparkline()
        figures = QWidget()
        line = QHBoxLayout(figures)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GRID_PX)
        for text in (self._received, self._received_sum, self._sent, self._sent_sum):
            line.addWidget(text)
            if text is self._received_sum:
                line.addSpacing(4 * GRID_PX)
        line.addStretch(1)
        self._period = OneLine(tr("last 5 minutes"))
        line.addWidget(self._period)
        self.add(figures)
        self.add(self._graph)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """The rates are what nobody can do without; the rest needs room."""
        super().resizeEvent(event)
        letters = self.width() // self.fontMetrics().averageCharWidth()
        self._period.setVisible(letters >= 72)
        for text in (self._received_sum, self._sent_sum):
            text.setVisible(letters >= 66)

    def show_history(self, history: History, now_s: float) -> None:
        counted = history.last
        self._received.setText(f"↓ {rate_text(history.received)}")
        self._sent.setText(f"↑ {rate_text(history.sent)}")
        received, sent = (counted.received_bytes, counted.sent_bytes) if counted else (0, 0)
        self._received_sum.setText(
            tr("{amount} received").format(amount=in_order(bytes_text(received)))
        )
        self._sent_sum.setText(tr("{amount} sent").format(amount=in_order(bytes_text(sent))))
        self._graph.show_history(history, now_s)


class Figure(Text):
    """Big, and in the colour of its line in the graph."""

    def __init__(self, pick: Callable[[QPalette], QColor]) -> None:
        super().__init__(scale=FIGURE_SCALE, bold=True)
        self._pick = pick
        self.setWordWrap(False)
        self._recolor()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._recolor()

    def _recolor(self) -> None:
        color, role = self._pick(QPalette()), QPalette.ColorRole
        change_colors(self, {role.WindowText: color, role.Text: color})
