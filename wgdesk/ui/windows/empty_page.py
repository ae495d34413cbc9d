"""Right side while there is no profile: the ways to get one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from wgdesk.domain.found_profile import Findings, SourceKind
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.widgets.action_button import ActionButton
from wgdesk.ui.widgets.big_button import BigButton
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text

ICON_PX = 64


class EmptyPage(QWidget):
    """Says where profiles go, and has a button for each way to bring one there.

    Signals:
        folder_asked: The folder of profiles is to be opened.
        import_asked: Profiles are to be imported, from wherever they are.
    """

    folder_asked = Signal()
    import_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        icon = QLabel()
        icon.setPixmap(app_icon().pixmap(ICON_PX, ICON_PX))
        title = Text(tr("No tunnels yet"), scale=TITLE_SCALE, bold=True)
        self._where, self._found = QuietText(scale=1.0, selectable=True), Text()
        self._import = BigButton(tr("Import tunnels…"))
        self._import.setAutoDefault(True)
        self._import.clicked.connect(self.import_asked)
        self._import.hide()
        self._button = QPushButton(tr("Open the folder"))
        self._button.setAutoDefault(True)
        self._button.clicked.connect(self.folder_asked)
        self._first = FirstFocus(self, self._button)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(3 * GRID_PX)
        self._column.addStretch(2)
        for label in (icon, title, self._found, self._where):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(label)
        self._found.hide()
        self._column.addSpacing(GRID_PX)
        for button in (self._import, self._button):
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        self._column.addStretch(3)

    def offer_import(self, new: QAction) -> None:
        """There is a way to import profiles, and perhaps to make new ones."""
        self._import.show()
        self._first.hand_to(self._import)
        place = self._column.indexOf(self._button)
        self._column.insertWidget(place, ActionButton(new), 0, Qt.AlignmentFlag.AlignCenter)

    def show_findings(self, findings: Findings) -> None:
        """What other programs of this machine keep."""
        text = found_text(findings)
        self._found.setText(text)
        self._found.setVisible(bool(text))

    def show_folder(self, folder: str) -> None:
        self._where.setText(
            tr(
                "Files can also be dropped or pasted here. Whatever lies in {folder} appears at once."
            ).format(folder=folder)
        )


def found_text(findings: Findings) -> str:
    """`Found on this machine: 2 in /etc/wireguard, 1 in NetworkManager.`; "" for nothing."""
    kinds = [found.kind for found in findings.profiles]
    files, connections = kinds.count(SourceKind.SYSTEM), kinds.count(SourceKind.NETWORKMANAGER)
    parts = (
        (files, tr_count("{count} in /etc/wireguard", "{count} in /etc/wireguard", files)),
        (
            connections,
            tr_count("{count} in NetworkManager", "{count} in NetworkManager", connections),
        ),
    )
    told = ", ".join(text for count, text in parts if count)
    return tr("Found on this machine: {what}.").format(what=told) if told else ""
