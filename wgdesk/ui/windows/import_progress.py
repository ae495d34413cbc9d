"""The page of an import that is shown while something takes its time."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text


class ImportProgress(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._title, self._figures = Text(scale=TITLE_SCALE, bold=True), QuietText(scale=1.0)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(80 * GRID_PX)
        column = QVBoxLayout(self)
        column.setSpacing(3 * GRID_PX)
        column.addStretch(2)
        for label in (self._title, self._figures):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._title)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._figures)
        column.addStretch(3)

    def begin(self, title: str) -> None:
        """Something that nobody knows the length of yet."""
        self._title.setText(title)
        self._bar.setAccessibleName(title)
        self._bar.setRange(0, 0)
        self._figures.setText("")

    def show_count(self, count: int, all_of_them: int) -> None:
        """So many of so many; of 0 is of nobody knows how many."""
        self._bar.setRange(0, all_of_them)
        self._bar.setValue(count)
        if all_of_them:
            text = tr("{count} of {all}").format(count=count, all=all_of_them)
        else:
            text = str(count)
        self._figures.setText(text)
