"""Whether there is a panel that shows icons, from the first moment and as it changes.

Qt decides when an icon is made whether it goes over D-Bus, and older ones at the first question
about a tray. Asked before the panel has started it decides against it for good, and on Wayland
there is no other way. So Qt is asked only when D-Bus has had its time to say.
"""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

WATCHER: Final = "org.kde.StatusNotifierWatcher"
# A panel that starts together with us at login.
PATIENCE_MS: Final = 3_000
# Nobody tells of a panel of the old kind, XEmbed, that comes or goes; one of the new kind
# mostly is of both, but not in the same moment.
OLD_KIND_MS: Final = 15_000
AFTERWARDS_MS: Final = (0, 1_000, 3_000)
OLD_KIND_PLATFORM: Final = "xcb"


class Way(StrEnum):
    """How an icon gets to the panel."""

    NONE = "none"
    BUS = "bus"
    XEMBED = "xembed"


class TrayHost(QObject):
    """Lives on the GUI thread.

    Attributes:
        way: The way there is now.
        is_settled: Whether a panel that started with us has had its time.

    Signals:
        changed: `way` is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.way, self.is_settled = Way.NONE, False
        self._is_on_bus = False  # there has been a way by the bus, and Qt keeps to it
        bus = QDBusConnection.sessionBus()
        watches = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
        self._watcher = QDBusServiceWatcher(WATCHER, bus, watches, self)
        self._watcher.serviceOwnerChanged.connect(self._on_owner_changed)
        self._timer = QTimer(self, interval=OLD_KIND_MS)
        self._timer.timeout.connect(self._look_for_old_kind)
        interface = bus.interface() if bus.isConnected() else None
        if interface is not None and interface.isServiceRegistered(WATCHER).value():
            self._is_on_bus = self.is_settled = True
            self.way = Way.BUS
        else:
            QTimer.singleShot(PATIENCE_MS, self, self._on_patience_ended)

    @property
    def is_there(self) -> bool:
        return self.way is not Way.NONE

    def _on_owner_changed(self, _name: str, _old: str, new: str) -> None:
        if self._timer.isActive():  # Qt has decided for the other way
            for pause_ms in AFTERWARDS_MS:
                QTimer.singleShot(pause_ms, self, self._look_for_old_kind)
            return
        self._is_on_bus = self._is_on_bus or bool(new)
        self._set_way(Way.BUS if new else Way.NONE)

    def _on_patience_ended(self) -> None:
        self.is_settled = True
        if not self._is_on_bus and QGuiApplication.platformName() == OLD_KIND_PLATFORM:
            self._look_for_old_kind()
            self._timer.start()

    def _look_for_old_kind(self) -> None:
        self._set_way(Way.XEMBED if QSystemTrayIcon.isSystemTrayAvailable() else Way.NONE)

    def _set_way(self, way: Way) -> None:
        if way is not self.way:
            self.way = way
            self.changed.emit()
