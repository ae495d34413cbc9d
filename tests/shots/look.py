"""How a desktop may look: its colours, its direction, its scale, its language."""

import os
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory


@dataclass(frozen=True, slots=True)
class Look:
    """A desktop's looks; each has a process of its own, for what Qt reads at its start.

    Attributes:
        name: Also what the file names of its pictures end in, but for the first one.
        environment: Set before Qt starts.
        is_common: Every scene is pictured in it.
    """

    name: str
    environment: dict[str, str] = field(default_factory=dict)
    is_dark: bool = False
    is_mirrored: bool = False
    is_common: bool = False

    @property
    def suffix(self) -> str:
        return "" if self is LOOKS[0] else f"-{self.name}"


LOOKS: Final = (
    Look("light", is_common=True),
    Look("dark", is_dark=True, is_common=True),
    Look("rtl", is_mirrored=True),
    Look("200", {"QT_SCALE_FACTOR": "2"}),
    Look("de", {"LANGUAGE": "de"}),
)


def start_application(look: Look) -> QApplication:
    """The offscreen platform has no desktop to ask for any of this."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["wgdesk"])
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(dark=look.is_dark))
    if look.is_mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    return app


def palette(*, dark: bool) -> QPalette:
    result = QPalette(QColor("#1b1e22")) if dark else QPalette(QColor("#f3f4f6"))
    base = QColor("#212529") if dark else QColor("#ffffff")
    result.setColor(QPalette.ColorRole.Base, base)
    result.setColor(QPalette.ColorRole.Highlight, QColor("#3f7fd0"))
    return result
