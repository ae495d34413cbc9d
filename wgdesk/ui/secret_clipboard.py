"""A secret in the clipboard: not for histories, not for the middle button, and not for long."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from shiboken6 import isValid

STAY_S: Final = 45
# What KDE's and other clipboard managers look for, and KeePassXC and others set.
HINT: Final = "x-kde-passwordManagerHint"
SECRET: Final = b"secret"


def secret_clipboard() -> "SecretClipboard":
    """The one of this program, which outlives every window that puts something into it."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("there is no clipboard without an application")
    return app.findChild(SecretClipboard) or SecretClipboard(app)


class SecretClipboard(QObject):
    """Holds one secret at a time. Only a person's press of a button may call `copy`.

    Signals:
        cleared: It is not there any more, whoever took it out.
    """

    cleared = Signal()

    def __init__(self, app: QCoreApplication, stay_ms: int = 1000 * STAY_S) -> None:
        super().__init__(app)
        self._data: QMimeData | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(stay_ms)
        self._timer.timeout.connect(self.clear)
        QGuiApplication.clipboard().dataChanged.connect(self._on_changed)
        app.aboutToQuit.connect(self.clear)

    @property
    def is_there(self) -> bool:
        return self._data is not None

    def copy(self, text: str) -> None:
        self._forget()
        data = QMimeData()
        data.setText(text)
        data.setData(HINT, SECRET)
        self._data = data
        QGuiApplication.clipboard().setMimeData(data, QClipboard.Mode.Clipboard)
        self._timer.start()

    def clear(self) -> None:
        """Take it out, if nothing else has taken its place."""
        if self._is_ours():
            QGuiApplication.clipboard().clear(QClipboard.Mode.Clipboard)
        self._forget()

    def _is_ours(self) -> bool:
        """What another program has put there is not even looked at: it may answer slowly."""
        if self._data is None or not isValid(self._data):
            return False
        return QGuiApplication.clipboard().mimeData(QClipboard.Mode.Clipboard) is self._data

    def _on_changed(self) -> None:
        if self._data is not None and not self._is_ours():
            self._forget()

    def _forget(self) -> None:
        self._timer.stop()
        if self._data is not None:
            self._data = None
            self.cleared.emit()
