"""What is wrong in a text, line by line, each with a way there and perhaps a remedy."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from wgdesk.domain.fixes import Fix
from wgdesk.domain.problem import Problem, Severity
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.mark_label import MARK_PX, MarkLabel
from wgdesk.ui.widgets.texts import GRID_PX, LINE_PX
from wgdesk.ui.wording import as_sentence

MOST_SHOWN: Final = 50
MOST_LINES: Final = 4
FindFix = Callable[[Problem], Fix | None]
_FACES: Final = {
    Severity.ERROR: (Mark.FAILED, Tone.BAD),
    Severity.WARNING: (Mark.ATTENTION, Tone.ATTENTION),
}


class ProblemList(BareScroll):
    """Signals: `chosen` has the Problem to go to; `fix_asked` the Fix to carry out."""

    chosen = Signal(object)
    fix_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(GRID_PX, 0, GRID_PX, 0)
        self._grid.setHorizontalSpacing(2 * GRID_PX)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._shown: tuple[Problem, ...] = ()
        self._rows: list[_Row] = []
        self.setAccessibleName(tr("Problems"))
        self.hold(self._page)

    def show_problems(self, problems: Sequence[Problem], find_fix: FindFix) -> None:
        """At most MOST_SHOWN of them."""
        shown = tuple(problems[:MOST_SHOWN])
        while len(self._rows) < len(shown):
            self._rows.append(_Row(self, self._grid, len(self._rows)))
        for number, row in enumerate(self._rows):
            row.show_problem(shown[number] if number < len(shown) else None, find_fix)
        self._shown = shown
        self.setVisible(bool(shown))
        lines = min(MOST_LINES, len(shown))
        self.setFixedHeight(max(1, lines) * LINE_PX + 2 * GRID_PX)


class _Row(QObject):
    def __init__(self, owner: ProblemList, grid: QGridLayout, number: int) -> None:
        super().__init__(owner)
        self._owner = owner
        self._problem: Problem | None = None
        self._fix: Fix | None = None
        self._mark, self._text, self._button = MarkLabel(MARK_PX), QPushButton(), QPushButton()
        for button in (self._text, self._button):
            button.setFlat(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._text.setStyleSheet("text-align: left; padding: 0;")
        font = self._button.font()
        font.setUnderline(True)
        self._button.setFont(font)
        self._text.clicked.connect(self._on_chosen)
        self._button.clicked.connect(self._on_fix)
        self._text.installEventFilter(self)
        for column, widget in enumerate((self._mark, self._text, self._button)):
            grid.addWidget(widget, number, column)

    def show_problem(self, problem: Problem | None, find_fix: FindFix) -> None:
        for widget in (self._mark, self._text):
            widget.setVisible(problem is not None)
        if problem is None:
            self._problem = self._fix = None
            self._button.hide()
            return
        if problem != self._problem:
            self._problem = problem
            self._say(problem)
        self._fix = find_fix(problem)
        self._button.setVisible(self._fix is not None)
        if self._fix is not None:
            label = tr_told(self._fix.label)
            self._button.setText(label)
            self._button.setAccessibleName(f"{label}: {self._text.text()}")

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Enter goes there too, wherever the desktop has it press a button or not."""
        is_enter = isinstance(event, QKeyEvent) and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        )
        if is_enter and event.type() is QEvent.Type.KeyPress:
            self._on_chosen()
            return True
        return False

    def _say(self, problem: Problem) -> None:
        mark, tone = _FACES[problem.severity]
        where = tr("Line {line}, column {column}:").format(line=problem.line, column=problem.column)
        text = f"{where} {as_sentence(tr_told(problem.text))}"
        self._mark.show_face(Face(mark, tone, text))
        self._text.setText(text.replace("&", "&&"))
        self._text.setAccessibleName(text)
        self._text.setToolTip(tr_told(problem.fix))
        self._text.setAccessibleDescription(tr_told(problem.fix))

    def _on_chosen(self) -> None:
        if self._problem is not None:
            self._owner.chosen.emit(self._problem)

    def _on_fix(self) -> None:
        if self._fix is not None:
            self._owner.fix_asked.emit(self._fix)
