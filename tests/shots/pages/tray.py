"""The icon in the tray in every state, size and style, and the question before the end."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.fakes import a_tunnel
from tests.support.scenes import ATTACHED_HOME, FILES, a_backend, connected_home
from wgdesk.ui.icons import tray_icon
from wgdesk.ui.leaving import Leaving
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.tray_style import TrayStyle

STATES = (
    (Mark.CONNECTED, Tone.GOOD),
    (Mark.READY, Tone.GOOD),
    (Mark.OFF, Tone.QUIET),
    (Mark.BUSY, Tone.QUIET),
    (Mark.BUSY, Tone.ATTENTION),
    (Mark.ATTENTION, Tone.ATTENTION),
    (Mark.FAILED, Tone.BAD),
)
# Each style on the panels it is for.
PANELS = (
    (TrayStyle.COLOUR, "#ffffff"),
    (TrayStyle.COLOUR, "#d4d4d4"),
    (TrayStyle.COLOUR, "#2b2b2b"),
    (TrayStyle.COLOUR, "#000000"),
    (TrayStyle.LIGHT, "#2b2b2b"),
    (TrayStyle.LIGHT, "#6f6f6f"),
    (TrayStyle.DARK, "#f0f0f0"),
    (TrayStyle.DARK, "#9f9f9f"),
)
SIZES_PX = (16, 22, 24, 32)
CELL_PX = 40
ZOOM = 2


class ContactSheet(QWidget):
    """Pixels as they are, each of them two wide: what is blurred here is blurred on a panel."""

    def __init__(self) -> None:
        super().__init__()
        columns = len(STATES) * len(SIZES_PX)
        self.setFixedSize(ZOOM * columns * CELL_PX, ZOOM * len(PANELS) * CELL_PX)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        painter.scale(ZOOM, ZOOM)
        for line, (style, panel) in enumerate(PANELS):
            painter.fillRect(QRect(0, line * CELL_PX, self.width(), CELL_PX), QColor(panel))
            for column, (size_px, state) in enumerate(
                (size_px, state) for size_px in SIZES_PX for state in STATES
            ):
                icon = tray_icon(Face(*state, word=""), style)
                image = icon.pixmap(size_px, size_px).toImage()
                image.setDevicePixelRatio(1)
                margin = (CELL_PX - size_px) // 2
                painter.drawImage(column * CELL_PX + margin, line * CELL_PX + margin, image)


def ask_to_leave(made: Desktop) -> QWidget:
    window = QWidget()
    leaving = Leaving(made.switchboard, lambda: None)
    leaving.ask()
    question = leaving._question
    question.setParent(None, Qt.WindowType.Dialog)
    question.kept = window
    return question


SCENES = (
    Scene("tray-icons", lambda _: ContactSheet()),
    Scene(
        "quit",
        ask_to_leave,
        FILES,
        lambda: a_backend(connected_home(), a_tunnel("attached_home", ATTACHED_HOME)),
        everywhere=True,
    ),
)
