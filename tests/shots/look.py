"""How a desktop may look: its colours, its direction, its scale, its language."""

import os
import re
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtWidgets import QApplication, QStyleFactory

from tests.support.palettes import dark, light
from wgdesk.ui.catalogue import Catalogue
from wgdesk.ui.language import choose, speak
from wgdesk.ui.qt_language import set_language


@dataclass(frozen=True, slots=True)
class Look:
    """A desktop's looks; each has a process of its own, for what Qt reads at its start.

    Attributes:
        name: Also what the file names of its pictures end in, but for the first one.
        environment: Set before Qt starts.
        language: A language's code; one that is not spoken here is made up, for its direction.
        is_common: Every scene is pictured in it.
    """

    name: str
    environment: dict[str, str] = field(default_factory=dict)
    is_dark: bool = False
    language: str = "en"
    is_common: bool = False

    @property
    def suffix(self) -> str:
        return "" if self is LOOKS[0] else f"-{self.name}"


LOOKS: Final = (
    Look("light", is_common=True),
    Look("dark", is_dark=True, is_common=True),
    Look("rtl", language="he"),
    Look("200", {"QT_SCALE_FACTOR": "2"}),
    Look("de", language="de"),
)


def start_application(look: Look) -> QApplication:
    """The offscreen platform has no desktop to ask for any of this."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["XDG_STATE_HOME"] = "/dev/null"  # a window of the usual size
    app = QApplication(["wgdesk"])
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(dark() if look.is_dark else light())
    if choose(look.language) != look.language:
        speak(MadeUp())
    set_language(app, look.language)
    return app


class MadeUp(Catalogue):
    """A language of Hebrew letters, as long as English: nobody speaks it, every line is mirrored."""

    def find(self, text: str) -> str:
        return in_hebrew_letters(text)

    def find_form(self, one: str, many: str, count: int) -> str:
        return in_hebrew_letters(super().find_form(one, many, count))

    def find_told(self, text: str) -> str:
        return in_hebrew_letters(text)


def in_hebrew_letters(text: str) -> str:
    """Leaves alone what stands for something else: `{name}`."""
    parts = re.split(r"(\{\w*\})", text)
    return "".join(part if part[:1] == "{" else part.translate(LETTERS) for part in parts)


LETTERS: Final = {
    ord(latin): hebrew
    for latin, hebrew in zip(
        "abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד", strict=True
    )
}
LETTERS.update({code - 32: hebrew for code, hebrew in LETTERS.items()})
