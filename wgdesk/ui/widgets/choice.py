"""One choice of the settings: its control, and below it what it means or why it is not open."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QVBoxLayout, QWidget

from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text


class SwitchChoice(QWidget):
    """On or off. `picked` comes only from a person."""

    picked = Signal(bool)

    def __init__(self, text: str, hint: str = "", *, depends: bool = False) -> None:
        """One that `depends` on the one above it stands a little to the right."""
        super().__init__()
        self.box = QCheckBox(text)
        Outline(self.box)
        self._usual_hint = hint
        self._hint = QuietText(hint)
        self._hint.setContentsMargins(_text_start_px(self.box), 0, 0, 0)
        self.box.clicked.connect(self.picked)
        column = _column(self)
        column.addWidget(self.box, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._hint)
        column.setContentsMargins(_text_start_px(self.box) if depends else 0, 0, 0, 0)
        self.close_for("")

    def show_value(self, is_on: bool) -> None:  # noqa: FBT001  # a property's setter in all but name
        self.box.setChecked(is_on)

    def show_hint(self, hint: str) -> None:
        """What it means from now on; it is seen with the next `close_for`."""
        self._usual_hint = hint

    def close_for(self, why: str) -> None:
        """Not open for that reason; "" opens it again."""
        self.box.setEnabled(not why)
        text = why or self._usual_hint
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self.box.setAccessibleDescription(text)


class PickChoice(QWidget):
    """One of several. `picked` comes only from a person, with the value picked."""

    picked = Signal(object)

    def __init__(
        self,
        text: str,
        options: Sequence[tuple[object, str]],
        hint: str = "",
        *,
        is_told_above: bool = False,
    ) -> None:
        """`options` are values and what they are called; a heading above may tell the rest."""
        super().__init__()
        self._values = [value for value, _ in options]
        self.list, label = QuietWheelBox(), Text(text)
        self.list.addItems([name for _, name in options])
        self.list.setAccessibleName(text)
        self.list.setAccessibleDescription(hint)
        label.setBuddy(self.list)
        self.list.activated.connect(self._on_activated)
        self._hint = QuietText(hint)
        column = _column(self)
        column.addWidget(label)
        label.setHidden(is_told_above)
        column.addWidget(self.list, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._hint)
        self._hint.setVisible(bool(hint))  # only now: a widget of nobody would be a window

    def show_value(self, value: object) -> None:
        """One that is not among the options leaves the list as it is."""
        if value in self._values:
            self.list.setCurrentIndex(self._values.index(value))

    def _on_activated(self, number: int) -> None:
        self.picked.emit(self._values[number])


class QuietWheelBox(QComboBox):
    """Lets the page scroll: a wheel that passes over it must not change a choice."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  # Qt's name
        event.ignore()


def _text_start_px(box: QCheckBox) -> int:
    """Where the words of a box begin, in the desktop's own style."""
    metrics = (QStyle.PixelMetric.PM_IndicatorWidth, QStyle.PixelMetric.PM_CheckBoxLabelSpacing)
    return sum(box.style().pixelMetric(each, None, box) for each in metrics)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID_PX)
    return column
