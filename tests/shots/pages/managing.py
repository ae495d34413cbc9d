"""The main window where profiles are managed: titles, tags, choices of several, what is told."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.shots.pages.importing import FOUND
from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.scenes import FILES, HOME, WORK, a_backend, connected_home
from wgdesk.domain.import_report import ImportLine, Outcome
from wgdesk.ui.keeper import Keeper
from wgdesk.ui.windows.main import MainWindow
from wgdesk.ui.windows.managing import Managing
from wgdesk.ui.windows.openers import Openers

TITLED = {**FILES, "zurich-cafe": HOME, "lab-server": WORK, "provider-de": WORK}


def a_window(made: Desktop, chosen: str = "home") -> MainWindow:
    made.profiles.titles = {
        "zurich-cafe": "Zürich – Café",  # noqa: RUF001
        "lab-server": "lab server",
        "provider-de": "Provider with a long name, Frankfurt am Main",
    }
    made.profiles.tags = {
        "work": ("office",),
        "zurich-cafe": ("travel", "trusted"),
        "provider-de": ("provider", "travel"),
    }
    made.switchboard.look_at_profiles()
    if made.profiles.files:
        last = lambda: made.switchboard.picture.rows[-1].title  # noqa: E731
        made.wait_until(lambda: last() != "", "the titles")
    window = MainWindow(made.switchboard)
    openers = Openers(made.bridge, made.switchboard, lambda: None)
    keeper = Keeper(made.bridge, made.switchboard, lambda: None)
    for qobject in (openers, keeper):
        qobject.setParent(window)
    window.managing = Managing(window, made.switchboard, keeper, openers)
    window.choose(chosen)
    return window


def titles(made: Desktop) -> QWidget:
    return a_window(made, "zurich-cafe")


def several(made: Desktop) -> QWidget:
    window = a_window(made)
    window.tunnels.list.selectAll()
    return window


def renaming(made: Desktop) -> QWidget:
    window = a_window(made, "work")
    window.show()
    window.tunnels.list.start_rename()
    return window


def tagging(made: Desktop) -> QWidget:
    window = a_window(made, "zurich-cafe")
    window.show()
    window.managing.actions.tags.trigger()
    return window


def deleting(made: Desktop) -> QWidget:
    window = a_window(made)
    window.managing.actions.delete.trigger()
    return window


def imported(made: Desktop) -> QWidget:
    window = a_window(made)
    line = ImportLine(
        source="mallorca.conf",
        title="Mallorca",
        outcome=Outcome.IMPORTED,
        name="mallorca",
        summary="Sends all traffic to 203.0.113.7.",
    )
    window.managing._on_told(line)
    return window


def dropping(made: Desktop) -> QWidget:
    window = a_window(made)
    window.show()
    data = QMimeData()
    data.setText("[Interface]")
    QApplication.sendEvent(
        window,
        QDragEnterEvent(
            QPoint(400, 300),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )
    return window


def menu(made: Desktop) -> QWidget:
    window = a_window(made)
    window.show()
    window._menu.open()
    return window._menu


def empty(made: Desktop) -> QWidget:
    window = a_window(made)
    asked: list[str] = []
    made.switchboard.ask(lambda backend: backend.hello(), lambda _: asked.append("x"))
    made.wait_until(lambda: bool(asked), "what there really is")
    window.tunnels.empty.show_findings(FOUND)
    return window


def scene(name: str, make: Callable[[Desktop], QWidget], files=TITLED) -> Scene:
    backend = (lambda: a_backend(connected_home())) if files else a_backend
    return Scene(f"manage-{name}", make, files, backend, everywhere=True)


SCENES = (
    scene("titles", titles),
    scene("several", several),
    scene("renaming", renaming),
    scene("tagging", tagging),
    scene("deleting", deleting),
    scene("imported", imported),
    scene("dropping", dropping),
    scene("menu", menu),
    scene("empty", empty, {}),
)
