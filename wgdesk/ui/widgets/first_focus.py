"""Which control of a page has the keyboard when the page is opened."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class FirstFocus(QObject):
    """Hands the focus that a page is given to one of the controls in it.

    Not as Qt's focus proxy: Tab takes a page with one for a single control and passes by the rest.
    """

    def __init__(self, page: QWidget, first: QWidget) -> None:
        super().__init__(page)
        self._first = first
        page.installEventFilter(self)

    def hand_to(self, first: QWidget) -> None:
        """Another control from now on."""
        self._first = first

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if event.type() is QEvent.Type.FocusIn:
            self._first.setFocus()
        return super().eventFilter(watched, event)
