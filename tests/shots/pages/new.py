"""The assistants for a new tunnel."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.imports import a_library
from wgdesk.ui.windows.new_window import DEMO, EMPTY, SERVER, NewWindow


class NobodyOpens:
    def edit(self, name: str) -> None:
        pass

    def export(self, names: tuple[str, ...]) -> None:
        pass


def page(made: Desktop, number: int) -> NewWindow:
    place = Path(tempfile.mkdtemp(prefix="wgdesk-shots-"))
    window = NewWindow(made.bridge, made.switchboard, a_library(place, {}), NobodyOpens())
    weakref.finalize(window, shutil.rmtree, place)
    window.show_page(number)
    return window


def made_server(made: Desktop) -> NewWindow:
    window = page(made, SERVER)
    window.server.name.text.setText("Home")
    window.server._host.text.setText("vpn.example.org")
    window._on_make()
    made.wait_until(lambda: window.question.text() != "", "both ends")
    return window


def refused(made: Desktop) -> NewWindow:
    window = page(made, SERVER)
    fields = window.server
    fields.name.text.setText("Home")
    fields._host.text.setText("vpn.example.org:443")
    fields._only.show_items(["192.168.1.0/24", "office"])
    fields._network6.show_value("fd66::/64")
    fields.changed.emit()
    window._on_make()
    return window


def scene(name: str, make: Callable[[Desktop], NewWindow]) -> Scene:
    return Scene(f"new-{name}", make, everywhere=True)


SCENES = (
    scene("empty", partial(page, number=EMPTY)),
    scene("server", partial(page, number=SERVER)),
    scene("server-refused", refused),
    scene("demo", partial(page, number=DEMO)),
    scene("made", made_server),
)
