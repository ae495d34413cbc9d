"""Fields of a form: a line, a secret, a list of lines. What is wrong with one stands under it."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from wgdesk.domain.form_edits import words_of
from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.widgets.item_lines import ItemLines
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.shades import change_colors
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text

# What no value has: more lines, which would be keys of their own, or a comment behind it.
_END_OF_VALUE: Final = re.compile("[\n\r\0\u2028\u2029#]")


class FormField(QWidget):
    """What all have. Signals: `edited` by a person, with what stands there now."""

    edited = Signal(object)

    def __init__(self, label: str, editor: QWidget) -> None:
        super().__init__()
        self.label = label
        self._editor = editor
        self._tone = Tone.BAD
        Outline(editor)
        self._error, self._note = Text(), QuietText()
        self._buttons: list[QPushButton] = []
        self.line = QHBoxLayout()
        self.line.addWidget(editor, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addLayout(self.line)
        column.addWidget(self._error)
        column.addWidget(self._note)
        self.name_for("")
        self.show_error("")
        self.show_note("")

    def name_for(self, owner: str) -> None:
        """Whose field it is, for those who hear it; "" where there is no other of its kind."""
        self._editor.setAccessibleName(owned(self.label, owner))
        for button in self._buttons:
            button.setAccessibleName(owned(f"{button.text()}: {self.label}", owner))

    def show_error(self, text: str, tone: Tone = Tone.BAD) -> None:
        """What is wrong with it, or ""."""
        self._tone = tone
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._editor.setAccessibleDescription(text)
        self._recolor()

    @property
    def is_wrong(self) -> bool:
        return not self._error.isHidden()

    def take_keys(self) -> None:
        """The keyboard goes on here."""
        self._editor.setFocus()

    def show_note(self, text: str) -> None:
        """What it comes to, or ""."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def add_button(self, text: str) -> QPushButton:
        """Behind the field."""
        button = QPushButton(text)
        self._buttons.append(button)
        self.line.addWidget(button)
        self.name_for("")
        return button

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        is_ours = event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}
        if is_ours and hasattr(self, "_error"):  # Qt asks before it is made, too
            self._recolor()

    def _recolor(self) -> None:
        color = tone_color(self._tone, QPalette())
        roles = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text)
        change_colors(self._error, dict.fromkeys(roles, color))


class LineField(FormField):
    """One value; its `edited` has it without white space around it."""

    def __init__(self, label: str, placeholder: str = "") -> None:
        self.text = QLineEdit()
        super().__init__(label, self.text)
        Outline(self.text)
        self.text.setPlaceholderText(placeholder)
        self.text.textEdited.connect(self._on_edited)

    def show_value(self, value: str) -> None:
        """Where it says that already the caret stays."""
        if self.text.text().strip() != value:
            self.text.setText(value)
            self.text.setCursorPosition(0)

    def _on_edited(self, text: str) -> None:
        value = _END_OF_VALUE.split(text.strip(), maxsplit=1)[0].strip()
        if _END_OF_VALUE.search(text):
            self.text.setText(value)
        self.edited.emit(value)


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
        self.text = ItemLines()
        super().__init__(label, self.text)
        self.text.setPlaceholderText(placeholder)
        self._is_showing = False
        self.text.textChanged.connect(self._on_changed)
        self.text.refused.connect(lambda: self.show_error(tr("That is too much to paste.")))

    def show_items(self, items: Sequence[str]) -> None:
        """Where it says that already the caret stays."""
        if self.items() != tuple(items):
            self._is_showing = True
            self.text.setPlainText("\n".join(items))
            self._is_showing = False

    def items(self) -> tuple[str, ...]:
        lines = self.text.toPlainText().replace("\0", "").split("\n")
        return tuple(item for line in lines for item in self.items_of(line))

    def items_of(self, line: str) -> list[str]:
        return [line.strip()] if line.strip() else []

    def _on_changed(self) -> None:
        self.text.updateGeometry()
        if not self._is_showing:
            self.edited.emit(self.items())


class ListField(ItemsField):
    """Items of a key that may stand on one line, too, parted as wg and wg-quick part them."""

    def __init__(self, key: str, label: str, placeholder: str = "") -> None:
        super().__init__(label, placeholder)
        self._key = key

    def items_of(self, line: str) -> list[str]:
        return words_of(_END_OF_VALUE.split(line, maxsplit=1)[0], self._key)


def owned(text: str, owner: str) -> str:
    return f"{text}, {owner}" if owner else text
