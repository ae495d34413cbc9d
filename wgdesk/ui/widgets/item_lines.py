"""A small field of several lines."""

from typing import Final

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit

from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.ui.widgets.texts import GRID_PX

MOST_LINES: Final = 8


class ItemLines(QPlainTextEdit):
    """As high as what stands in it, up to some lines.

    Signals: `refused` where more was pasted or dropped than a profile may have.
    """

    refused = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802  # Qt's name
        if len(source.text()) > MAX_PROFILE_BYTES:
            self.refused.emit()
        else:
            super().insertFromMimeData(source)

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        lines = min(MOST_LINES, self.blockCount())
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        height = lines * self.fontMetrics().lineSpacing() + frame + GRID_PX
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(40 * GRID_PX, self.sizeHint().height())
