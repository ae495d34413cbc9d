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
from wgdesk.domain.outline import Section
from wgdesk.domain.problem import Problem, Severity
from wgdesk.ui.language import tr_told
from wgdesk.ui.marks import Tone
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.form_fields import FormField, ItemsField, LineField
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.wording import as_sentence

LABEL_PX: Final = 36 * GRID_PX
# A list is written when somebody stops typing, or half an address would be read as wrong.
SETTLE_MS: Final = 250
# What a whole section lacks is said where it belongs: beside the key that it needs.
_MISSING: Final = {
    "missing-public-key": "PublicKey",
    "no-allowed-ips": "AllowedIPs",
    "no-private-key": "PrivateKey",
}
_TONES: Final = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.ATTENTION}


class FormCard(Card):
    """Signals: `edits_made` has a tuple of LineEdit, for whoever has the text."""

    edits_made = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.section: int | None = None
        self._lines: tuple[str, ...] = ()
        self._parts: tuple[Section, ...] = ()
        self._said: object = None
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

    def add_row(self, label: str, widget: QWidget, *, is_wide: bool = True) -> None:
        row = self._grid.rowCount()
        name = QLabel(label)
        name.setContentsMargins(0, GRID_PX, 0, 0)
        name.setWordWrap(True)
        self._grid.addWidget(name, row, 0, alignment=Qt.AlignmentFlag.AlignTop)
        if is_wide:
            self._grid.addWidget(widget, row, 1)
        else:
            self._grid.addWidget(widget, row, 1, alignment=Qt.AlignmentFlag.AlignLeft)

    def show_text(self, live: LiveDocument, found: TextOutline) -> None:
        """Fill the fields that say something else."""
        self._lines, self._parts = live.lines, found.sections(self.section)
        said = self.said(live, found)
        if said != self._said:
            self._said = said
            self.fill(live, found)

    def said(self, live: LiveDocument, found: TextOutline) -> tuple[object, ...]:  # noqa: ARG002  # what another card looks at
        """All that is shown comes from this: as long as it is the same nothing is touched."""
        lines = [live.lines[it.first : it.last + 1] for it in self._parts]
        here = [(it.line - self._first_line(), it) for it in self._problems(live)]
        return lines, [(line, it.code, it.text, it.fix) for line, it in here]

    def fill(self, live: LiveDocument, found: TextOutline) -> None:  # noqa: ARG002  # what another card looks at
        errors = self._errors(live)
        for key, field in self._fields.items():
            if key in self._pending:
                continue
            values = self.values(key)
            if isinstance(field, ItemsField):
                field.show_items(values if is_command(key) else _words(values, key))
            elif isinstance(field, LineField):
                field.show_value(values[-1] if values else "")
            field.show_error(*errors.get(key, ("",)))

    def values(self, key: str) -> list[str]:
        """What stands behind each line of a key."""
        entries = [it for part in self._parts for it in part.of(key)]
        return [self._lines[it.line][it.start : it.end] for it in entries]

    def flush(self) -> None:
        """Write what somebody has typed just now."""
        self._settle.stop()
        pending, self._pending = self._pending, {}
        for write in pending.values():
            write()

    def set(self, key: str, value: str | None) -> None:
        """Write one value, or take it away."""
        self.write(lambda lines, section: set_value(lines, section, key, value))

    def write(self, make: Callable[[Sequence[str], int | None], tuple[LineEdit, ...]]) -> None:
        """Change the section's lines.

        Where it is all of one piece `make` is given no others: of 500 peers one is read.
        """
        if len(self._parts) == 1:
            (part,) = self._parts
            inside = make(
                self._lines[part.first : part.last + 1], None if self.section is None else 0
            )
            edits = tuple(_moved(it, part.first) for it in inside)
        else:
            edits = make(self._lines, self.section)
        if edits:
            self.edits_made.emit(edits)

    def _first_line(self) -> int:
        return self._parts[0].first if self._parts else 0

    def _problems(self, live: LiveDocument) -> list[Problem]:
        return [
            it
            for it in live.problems
            if any(part.first < it.line <= part.last + 1 for part in self._parts)
        ]

    def _errors(self, live: LiveDocument) -> Mapping[str, tuple[str, Tone]]:
        keys = {entry.line + 1: entry.key for part in self._parts for entry in part.entries}
        errors: dict[str, tuple[str, Tone]] = {}
        for problem in self._problems(live):
            missing = _MISSING.get(problem.code)
            key = keys.get(problem.line, missing)
            if key:
                fix = "" if missing else tr_told(problem.fix)  # it speaks of a line to add
                text = f"{as_sentence(tr_told(problem.text))} {fix}".strip()
                errors.setdefault(key, (text, _TONES[problem.severity]))
        return errors

    def _on_value(self, key: str, value: str) -> None:
        self.set(key, value or None)

    def _on_items(self, key: str, items: Sequence[str]) -> None:
        def write() -> None:
            if is_command(key):
                self.write(lambda lines, _: set_commands(lines, key, items))
            else:
                self.write(lambda lines, section: set_list(lines, section, key, items))

        self._pending[key] = write
        self._settle.start()


def is_command(key: str) -> bool:
    return key in ("PreUp", "PostUp", "PreDown", "PostDown")


def _words(values: Sequence[str], key: str) -> list[str]:
    return [word for value in values for word in words_of(value, key)]


def _moved(edit: LineEdit, by: int) -> LineEdit:
    return LineEdit(edit.first + by, edit.last + by, edit.lines)
