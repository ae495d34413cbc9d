"""The first page of an import: where the profiles are to come from."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from wgdesk.domain.found_profile import Findings
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.models.prospects import FoundModel, FoundRow
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text
from wgdesk.ui.widgets.tick_list import TickList
from wgdesk.ui.widgets.two_lines import two_lines_height
from wgdesk.ui.wording import as_sentence

MOST_SHOWN: Final = 6
PATTERNS: Final = "*.conf *.zip *.png *.jpg *.jpeg *.webp"


class ImportSource(BareScroll):
    """A card for each kind of place.

    Signals:
        paths_chosen: Files or a folder (a tuple of paths).
        paste_asked, screen_asked: From the clipboard, from a picture of the screen.
        found_chosen: Profiles of this machine (a tuple of FoundProfile).
        names_asked: The names in /etc/wireguard, which an administrator has to allow.
    """

    paths_chosen = Signal(object)
    paste_asked = Signal()
    screen_asked = Signal()
    found_chosen = Signal(object)
    names_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._files = _button(tr("Choose files…"), self._choose_files)
        self._folder = _button(tr("Choose a folder…"), self._choose_folder)
        self._paste = _button(tr("Paste"), self.paste_asked.emit)
        self._screen = _button(tr("Take a picture of the screen…"), self.screen_asked.emit)
        self._found = FoundModel(self)
        self._found_list = TickList(self._found, tr("Found on this machine"))
        self._about = Text(tr("What is imported is a copy; nothing there is changed or stopped."))
        self._notes = QuietText()
        self._names = _button(tr("Look into /etc/wireguard…"), self.names_asked.emit)
        self._take = _button(tr("Import what is ticked"), self._take_found)
        self._machine = Card(tr("On this machine"))
        self._found.choice_changed.connect(self._show_choice)
        self._arrange()
        self.show_findings(Findings())
        FirstFocus(self, self._files)

    def show_findings(self, findings: Findings) -> None:
        """What other programs of this machine keep."""
        self._found.show_rows([FoundRow(found) for found in findings.profiles])
        rows = min(MOST_SHOWN, len(findings.profiles))
        height = rows * two_lines_height(self._found_list.font())
        self._found_list.setFixedHeight(height + 2 * GRID_PX)
        self._found_list.setVisible(rows > 0)
        self._about.setVisible(bool(rows or findings.hides_names))
        self._take.setVisible(rows > 0)
        notes = " ".join(as_sentence(tr_told(note)) for note in findings.notes)
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self._names.setVisible(findings.hides_names)
        self._machine.setVisible(bool(rows or notes or findings.hides_names))

    def _show_choice(self) -> None:
        count = len(self._found.chosen_rows())
        text = tr_count("Import {count} tunnel", "Import {count} tunnels", count)
        self._take.setText(text if count else tr("Import what is ticked"))
        self._take.setEnabled(count > 0)

    def _take_found(self) -> None:
        self.found_chosen.emit(tuple(row.found for row in self._found.chosen_rows()))

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, tr("Import tunnels"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [tr("Profiles, archives, pictures ({patterns})").format(patterns=PATTERNS), "* (*)"]
        )
        self._open(dialog)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Import a folder of tunnels"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._on_selected)
        dialog.open()

    def _on_selected(self, names: Sequence[str]) -> None:
        self.paths_chosen.emit(tuple(map(Path, names)))

    def _arrange(self) -> None:
        files = Card(tr("From files"))
        files.add(
            Text(
                tr(
                    "WireGuard files, folders and zip archives of them, pictures of QR codes."
                    " They can be dropped here too."
                )
            )
        )
        files.add(_row(self._files, self._folder))
        other = Card(tr("From the clipboard or the screen"))
        other.add(Text(tr("A profile's text or file, or a picture of its QR code.")))
        other.add(_row(self._paste, self._screen))
        self._machine.add(self._about)
        for widget in (self._found_list, self._notes):
            self._machine.add(widget)
        self._machine.add(_row(self._take, self._names))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID_PX)
        for card in (files, other, self._machine):
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(page)


def _button(text: str, pressed: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(True)
    button.clicked.connect(lambda _=False: pressed())
    return button


def _row(*buttons: QPushButton) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(2 * GRID_PX)
    for button in buttons:
        line.addWidget(button)
    line.addStretch(1)
    return row
