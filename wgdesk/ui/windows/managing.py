"""Lets a person manage profiles in the main window: its actions, its list, what is dropped on it."""

from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton

from wgdesk.domain.import_report import ImportLine, Outcome
from wgdesk.ui.import_words import WRITTEN, bar_words, line_name
from wgdesk.ui.incoming import read_incoming
from wgdesk.ui.keeper import Keeper
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import HelperState, TunnelRow
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.action_button import ActionButton
from wgdesk.ui.widgets.drop_veil import DropVeil
from wgdesk.ui.widgets.question_bar import Reply
from wgdesk.ui.widgets.tags_bar import TagsBar
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.windows.booting import Booting
from wgdesk.ui.windows.main import MainWindow
from wgdesk.ui.windows.openers import Openers, come_up
from wgdesk.ui.windows.profile_actions import ProfileActions

Names = tuple[str, ...]


class Managing(QObject):
    """Belongs to the window."""

    def __init__(
        self, window: MainWindow, switchboard: Switchboard, keeper: Keeper, openers: Openers
    ) -> None:
        super().__init__(window)
        self._window, self._switchboard = window, switchboard
        self._keeper, self._openers = keeper, openers
        self._page, self._list = window.tunnels, window.tunnels.list
        self.actions = ProfileActions(window, self._page, self._list)
        self._tags = TagsBar()
        self._is_waiting = self._offers_undo = self._has_looked = False
        self._going_down: dict[str, Names] = {}
        self.booting = Booting(window, switchboard, self.actions.boot)
        self._fill()
        self._connect()
        self._show_chosen()

    def _fill(self) -> None:
        actions = self.actions
        self._window.offer_profiles(actions)
        self._window.add_notice(self._tags)
        self._page.empty.offer_import(actions.new)
        self._page.several.offer(actions.delete)
        self._page.several.offer(actions.export)
        more = QPushButton(tr("More"))
        more.setMenu(self._menu_of_chosen())
        self._page.page.offer(ActionButton(actions.edit), more)
        add = QPushButton(tr("Add tunnel"))
        for button in (more, add):
            button.setMinimumHeight(8 * GRID_PX)
        add.setMenu(self._menu_of_adding())
        self._page.add_below(add)

    def _connect(self) -> None:
        actions, keeper, openers = self.actions, self._keeper, self._openers
        actions.add.triggered.connect(openers.import_from_anywhere)
        actions.paste.triggered.connect(self._paste)
        actions.new.triggered.connect(openers.new)
        actions.edit.triggered.connect(self._edit)
        actions.rename.triggered.connect(self._list.start_rename)
        actions.tags.triggered.connect(self._ask_for_tags)
        actions.export.triggered.connect(lambda: openers.export(self._names()))
        actions.delete.triggered.connect(self._delete)
        actions.select_all.triggered.connect(self._list.selectAll)
        actions.undo.triggered.connect(keeper.undo)
        self._page.row_changed.connect(self._show_chosen)
        self._switchboard.picture_changed.connect(self._on_picture_changed)
        self._list.menu_asked.connect(self._open_menu)
        self._list.rename_asked.connect(keeper.rename)
        self._page.empty.import_asked.connect(openers.import_from_anywhere)
        DropVeil(self._window).dropped.connect(openers.take)
        keeper.done.connect(self._on_done)
        keeper.failed.connect(lambda words: self._tell(words, is_bad=True))
        keeper.steps_changed.connect(self._show_step)
        keeper.undone.connect(self._on_undone)
        keeper.renamed.connect(openers.follow)
        keeper.gone.connect(openers.leave)
        keeper.names_changed.connect(self._on_names_changed)
        openers.waiting.connect(self._on_waiting)
        openers.told.connect(self._on_told)
        openers.refused.connect(lambda words: self._tell(words, is_bad=True))
        openers.chosen_in_window.connect(self._end_waiting)
        openers.imported.connect(self._on_imported)
        openers.commands_asked.connect(self._show_commands)

    def _menu_of_chosen(self) -> QMenu:
        menu = QMenu(self._window)
        menu.addActions(list(self.actions.for_chosen())[1:])  # Edit has a button beside it
        return menu

    def _menu_of_adding(self) -> QMenu:
        menu = QMenu(self._window)
        menu.addActions(list(self.actions.at_large()))
        return menu

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self._window)
        menu.addAction(self._window.toggle_action)
        menu.addSeparator()
        menu.addActions(list(self.actions.for_chosen()))
        menu.addSeparator()
        menu.addActions(list(self.actions.beside()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    # What is chosen.

    def _names(self) -> Names:
        return self._page.chosen_names()

    def _rows(self) -> list[TunnelRow]:
        names = self._names()
        if len(names) == 1:
            row = self._switchboard.picture.find_row(names[0])
            return [row] if row is not None else []
        wanted = set(names)
        return [row for row in self._switchboard.picture.rows if row.name in wanted]

    def _show_chosen(self) -> None:
        self.actions.show_rows(self._rows())
        self.actions.select_all.setEnabled(bool(self._switchboard.picture.rows))

    def _on_picture_changed(self) -> None:
        self._show_chosen()
        self._delete_what_is_down()
        self._look_on_machine()

    def _edit(self) -> None:
        for row in self._rows():
            self._openers.edit(row.name)

    def _show_commands(self, name: str) -> None:
        come_up(self._window)
        self._window.show_tunnel(name)
        self._page.page.review_commands()

    # What comes in.

    def _paste(self) -> None:
        self._openers.take(read_incoming(QGuiApplication.clipboard().mimeData()))

    def _on_waiting(self, words: Words) -> None:
        self._is_waiting = True
        self._window.question.wait(words)

    def _end_waiting(self) -> None:
        """There is a window in front of it now."""
        if self._is_waiting:
            self._is_waiting = False
            self._window.question.leave()

    def _on_told(self, line: ImportLine) -> None:
        words, replies = bar_words(line), []
        if line.outcome in WRITTEN:
            self._keeper.note_imported((line.name,), line_name(line))
            replies = [Reply(tr("Undo"), self._keeper.undo)]
        if line.outcome is not Outcome.FAILED and line.name:
            replies.append(Reply(tr("Edit…"), partial(self._openers.edit, line.name)))
        self._tell(words, *replies, is_bad=line.outcome is Outcome.FAILED)

    def _on_imported(self, names: Names) -> None:
        what = tr_count("{count} tunnel", "{count} tunnels", len(names))
        self._keeper.note_imported(names, what)

    def _look_on_machine(self) -> None:
        """Who has no profile yet may have some elsewhere."""
        picture = self._switchboard.picture
        is_here = picture.has_looked and picture.helper is not HelperState.ASKING
        if self._has_looked or picture.rows or not is_here:
            return
        from wgdesk.ui.machine_questions import ask_machine  # noqa: PLC0415  # most have a profile

        self._has_looked = True
        ask_machine(
            self._switchboard, lambda sources: sources.find(), self._page.empty.show_findings
        )

    # What is changed.

    def _ask_for_tags(self) -> None:
        rows = self._rows()
        if not rows:
            return
        common = [tag for tag in rows[0].tags if all(tag in row.tags for row in rows)]
        title = tr("Tags of {name}").format(name=shown_name(rows[0]))
        if len(rows) > 1:
            title = tr_count("Tags of {count} tunnel", "Tags of {count} tunnels", len(rows))

        def saved(tags: Names) -> None:
            """What they do not have in common stays."""
            self._keeper.set_tags(
                {
                    row.name: tuple(
                        dict.fromkeys((*tags, *(it for it in row.tags if it not in common)))
                    )
                    for row in rows
                }
            )

        self._tags.ask(title, common, saved)

    def _delete(self) -> None:
        rows = self._rows()
        names = tuple(row.name for row in rows)
        up = [row for row in rows if row.is_up]
        if not up:
            self._keeper.delete(names)
            return
        if len(up) == 1:
            title = tr("{name} is up").format(name=shown_name(up[0]))
            body = tr("Without its profile it would stay up until it is disconnected.")
        else:
            title = tr_count("{count} tunnel is up", "{count} tunnels are up", len(up))
            body = tr("Without their profiles they would stay up until they are disconnected.")
        self._window.question.ask(
            Words(title, body),
            Reply(tr("Disconnect and delete"), partial(self._delete_when_down, names, up)),
            Reply(tr("Delete only"), partial(self._keeper.delete, names)),
        )

    def _delete_when_down(self, names: Names, up: list[TunnelRow]) -> None:
        for row in up:
            self._going_down[row.name] = names
            self._switchboard.disconnect_tunnel(row.name)

    def _delete_what_is_down(self) -> None:
        """One that cannot be disconnected is not deleted, and the page says why."""
        if not self._going_down:
            return
        picture = self._switchboard.picture
        names = next(iter(self._going_down.values()))
        rows = [picture.find_row(name) for name in self._going_down]
        if any(row is not None and row.failure is not None for row in rows):
            self._going_down = {}
        elif not any(row is not None and (row.is_up or row.is_changing) for row in rows):
            self._going_down = {}
            self._keeper.delete(names)

    def _on_done(self, words: Words) -> None:
        self._tell(words, Reply(tr("Undo"), self._keeper.undo))

    def _on_undone(self) -> None:
        if self._offers_undo:
            self._window.question.leave()  # what it says is not so any more

    def _on_names_changed(self, names: Names) -> None:
        if names:
            self._page.expect(names[0])

    def _show_step(self) -> None:
        step = self._keeper.last_step
        self.actions.show_step(step.text if step is not None else "")

    def _tell(self, words: Words, *replies: Reply, is_bad: bool = False) -> None:
        self._is_waiting, self._offers_undo = False, bool(replies)
        self._window.question.tell(words, *replies, is_bad=is_bad)
