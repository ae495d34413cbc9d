"""The fields of one section of a profile, and what each key of it has to do with the text."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from wgdesk.domain.form_edits import set_commands, set_list, set_value, words_of
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.outline import Outline as TextOutline
from wgdesk.ui.language import tr_told
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.form_fields import FormField, ItemsField, LineField
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.wording import as_sentence

LABEL_PX: Final = 36 * GRID_PX
# A list is written when somebody stops typing, or half an address would be read as wrong.
SETTLE_MS: Final = 250


class FormCard(Card):
    """Signals: `edits_made` has a tuple of LineEdit, for whoever has the text."""

    edits_made = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.section: int | None = None
        self._lines: tuple[str, ...] = ()
        self._fields: dict[str, FormField] = {}
        self._pending: dict[str, Callable[[], None]] = {}
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.flush)
        self._box = QWidget()
        self._grid = QGridLayout(self._box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4 * GRID_PX)
        self._grid.setVerticalSpacing(2 * GRID_PX)
        self._grid.setColumnMinimumWidth(0, LABEL_PX)
        self._grid.setColumnStretch(1, 1)
        self.add(self._box)

    def add_field(self, key: str, field: FormField) -> None:
        """A row for a key of the section; a list of commands where the key is a hook's."""
        self._fields[key] = field
        self.add_row(field.label, field)
        if isinstance(field, ItemsField):
            field.edited.connect(partial(self._on_items, key))
        else:
            field.edited.connect(partial(self._on_value, key))

    def add_row(self, label: str, widget: QWidget) -> None:
        row = self._grid.rowCount()
        name = QLabel(label)
        name.setContentsMargins(0, GRID_PX, 0, 0)
        name.setWordWrap(True)
        self._grid.addWidget(name, row, 0, alignment=Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(widget, row, 1)

    def show_text(self, live: LiveDocument, found: TextOutline) -> None:
        """Fill the fields that say something else."""
        self._lines = live.lines
        errors = self._errors(live, found)
        for key, field in self._fields.items():
            if key in self._pending:
                continue
            values = self.values(found, key)
            if isinstance(field, ItemsField):
                field.show_items(values if is_command(key) else _words(values, key))
            elif isinstance(field, LineField):
                field.show_value(values[-1] if values else "")
            field.show_error(errors.get(key, ""))

    def values(self, found: TextOutline, key: str) -> list[str]:
        """What stands behind each line of a key."""
        entries = [it for part in found.sections(self.section) for it in part.of(key)]
        return [self._lines[it.line][it.start : it.end] for it in entries]

    def flush(self) -> None:
        """Write what somebody has typed just now."""
        self._settle.stop()
        pending, self._pending = self._pending, {}
        for write in pending.values():
            write()

    def _errors(self, live: LiveDocument, found: TextOutline) -> Mapping[str, str]:
        lines = {
            entry.line + 1: entry.key
            for part in found.sections(self.section)
            for entry in part.entries
        }
        errors: dict[str, str] = {}
        for problem in live.problems:
            key = lines.get(problem.line)
            if key:
                text = as_sentence(tr_told(problem.text))
                errors.setdefault(key, f"{text} {tr_told(problem.fix)}".strip())
        return errors

    def set(self, key: str, value: str | None) -> None:
        """Write one value, or take it away."""
        self._emit(set_value(self._lines, self.section, key, value))

    def _on_value(self, key: str, value: str) -> None:
        self.set(key, value or None)

    def _on_items(self, key: str, items: Sequence[str]) -> None:
        def write() -> None:
            if is_command(key):
                self._emit(set_commands(self._lines, key, items))
            else:
                self._emit(set_list(self._lines, self.section, key, items))

        self._pending[key] = write
        self._settle.start()

    def _emit(self, edits: tuple[LineEdit, ...]) -> None:
        if edits:
            self.edits_made.emit(edits)


def is_command(key: str) -> bool:
    return key in ("PreUp", "PostUp", "PreDown", "PostDown")


def _words(values: Sequence[str], key: str) -> list[str]:
    return [word for value in values for word in words_of(value, key)]
