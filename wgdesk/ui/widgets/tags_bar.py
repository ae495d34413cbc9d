"""The tags of one or more tunnels, in a line that is typed in its place."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from wgdesk.ui.language import tr
from wgdesk.ui.widgets.notice import Notice
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.texts import GRID_PX, Text

MOST_LETTERS = 500
Saved = Callable[[tuple[str, ...]], object]


class TagsBar(Notice):
    def __init__(self) -> None:
        super().__init__()
        self._saved: Saved | None = None
        self._title, self._field = Text(bold=True), QLineEdit()
        Outline(self._field)
        self._field.setMaxLength(MOST_LETTERS)
        self._field.setPlaceholderText(tr("work, travel"))
        save, cancel = QPushButton(tr("Save")), QPushButton(tr("Cancel"))
        save.clicked.connect(self._save)
        cancel.clicked.connect(self.leave)
        self._field.returnPressed.connect(self._save)
        line = QHBoxLayout(self)
        line.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        line.setSpacing(3 * GRID_PX)
        line.addWidget(self._title)
        line.addWidget(self._field, 1)
        line.addWidget(save)
        line.addWidget(cancel)

    def ask(self, title: str, tags: Iterable[str], saved: Saved) -> None:
        """`saved` gets what was typed, if it is to be kept."""
        self._saved = saved
        self._title.setText(title)
        self._field.setAccessibleName(title)
        self._field.setText(", ".join(tags))
        self.appear()
        self._field.setFocus()
        self._field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def _save(self) -> None:
        saved, self._saved = self._saved, None
        self.leave()
        if saved is not None:
            saved(split_tags(self._field.text()))


def split_tags(text: str) -> tuple[str, ...]:
    """`work, #travel` as a person writes it; each once."""
    parts: Sequence[str] = text.replace(";", ",").split(",")
    return tuple(dict.fromkeys(tag for part in parts if (tag := part.strip().lstrip("#").strip())))
