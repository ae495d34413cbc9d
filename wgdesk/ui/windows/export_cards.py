"""The ways out of the window of exports: a file, a QR code, the clipboard."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QRadioButton, QWidget

from wgdesk.client.exporting import ZIP_SUFFIX
from wgdesk.client.qr_code import QrCode
from wgdesk.domain.names import PROFILE_SUFFIX
from wgdesk.ui.language import tr
from wgdesk.ui.secret_clipboard import STAY_S
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.qr_view import QrView
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text


class FileCard(Card):
    """Signals: `save_asked` has the ending of the file that is wanted."""

    save_asked = Signal(str)

    def __init__(self, count: int) -> None:
        super().__init__(tr("As a file"))
        self._endings: list[tuple[QRadioButton, str]] = []
        if count == 1:
            self._offer(tr("WireGuard profile (.conf)"), PROFILE_SUFFIX)
            self._offer(tr("Archive (.zip)"), ZIP_SUFFIX)
            self._endings[0][0].setChecked(True)
        else:
            self.add(Text(tr("All of them go into one archive (.zip).")))
        self.button = QPushButton(tr("Save…"))
        self.button.clicked.connect(lambda: self.save_asked.emit(self.ending))
        self._done = Text(selectable=True)
        self._done.hide()
        self.add(_line(self.button))
        self.add(self._done)

    @property
    def ending(self) -> str:
        return next((it for box, it in self._endings if box.isChecked()), ZIP_SUFFIX)

    @property
    def first(self) -> QWidget:
        """What the keyboard comes to first."""
        return self._endings[0][0] if self._endings else self.button

    def show_done(self, text: str) -> None:
        """Where it is now; "" while it is nowhere."""
        self._done.setText(text)
        self._done.setVisible(bool(text))

    def _offer(self, text: str, ending: str) -> None:
        box = QRadioButton(text)
        Outline(box)
        self._endings.append((box, ending))
        self.add(box)


class QrCard(Card):
    """Shows nothing until it is asked to. Signals: `show_asked`, and `hide_asked` again."""

    show_asked = Signal()
    hide_asked = Signal()

    def __init__(self) -> None:
        super().__init__(tr("As a QR code"))
        self.view = QrView()
        self.view.setAccessibleName(tr("QR code of the tunnel"))
        self.view.hide()
        self._about = QuietText(
            tr("For the WireGuard app of a phone. It goes when this window is no longer in front.")
        )
        self.button = QPushButton(tr("Show"))
        self.button.setAccessibleName(tr("Show the QR code"))
        self.button.clicked.connect(self._on_clicked)
        self.add(self._about)
        self.add(self.view)
        self.add(_line(self.button))

    @property
    def is_shown(self) -> bool:
        return self.view.code is not None

    def show_code(self, code: QrCode | None) -> None:
        self.view.show_code(code)
        self.view.setVisible(code is not None)
        self.button.setText(tr("Show") if code is None else tr("Hide"))
        self.button.setAccessibleName(
            tr("Show the QR code") if code is None else tr("Hide the QR code")
        )

    def _on_clicked(self) -> None:
        (self.hide_asked if self.is_shown else self.show_asked).emit()


class CopyCard(Card):
    """Signals: `copy_asked`."""

    copy_asked = Signal()

    def __init__(self) -> None:
        super().__init__(tr("As text"))
        about = tr("It stays in the clipboard for {count} seconds at most.").format(count=STAY_S)
        self.button = QPushButton(tr("Copy"))
        self.button.setAccessibleName(tr("Copy the text of the tunnel"))
        self.button.clicked.connect(self.copy_asked)
        self._state = QuietText()
        self._state.hide()
        self.add(QuietText(about))
        self.add(_line(self.button, self._state))

    def show_copied(self) -> None:
        self._state.setText(tr("It is in the clipboard."))
        self._state.show()

    def show_gone(self) -> None:
        """Whoever has taken it out, or put something else there."""
        self._state.setText(tr("It is gone from the clipboard."))


def _line(*widgets: QWidget) -> QWidget:
    """From where lines begin, each as wide as its words."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * GRID_PX)
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    return line
