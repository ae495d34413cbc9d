"""The page of the log."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from tests.shots.scene import Scene
from tests.support.a_log import a_log
from tests.support.desktop import Desktop
from tests.support.scenes import a_backend, connected_home
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr
from wgdesk.ui.windows.log_page import LogPage
from wgdesk.ui.windows.main import MainWindow, Page


def scene(name: str, act: Callable[[Desktop], None], *, everywhere: bool = False) -> Scene:
    def make(made: Desktop) -> MainWindow:
        act(made)
        log = Feed(made.bridge, made.backend.log_changes)
        sheet = LogPage(log, made.bridge)
        window = MainWindow(made.switchboard, (Page(tr("Log"), sheet, log),))
        window.show()
        window.show_page(1)
        made.tell(lambda: None)
        QApplication.processEvents()
        if name == "log-filtered":
            sheet._tunnel.setCurrentIndex(sheet._tunnel.findData("work"))
        return window

    return Scene(name, make, backend=lambda: a_backend(connected_home()), everywhere=everywhere)


def nothing(_: Desktop) -> None:
    """Nothing was done yet."""


def write(made: Desktop) -> None:
    made.tell(lambda: made.backend.write_log(*a_log()))


SCENES = (
    scene("log", write, everywhere=True),
    scene("log-empty", nothing),
    scene("log-filtered", write),
)
