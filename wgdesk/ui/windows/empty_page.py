"""Right side while there is no profile: where files go, and a way to get there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.big_button import BigButton
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text

ICON_PX = 64


class EmptyPage(QWidget):
    folder_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        icon = QLabel()
        icon.setPixmap(app_icon().pixmap(ICON_PX, ICON_PX))
        title = Text(tr("No tunnels yet"), scale=TITLE_SCALE, bold=True)
        self._where = QuietText(scale=1.0, selectable=True)
        self._button = BigButton(tr("Open the folder"))
        self._button.clicked.connect(self.folder_asked)
        column = QVBoxLayout(self)
        column.setSpacing(3 * GRID_PX)
        column.addStretch(2)
        for label in (icon, title, self._where):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(GRID_PX)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def show_folder(self, folder: str) -> None:
        self._where.setText(
            tr(
                "Put WireGuard files such as home.conf into {folder}; they appear here at once."
            ).format(folder=folder)
        )
