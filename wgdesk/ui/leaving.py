"""The end of the program, and the one question before it: what becomes of tunnels that are up?"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState, TunnelRow
from wgdesk.ui.summary import staying_rows, stays_text
from wgdesk.ui.switchboard import Switchboard


class Leaving(QObject):
    """Asks, and does what was answered.

    Signals:
        left: There is nothing more to wait for.
        stayed: Somebody thought better of it, or a tunnel could not be taken down.
    """

    left = Signal()
    stayed = Signal()

    def __init__(self, switchboard: Switchboard, find_window: Callable[[], QWidget | None]) -> None:
        """`find_window` gives what the question is asked over, if that is to be seen."""
        super().__init__()
        self._switchboard, self._find_window = switchboard, find_window
        self._question: QMessageBox | None = None
        self._awaited: frozenset[str] = frozenset()
        switchboard.picture_changed.connect(self._on_picture_changed)

    def ask(self) -> None:
        """Leave at once where nothing is up; asked twice, the question comes to the front."""
        if self._question is not None:
            self._question.raise_()
            self._question.activateWindow()
        elif staying_rows(self._switchboard.picture):
            self._question = self._make_question()
            self._question.open()
        else:
            self.left.emit()

    def _make_question(self) -> QMessageBox:
        box = QMessageBox(self._find_window())
        box.setWindowIcon(app_icon())
        box.setWindowTitle(tr("Quit wgdesk"))
        box.setText(self._text())
        box.setInformativeText(
            tr("Tunnels work without this window. Open wgdesk again to see them.")
        )
        quit_button = box.addButton(tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
        disconnect = tr("Disconnect and quit")
        disconnect_button = box.addButton(disconnect, QMessageBox.ButtonRole.DestructiveRole)
        cancel_button = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(quit_button)
        box.setEscapeButton(cancel_button)
        quit_button.clicked.connect(self.left)
        disconnect_button.clicked.connect(self._disconnect_all)
        box.rejected.connect(self.stayed)  # by its frame too, which presses no button
        box.finished.connect(self._on_question_finished)
        return box

    def _text(self) -> str:
        rows = staying_rows(self._switchboard.picture)
        return stays_text(rows) if rows else tr("No tunnel is up any more.")

    def _on_question_finished(self) -> None:
        if self._question is not None:
            self._question.deleteLater()
            self._question = None

    def _disconnect_all(self) -> None:
        names = frozenset(row.name for row in staying_rows(self._switchboard.picture))
        self._switchboard.disconnect_all()  # forgets what went wrong before
        self._awaited = names
        self._on_picture_changed()

    def _on_picture_changed(self) -> None:
        if self._question is not None:
            self._question.setText(self._text())
        if not self._awaited:
            return
        picture = self._switchboard.picture
        rows = [row for row in picture.rows if row.name in self._awaited]
        if picture.helper is HelperState.HERE and not any(map(_is_there, rows)):
            self._awaited = frozenset()
            self.left.emit()
        elif any(row.failure is not None for row in rows):
            self._awaited = frozenset()
            self.stayed.emit()
        else:
            self._disconnect_late(rows)

    def _disconnect_late(self, rows: Iterable[TunnelRow]) -> None:
        """One that was just coming up takes the order only now; the next picture has the others."""
        row = next((row for row in rows if row.is_up and not row.is_changing), None)
        if row is not None:
            self._switchboard.disconnect_tunnel(row.name)


def _is_there(row: TunnelRow) -> bool:
    return row.is_up or row.is_changing
