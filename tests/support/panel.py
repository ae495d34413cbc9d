"""A panel that comes and goes as a test says."""

from PySide6.QtCore import QObject, Signal

from wgdesk.ui.tray_host import Way


class FakePanel(QObject):
    """Stands in for TrayHost."""

    changed = Signal()

    def __init__(self, way: Way = Way.BUS) -> None:
        super().__init__()
        self.way = way

    @property
    def is_there(self) -> bool:
        return self.way is not Way.NONE

    def become(self, way: Way) -> None:
        self.way = way
        self.changed.emit()
