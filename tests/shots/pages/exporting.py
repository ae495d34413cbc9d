"""The window of exports, and the card that moves keys."""

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from tests.shots.scene import Scene
from tests.support.chosen import FakeDesktop, an_offer, choices_of
from tests.support.desktop import Desktop
from tests.support.fake_safe import FakeSafe
from tests.support.imports import a_library
from tests.support.scenes import HOME, WORK
from wgdesk.client.exporting import ZIP_SUFFIX
from wgdesk.client.key_moving import KeyMover
from wgdesk.client.library import Library
from wgdesk.domain.errors import ClientError
from wgdesk.domain.profile_errors import VaultLocked
from wgdesk.ui.windows.export_window import ExportWindow
from wgdesk.ui.windows.keyring_card import KeyringCard
from wgdesk.ui.windows.settings_page import SettingsPage

TALL_PX = 1100
T = TypeVar("T", bound=QWidget)


def a_place(widget_of: Callable[[Library], T]) -> T:
    """A library that is gone with what it is for."""
    place = Path(tempfile.mkdtemp(prefix="wgdesk-shots-"))
    found = widget_of(a_library(place, {"home": HOME, "work": WORK}))
    found.destroyed.connect(lambda: shutil.rmtree(place, ignore_errors=True))
    return found


def a_window(made: Desktop, *names: str) -> ExportWindow:
    return a_place(lambda library: _window(made, library, names))


def _window(made: Desktop, library: Library, names: tuple[str, ...]) -> ExportWindow:
    library.rename("home", "Zu Hause, hinter dem Fluss")
    known = [file.name for file in library.store.list()]
    window = ExportWindow(made.bridge, library, names or (known[-1],))
    if not names:
        made.wait_until(lambda: "Fluss" in window._title.text(), "its title")
    return window


def with_code(made: Desktop) -> ExportWindow:
    window = a_window(made)
    window.resize(window.width(), TALL_PX)
    window.show()
    window.activateWindow()
    made.wait_until(window.isActiveWindow, "the window")
    window.qr.button.click()
    made.wait_until(lambda: window.qr.is_shown, "the code")
    return window


def too_big(made: Desktop) -> ExportWindow:
    window = a_window(made)
    (window._library.store.folder / "big.conf").write_bytes(HOME + b"# more\n" * 500)
    window._names = ("big",)
    window._show_qr()
    made.wait_until(lambda: bool(window._trouble.text()), "the refusal")
    return window


def several(made: Desktop) -> ExportWindow:
    window = a_window(made, "work", "work")
    window._on_saved(Path.home() / f"wgdesk-profiles{ZIP_SUFFIX}")
    return window


def card(made: Desktop, error: ClientError | None = None) -> QWidget:
    return a_place(lambda library: _card(made, library, error))


def _card(made: Desktop, library: Library, error: ClientError | None) -> QWidget:
    safe = FakeSafe()
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("work")
    safe.error = error
    choices = choices_of(made.bridge, FakeDesktop())
    page = SettingsPage(made.switchboard, choices, an_offer(key_mover=lambda: mover))
    page.resize(760, TALL_PX)
    page.show()
    page.set_watched(True)
    found = page.findChild(KeyringCard)
    made.wait_until(lambda: found.list.count() == 3, "where the keys are")
    found.list.setCurrentIndex(1)
    if error is not None:
        found.into.click()
        made.wait_until(lambda: bool(found._trouble.text()), "the refusal")
    page.ensureWidgetVisible(found)
    return page


SCENES = (
    Scene("export", a_window, everywhere=True),
    Scene("export-qr", with_code, everywhere=True),
    Scene("export-too-big", too_big),
    Scene("export-several", several, everywhere=True),
    Scene("settings-keyring", card, everywhere=True),
    Scene("settings-keyring-locked", partial(card, error=VaultLocked())),
)
