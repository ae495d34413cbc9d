"""Tunnels leave for another device. Keys go with them, and nothing shows them unasked."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from wgdesk.client.exporting import ZIP_NAME, ZIP_SUFFIX, export_conf, export_zip, is_exposed
from wgdesk.client.library import Library
from wgdesk.client.qr_code import QrCode, qr_code
from wgdesk.client.whole_profile import complete
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Tone
from wgdesk.ui.secret_clipboard import secret_clipboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, Text
from wgdesk.ui.windows.export_cards import CopyCard, FileCard, QrCard
from wgdesk.ui.wording import path_text

START_SIZE: Final = QSize(560, 600)

T = TypeVar("T")


class ExportWindow(QWidget):
    """What is in it has no key before a button is pressed.

    Args:
        names: Of the tunnels; several go into one archive.
    """

    def __init__(self, bridge: Bridge, library: Library, names: tuple[str, ...]) -> None:
        super().__init__()
        self._bridge, self._library, self._names = bridge, library, names
        self._clipboard = secret_clipboard()
        self._title = Text(scale=TITLE_SCALE, bold=True)
        self._area = QScrollArea()
        self._warning, self._trouble = MessageBar(), MessageBar()
        self.file, self.qr, self.text = FileCard(len(names)), QrCard(), CopyCard()
        self.setWindowIcon(app_icon())
        self.setWindowTitle(tr("Export tunnels – wgdesk"))  # noqa: RUF001  # as titles have it
        self.resize(START_SIZE)
        self._arrange()
        self._connect()
        self._show_titles(names)
        self._do(partial(_titles, library, names), self._show_titles)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.qr.show_code(None)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        self.qr.show_code(None)
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        self.qr.show_code(None)
        super().closeEvent(event)

    # A file.

    def _ask_where(self, ending: str) -> None:
        name = f"{self._names[0]}{ending}" if len(self._names) == 1 else ZIP_NAME
        kinds = {
            PROFILE_SUFFIX: tr("WireGuard profile (*.conf)"),
            ZIP_SUFFIX: tr("Archive (*.zip)"),
        }
        wanted = str(Path.home() / name)
        dialog = QFileDialog(self, tr("Export tunnels"), wanted, kinds[ending])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Nothing is ever overwritten, so it need not be asked about.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix(ending.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path), ending))
        dialog.open()

    def save(self, path: Path, ending: str) -> None:
        """Write them into a file that is not there yet."""
        self.file.show_done("")
        self._do(partial(_write, self._library, self._names, path, ending), self._on_saved)

    def _on_saved(self, path: Path) -> None:
        self.file.show_done(tr("Saved as {path}.").format(path=path_text(path)))
        if is_exposed(path):
            words = Words(
                tr("Others on this machine can read that file"),
                tr("The place that it was saved to knows no owners, or lets everybody in."),
            )
            self._trouble.show_words(words, Tone.ATTENTION, dismissible=True)

    # A QR code.

    def _show_qr(self) -> None:
        self._do(partial(_code, self._library, self._names[0]), self._on_code)

    def _on_code(self, code: QrCode) -> None:
        if self.isActiveWindow():  # else somebody has turned away while the keyring was asked
            self.qr.show_code(code)
            QTimer.singleShot(0, self, self._scroll_to_code)  # once it has its place

    def _scroll_to_code(self) -> None:
        self._area.ensureWidgetVisible(self.qr.view)
        self._area.ensureWidgetVisible(self.qr.button)

    # The clipboard.

    def _copy(self) -> None:
        self._do(partial(_whole, self._library, self._names[0]), self._on_text)

    def _on_text(self, content: bytes) -> None:
        if not self.isVisible():
            return  # the keyring took its time, and nobody wants it any more
        self._clipboard.copy(content.decode("utf-8", "replace"))
        self.text.show_copied()

    # The frame.

    def _do(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """On a thread: files may be slow, and the keyring may ask for its password."""
        self._trouble.show_words(None, Tone.BAD)
        self._bridge.submit(asyncio.to_thread(work), done, self._on_failed)

    def _on_failed(self, error: WgdeskError) -> None:
        words = error_words(tr("That did not work"), error)
        self._trouble.show_words(words, Tone.BAD, dismissible=True)

    def _show_titles(self, titles: Sequence[str]) -> None:
        count = len(titles)
        one = tr("Export {name}").format(name=printable(titles[0], 100)) if titles else ""
        many = tr_count("Export {count} tunnel", "Export {count} tunnels", count)
        self._title.setText(one if count == 1 else many)

    def _connect(self) -> None:
        self.file.save_asked.connect(self._ask_where)
        self.qr.show_asked.connect(self._show_qr)
        self.qr.hide_asked.connect(lambda: self.qr.show_code(None))
        self.text.copy_asked.connect(self._copy)
        self._clipboard.cleared.connect(self.text.show_gone)
        self._trouble.dismissed.connect(lambda: self._trouble.show_words(None, Tone.BAD))
        for keys in (QKeySequence.StandardKey.Cancel, QKeySequence.StandardKey.Close):
            QShortcut(QKeySequence(keys), self, self.close)

    def _arrange(self) -> None:
        words = Words(
            tr_count(
                "Whoever gets this can use the tunnel",
                "Whoever gets this can use the tunnels",
                len(self._names),
            ),
            tr("The private key goes with it. Delete what is no longer needed."),
        )
        self._warning.show_words(words, Tone.ATTENTION)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(4 * GRID_PX, 4 * GRID_PX, 4 * GRID_PX, 4 * GRID_PX)
        column.setSpacing(3 * GRID_PX)
        is_one = len(self._names) == 1
        for widget in (self._title, self._warning, self._trouble, self.file, self.qr, self.text):
            column.addWidget(widget)
        self.qr.setVisible(is_one)
        self.text.setVisible(is_one)
        column.addStretch(1)
        area = self._area
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its controls have it
        area.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        FirstFocus(self, self.file.first)


# On a thread.


def _titles(library: Library, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(library.title(library.file(name)) for name in names)


def _whole(library: Library, name: str) -> bytes:
    return complete(library.file(name).read())


def _code(library: Library, name: str) -> QrCode:
    return qr_code(_whole(library, name), printable(library.title(library.file(name)), 100))


def _write(library: Library, names: Sequence[str], path: Path, ending: str) -> Path:
    if ending == ZIP_SUFFIX:
        export_zip(path, [(name, _whole(library, name)) for name in names])
    else:
        export_conf(path, _whole(library, names[0]))
    return path
