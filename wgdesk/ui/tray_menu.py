"""The menu of the icon in the tray: the state first, a tick for each tunnel, open, quit."""

from collections.abc import Callable, Sequence
from functools import partial
from operator import is_
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from wgdesk.domain.names import printable
from wgdesk.ui.faces import face
from wgdesk.ui.icons import mark_icon
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Mark
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import HelperState, Picture, TunnelRow
from wgdesk.ui.summary import addresses_text, lively_rows, status_text, staying_rows, worst_face

MOST_IN_MENU: Final = 10  # with more profiles the menu begins with a few and has a submenu
MOST_ON_TOP: Final = 5
MOST_IN_SUBMENU: Final = 100  # beyond that the window's search is the way, and a bus can be full
MOST_WORD_CHARACTERS: Final = 40

Chosen = Callable[[str], None]


class TrayMenu(QObject):
    """Each change of it goes over the bus to the panel, so only what differs is touched.

    Signals:
        chosen: Somebody clicked on a tunnel (its name).
    """

    open_asked = Signal()
    import_asked = Signal()
    quit_asked = Signal()
    chosen = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.menu = QMenu()
        self._is_on_bus = True
        self._status, self._addresses = self._line(), self._line()
        self._status_mark: object = None
        self.menu.addSeparator()
        self._all_menu = QMenu(tr("All tunnels"))
        self._all = self.menu.addMenu(self._all_menu)
        self._rest = self._all_menu.addAction(tr("More in the window…"), self.open_asked.emit)
        self._top_section = Section(self.menu, self._all, self.chosen.emit)
        self._all_section = Section(self._all_menu, self._rest, self.chosen.emit)
        self._end = self.menu.addSeparator()
        self.menu.addAction(tr("Open wgdesk"), self.open_asked.emit)
        self.menu.addAction(tr("Import tunnels…"), self.import_asked.emit)
        self._quit = self.menu.addAction("", self.quit_asked.emit)

    def set_on_bus(self, is_on_bus: bool) -> None:  # noqa: FBT001  # a property's setter in all but name
        """Whether a panel draws it, after it has come over D-Bus; else Qt does."""
        self._is_on_bus = is_on_bus

    def show_picture(self, picture: Picture, recent: Sequence[str]) -> None:
        self._show_lines(picture)
        rows = {row.name: row for row in picture.rows}
        is_asking = picture.helper is HelperState.ASKING
        is_long = len(rows) > MOST_IN_MENU
        top = names_on_top(picture, recent) if is_long else tuple(rows)
        listed = tuple(rows)[:MOST_IN_SUBMENU] if is_long else ()
        for section, names in ((self._top_section, top), (self._all_section, listed)):
            section.show_names(names)
            for name in names:
                if section.is_news(name, (rows[name], is_asking, self._is_on_bus)):
                    self._show_entry(section.entries[name], rows[name], is_asking=is_asking)
        set_visible(self._all, is_long)
        set_visible(self._rest, len(rows) > len(listed))
        set_visible(self._end, bool(rows))
        set_text(self._quit, tr("Quit…") if staying_rows(picture) else tr("Quit"))

    def _line(self) -> QAction:
        action = self.menu.addAction("")
        action.setEnabled(False)
        return action

    def _show_lines(self, picture: Picture) -> None:
        state, addresses = worst_face(picture), addresses_text(picture)
        set_text(self._status, self._literal(status_text(picture)))
        look = (state.mark, state.tone, self.menu.palette().cacheKey())
        if look != self._status_mark:
            self._status_mark = look
            self._status.setIcon(mark_icon(state, self.menu.palette()))
        set_visible(self._addresses, bool(addresses))
        set_text(self._addresses, self._literal(addresses))

    def _show_entry(self, entry: QAction, row: TunnelRow, *, is_asking: bool) -> None:
        state = face(row)
        # Connected and off are what the tick says; anything else needs its word.
        is_plain = state.mark in {Mark.OFF, Mark.CONNECTED} or (is_asking and row.health is None)
        name, word = shown_name(row), printable(state.word, MOST_WORD_CHARACTERS)
        set_text(entry, self._literal(name if is_plain else f"{name} ({word})"))
        if entry.isChecked() != row.is_up:
            entry.setChecked(row.is_up)
        can_be_chosen = row.is_up or (not row.is_changing and row.profile_error is None)
        if entry.isEnabled() != can_be_chosen:
            entry.setEnabled(can_be_chosen)

    def _literal(self, text: str) -> str:
        return literal(text, is_on_bus=self._is_on_bus)


class Section:
    """Checkable entries of one menu, in front of one of its actions."""

    def __init__(self, menu: QMenu, before: QAction, chosen: Chosen) -> None:
        self._menu, self._before, self._chosen = menu, before, chosen
        self.entries: dict[str, QAction] = {}
        self._shown: dict[str, tuple[object, ...]] = {}

    def is_news(self, name: str, parts: tuple[object, ...]) -> bool:
        """Whether an entry is out of date that was last drawn from other objects than these."""
        known = self._shown.get(name, ())
        if len(known) == len(parts) and all(map(is_, known, parts)):
            return False
        self._shown[name] = parts
        return True

    def show_names(self, names: tuple[str, ...]) -> None:
        """Those that stay keep their actions; all names come in one and the same order always."""
        if tuple(self.entries) == names:
            return
        for name in self.entries.keys() - set(names):
            gone = self.entries.pop(name)
            self._shown.pop(name, None)
            self._menu.removeAction(gone)
            gone.deleteLater()
        before = self._before
        for name in reversed(names):
            if name not in self.entries:
                self.entries[name] = self._make(name)
                self._menu.insertAction(before, self.entries[name])
            before = self.entries[name]
        self.entries = {name: self.entries[name] for name in names}

    def _make(self, name: str) -> QAction:
        entry = QAction(name, self._menu)
        entry.setCheckable(True)
        entry.triggered.connect(partial(self._on_triggered, name))
        return entry

    def _on_triggered(self, name: str, _: bool = False) -> None:  # noqa: FBT001, FBT002  # Qt's signal
        self._shown.pop(name, None)  # Qt has flipped its tick
        self._chosen(name)


def names_on_top(picture: Picture, recent: Sequence[str]) -> tuple[str, ...]:
    """Those that do something, then those used last; in the order of the list, which stays."""
    known = [row.name for row in picture.rows]
    wanted = dict.fromkeys((*(row.name for row in lively_rows(picture)), *recent))
    there = set(known)
    first = set([name for name in wanted if name in there][:MOST_ON_TOP])
    return tuple(name for name in known if name in first)


def set_text(action: QAction, text: str) -> None:
    if action.text() != text:
        action.setText(text)


def set_visible(action: QAction, is_visible: bool) -> None:  # noqa: FBT001  # as Qt has it
    if action.isVisible() != is_visible:
        action.setVisible(is_visible)


def literal(text: str, *, is_on_bus: bool) -> str:
    """Keep a menu from taking signs of a name for its own marks.

    Qt takes & for one. A menu that a panel draws comes over D-Bus, where _ is one, and
    Qt does not double it (seen with Qt 6.8 and 6.11).
    """
    text = text.replace("&", "&&")
    return text.replace("_", "__") if is_on_bus else text
