"""Something that is told or asked above a page, while there is something to say."""

from PySide6.QtCore import Signal

from wgdesk.ui.widgets.panel import Panel


class Notice(Panel):
    """Hidden at first.

    Signals:
        visibility_changed: It came or went.
        left: The keyboard was in it and is wanted elsewhere now.
    """

    visibility_changed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hide()

    def appear(self) -> None:
        self.show()
        self.visibility_changed.emit()

    def leave(self) -> None:
        """It has been read, or answered."""
        had_keys = self.isAncestorOf(self.window().focusWidget())
        self.hide()
        self.visibility_changed.emit()
        if had_keys:
            self.left.emit()
