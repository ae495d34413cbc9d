"""The least that a PySide6 program with a tray icon does: what ours is compared with."""

import sys

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

ICON_PX = 22


def main() -> int:
    app = QApplication(["bare"])
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(QColor("green"))
    tray = QSystemTrayIcon(QIcon(pixmap))
    tray.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
