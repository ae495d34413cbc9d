"""Fields of a form: a line, a secret, a list of lines. What is wrong with one stands under it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.shades import change_colors
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text

MOST_LINES: Final = 8


class FormField(QWidget):
    """What all have. Signals: `edited` by a person, with what stands there now."""

    edited = Signal(object)

    def __init__(self, label: str, editor: QWidget) -> None:
        super().__init__()
        self.label = label
        self._editor = editor
        editor.setAccessibleName(label)
        self._error, self._note = Text(), QuietText()
        self.line = QHBoxLayout()
        self.line.addWidget(editor, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addLayout(self.line)
        column.addWidget(self._error)
        column.addWidget(self._note)
        color = tone_color(Tone.BAD, QPalette())
        roles = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text)
        change_colors(self._error, dict.fromkeys(roles, color))
        self.show_error("")
        self.show_note("")

    def show_error(self, text: str) -> None:
        """What is wrong with it, or ""."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._editor.setAccessibleDescription(text)

    def show_note(self, text: str) -> None:
        """What it comes to, or ""."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def add_button(self, text: str) -> QPushButton:
        """Behind the field."""
        button = QPushButton(text)
        button.setAccessibleName(f"{text}: {self.label}")
        self.line.addWidget(button)
        return button


class LineField(FormField):
    """One line; its `edited` has the text without white space around it."""

    def __init__(self, label: str, placeholder: str = "") -> None:
        self.text = QLineEdit()
        super().__init__(label, self.text)
        self.text.setPlaceholderText(placeholder)
        self.text.textEdited.connect(lambda text: self.edited.emit(text.strip()))

    def show_value(self, value: str) -> None:
        """Where it says that already the caret stays."""
        if self.text.text().strip() != value:
            self.text.setText(value)
            self.text.setCursorPosition(0)


class SecretField(LineField):
    """A key that nobody reads over a shoulder, until it is asked for."""

    def __init__(self, label: str, placeholder: str, new_text: str) -> None:
        super().__init__(label, placeholder)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setEchoMode(QLineEdit.EchoMode.Password)
        self._reveal = self.add_button(tr("Show"))
        self._reveal.setCheckable(True)
        self._reveal.toggled.connect(self._on_toggled)
        self.new_button = self.add_button(new_text)

    def _on_toggled(self, is_shown: bool) -> None:  # noqa: FBT001  # Qt's signal
        modes = QLineEdit.EchoMode
        self.text.setEchoMode(modes.Normal if is_shown else modes.Password)
        self._reveal.setText(tr("Hide") if is_shown else tr("Show"))


class ItemsField(FormField):
    """One thing a line; its `edited` has them as a tuple, without empty ones."""

    def __init__(self, label: str, placeholder: str = "") -> None:
        self.text = _Lines()
        super().__init__(label, self.text)
        self.text.setPlaceholderText(placeholder)
        self._is_showing = False
        Outline(self.text)
        self.text.textChanged.connect(self._on_changed)

    def show_items(self, items: Sequence[str]) -> None:
        """Where it says that already the caret stays."""
        if self.items() != tuple(items):
            self._is_showing = True
            self.text.setPlainText("\n".join(items))
            self._is_showing = False

    def items(self) -> tuple[str, ...]:
        lines = self.text.toPlainText().split("\n")
        return tuple(line.strip() for line in lines if line.strip())

    def _on_changed(self) -> None:
        self.text.updateGeometry()
        if not self._is_showing:
            self.edited.emit(self.items())


class _Lines(QPlainTextEdit):
    """As high as what stands in it, up to some lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        lines = min(MOST_LINES, self.blockCount())
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        height = lines * self.fontMetrics().lineSpacing() + frame + GRID_PX
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(40 * GRID_PX, self.sizeHint().height())
