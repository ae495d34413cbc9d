"""The page of the log."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.shots.scene import Scene
from tests.support.a_log import a_log
from tests.support.desktop import Desktop
from tests.support.scenes import a_backend, connected_home
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr
from wgdesk.ui.windows.log_page import LogPage
from wgdesk.ui.windows.main import MainWindow, Page


def leave(_: Desktop, __: LogPage) -> None:
    """It is complete as it opens."""


def filter_work(_: Desktop, sheet: LogPage) -> None:
    sheet._tunnel.setCurrentIndex(sheet._tunnel.findData("work"))


def lose_helper_and_fail_to_save(made: Desktop, sheet: LogPage) -> None:
    made.tell(made.backend.vanish)
    made.tell(made.backend.write_log)
    sheet.save_to(Path("/proc/log.txt"))
    made.wait_until(lambda: sheet._saving.text() != "", "the reason")
    made.wait_until(lambda: "·" in sheet._status.text(), "the helper's absence")


def scene(
    name: str,
    act: Callable[[Desktop], None],
    then: Callable[[Desktop, LogPage], None] = leave,
    *,
    everywhere: bool = False,
) -> Scene:
    """The page after `act`, which comes before it is made, and `then`."""

    def make(made: Desktop) -> MainWindow:
        act(made)
        log = Feed(made.bridge, made.backend.log_changes)
        sheet = LogPage(log, made.bridge)
        window = MainWindow(made.switchboard, (Page(tr("Log"), sheet, log),))
        window.show()
        window.show_page(1)
        made.tell(lambda: None)
        QApplication.processEvents()
        then(made, sheet)
        return window

    return Scene(name, make, backend=lambda: a_backend(connected_home()), everywhere=everywhere)


def nothing(_: Desktop) -> None:
    """Nothing was done yet."""


def write(made: Desktop) -> None:
    made.tell(lambda: made.backend.write_log(*a_log()))


SCENES = (
    scene("log", write, everywhere=True),
    scene("log-empty", nothing),
    scene("log-filtered", write, filter_work),
    scene("log-trouble", write, lose_helper_and_fail_to_save, everywhere=True),
)
