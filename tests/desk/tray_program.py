"""A tiny program with a tray icon, a notification and a window, to try the lab on."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QSystemTrayIcon

app = QApplication(sys.argv)
app.setApplicationName("traytrial")
app.setQuitOnLastWindowClosed(False)
pixmap = QPixmap(64, 64)
pixmap.fill(Qt.GlobalColor.red)
window = QLabel("opened from the tray")
window.setWindowTitle("Tray trial window")
window.resize(320, 120)
menu = QMenu()
tray = QSystemTrayIcon(QIcon(pixmap))


def open_window():
    window.show()
    tray.showMessage("Tray trial", "A balloon, really shown")


def on_activated(reason):
    if reason is QSystemTrayIcon.ActivationReason.Trigger:
        open_window()


menu.addAction("Open it", open_window)
tray.setToolTip("tray trial tip")
tray.setContextMenu(menu)
tray.activated.connect(on_activated)
tray.show()
sys.exit(app.exec())
