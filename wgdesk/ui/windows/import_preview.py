"""The second page of an import: what was found, under which names, and what is wanted of it."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from wgdesk.domain.import_report import Clash
from wgdesk.ui.import_words import all_about, clash_text
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.models.prospects import ProspectModel, ProspectRow
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.choice import PickChoice
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text
from wgdesk.ui.widgets.tick_list import TickList

LIST_SHARE: Final = (55, 45)
MOST_LETTERS: Final = 200


class ImportPreview(QWidget):
    """Signals: `renamed` that a row is to have another name (its number, the name)."""

    renamed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.model = ProspectModel(self)
        self._list = TickList(self.model, tr("What was found"))
        self._all = QCheckBox(tr("All"))
        Outline(self._all)
        self._counts = QuietText()
        self._clash_for_all = ClashChoice(tr("For every name that is taken"))
        self._details = ProspectCard()
        self._arrange()
        self._all.clicked.connect(lambda on: self.model.choose_all(are_chosen=on))
        self._list.row_chosen.connect(lambda _: self._show_details())
        self.model.choice_changed.connect(self._show_choice)
        self._clash_for_all.picked.connect(self.model.set_all_clashes)
        self._details.renamed.connect(self._on_renamed)
        self._details.clash_picked.connect(self._on_clash_picked)
        FirstFocus(self, self._list)

    def choose_first(self) -> None:
        """The keys begin at the first row."""
        if self.model.rows:
            self._list.setCurrentIndex(self.model.index(0))

    def finish_editing(self) -> None:
        """What is still being typed counts."""
        self._details.finish_editing()

    def _current(self) -> int:
        return self._list.currentIndex().row()

    def _on_renamed(self, name: str) -> None:
        self.renamed.emit(self._current(), name)

    def _on_clash_picked(self, clash: Clash) -> None:
        self.model.set_clash(self._current(), clash)

    def _show_choice(self) -> None:
        rows = self.model.rows
        chosen, possible = len(self.model.chosen_rows()), sum(row.can_be_chosen for row in rows)
        states = Qt.CheckState
        some = states.PartiallyChecked if chosen else states.Unchecked
        self._all.setCheckState(states.Checked if chosen == possible and chosen else some)
        self._all.setEnabled(possible > 0)
        self._counts.setText(_counts_text(len(rows), len(rows) - possible))
        self._clash_for_all.setVisible(sum(row.prospect.clashes for row in rows) > 1)
        self._show_details()

    def _show_details(self) -> None:
        number = self._current()
        row = self.model.rows[number] if 0 <= number < len(self.model.rows) else None
        self._details.show_row(row)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID_PX, 0, 0, 0)
        head.addWidget(self._all)
        head.addWidget(self._counts, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, GRID_PX, 0)
        column.setSpacing(2 * GRID_PX)
        column.addLayout(head)
        column.addWidget(around(self._list), 1)
        column.addWidget(self._clash_for_all)
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.addWidget(left)
        both.addWidget(self._details)
        for number, share in enumerate(LIST_SHARE):
            both.setStretchFactor(number, share)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(both)


class ProspectCard(Card):
    """One of them, with all that is known of it."""

    renamed = Signal(str)
    clash_picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row: ProspectRow | None = None
        self._label, self._name = Text(tr("Name")), QLineEdit()
        Outline(self._name)
        self._name.setMaxLength(MOST_LETTERS)
        self._label.setBuddy(self._name)
        self._name.setAccessibleName(tr("Name"))
        self._source, self._text = QuietText(selectable=True), Text(selectable=True)
        self._clash = ClashChoice(tr("A tunnel of this name is there already"))
        for widget in (self._label, self._name, self._source, self._clash, self._text):
            self.add(widget)
        self.add_stretch()
        self._name.editingFinished.connect(self.finish_editing)
        self._clash.picked.connect(self.clash_picked)
        self.show_row(None)

    def show_row(self, row: ProspectRow | None) -> None:
        before, self._row = self._row, row
        self.setEnabled(row is not None)
        if row is None:
            return
        is_same = before is not None and before.prospect is row.prospect
        if not is_same:
            self._name.setText(row.name if row.can_be_chosen else "")
        for widget in (self._label, self._name):
            widget.setVisible(row.can_be_chosen)
        self._source.setText(tr("From {source}").format(source=row.prospect.candidate.source))
        line = row.prospect.line
        self._clash.setVisible(row.prospect.clashes)
        if row.prospect.clashes:
            line = replace(line, why="")  # the choice says it
        self._text.setText("\n\n".join(all_about(line)))
        self._clash.show_value(row.clash)

    def finish_editing(self) -> None:
        name = self._name.text().strip()
        if self._row is None or not self._row.can_be_chosen or name == self._row.name:
            return
        if name:
            self.renamed.emit(name)
        else:
            self._name.setText(self._row.name)


class ClashChoice(PickChoice):
    """What to do where another profile has the name already."""

    def __init__(self, text: str) -> None:
        super().__init__(text, [(clash, clash_text(clash)) for clash in Clash])


def _counts_text(count: int, impossible: int) -> str:
    found = tr_count("{count} found", "{count} found", count)
    if not impossible:
        return found
    cannot = tr_count("{count} cannot be imported", "{count} cannot be imported", impossible)
    return f"{found} · {cannot}"
