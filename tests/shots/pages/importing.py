"""The window of imports, page by page."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.imports import MIXED, OTHER, a_library
from wgdesk.client.importing import Importer
from wgdesk.domain.found_profile import Findings, FoundProfile, SourceKind
from wgdesk.domain.import_report import Clash
from wgdesk.ui.windows.import_window import ImportWindow

FOUND = Findings(
    profiles=(
        FoundProfile(
            kind=SourceKind.SYSTEM,
            name="home",
            title="home",
            source="/etc/wireguard/home.conf",
            is_up=True,
            starts_by_itself=True,
            needs_authorisation=True,
        ),
        FoundProfile(
            kind=SourceKind.NETWORKMANAGER,
            name="8d1b2a3e",
            title="Office, new building",
            source="NetworkManager, Office, new building",
        ),
    ),
    hides_names=True,
)


def a_window(made: Desktop) -> ImportWindow:
    place = Path(tempfile.mkdtemp(prefix="wgdesk-shots-"))
    library = a_library(place, {"home": OTHER, "work": OTHER})
    window = ImportWindow(made.bridge, made.switchboard, Importer(library))
    weakref.finalize(window, shutil.rmtree, place)
    return window


def source(made: Desktop) -> ImportWindow:
    window = a_window(made)
    asked: list[str] = []
    made.switchboard.ask(lambda backend: backend.hello(), lambda _: asked.append("x"))
    made.wait_until(lambda: bool(asked), "what there really is")
    window.source.show_findings(FOUND)
    return window


def preview(made: Desktop, number: int) -> ImportWindow:
    window = a_window(made)
    window.weigh(MIXED)
    made.wait_until(lambda: bool(window.preview.model.rows), "what was found")
    window.preview._list.setCurrentIndex(window.preview.model.index(number))
    return window


def looking(made: Desktop) -> ImportWindow:
    window = a_window(made)
    window.look(lambda: ())
    window._job.drop()
    window.progress.begin("Importing…")
    window.progress.show_count(120, 500)
    return window


def result(made: Desktop) -> ImportWindow:
    window = preview(made, 0)
    window.preview.model.set_clash(2, Clash.REPLACE)
    window.preview.model.set_rows(
        (number, row.chosen(is_chosen=True)) for number, row in enumerate(window.preview.model.rows)
    )
    window._found = {MIXED[1].source: FOUND.profiles[0]}
    window._run()
    made.wait_until(lambda: bool(window.result._lines), "the result")
    return window


def scene(name: str, make: Callable[[Desktop], ImportWindow]) -> Scene:
    return Scene(f"import-{name}", make, everywhere=True)


SCENES = (
    scene("source", source),
    scene("preview", partial(preview, number=2)),
    scene("preview-refused", partial(preview, number=3)),
    scene("progress", looking),
    scene("result", result),
)
