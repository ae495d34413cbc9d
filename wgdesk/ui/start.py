"""Where the window's process begins: with as little as an icon needs, for that is to be there first."""

import logging
import os
import sys
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from wgdesk.client import own_program
from wgdesk.client.settings import Settings, SettingsFile
from wgdesk.domain.errors import ClientError
from wgdesk.ui import ballast, collector
from wgdesk.ui.icons import tray_icon
from wgdesk.ui.instance import Instance, runtime_dir
from wgdesk.ui.language import choose, tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.qt_language import set_language
from wgdesk.ui.quit_signals import QuitSignals
from wgdesk.ui.tray_host import TrayHost
from wgdesk.ui.tray_style import read_style
from wgdesk.wire.names import APP_ID

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
DISPLAYS: Final = ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")


def main(argv: Sequence[str]) -> int:
    """Open the window, or raise the one that runs; returns when the user quits."""
    ballast.refuse()
    logging.basicConfig(level=logging.WARNING, format="wgdesk: %(name)s: %(message)s")
    settings = SettingsFile().read()
    language = choose(settings.language)
    match list(argv):
        case [] | [own_program.HIDDEN_OPTION]:
            toggle = ""
        case [own_program.TOGGLE_OPTION, toggle]:
            pass
        case _:
            text = tr("the window takes no argument but --hidden, or --toggle and a name")
            return complain(text, EXIT_USAGE)
    refusal = find_refusal()
    if refusal:
        return complain(refusal, EXIT_FAILED)
    try:
        folder = runtime_dir()
    except ClientError as error:
        return complain(str(error), EXIT_FAILED)
    app, signals = make_application(language), QuitSignals()
    instance = Instance(folder)
    if not instance.take():
        if instance.ask_first(toggle):
            return EXIT_OK
        return complain(tr("another wgdesk runs and does not answer"), EXIT_FAILED)
    host = TrayHost()
    icon = first_icon(settings) if host.is_there else None
    # The icon is there; what all else needs takes longer to load than Qt itself.
    from wgdesk.ui.app import Desk  # noqa: PLC0415

    ballast.drop()
    desk = Desk(app, instance, signals, host, icon)
    desk.start(hidden=bool(argv), toggle=toggle)
    try:
        return app.exec()
    finally:
        desk.close()


def find_refusal() -> str:
    """Why no window can be opened here; "" if one can."""
    if os.geteuid() == 0:
        return tr(
            "the window does not run as root: start it as yourself, the helper has the rights it needs"
        )
    if not any(os.environ.get(name) for name in DISPLAYS):
        return tr("there is no display to open a window on; `wgdesk --help` tells what works here")
    return ""


def complain(text: str, exit_code: int) -> int:
    print(f"wgdesk: {text}", file=sys.stderr)  # noqa: T201  # there is no window to say it in
    return exit_code


def make_application(language: str) -> QApplication:
    collector.put_off()
    app = QApplication(["wgdesk"])
    set_language(app, language)
    app.setApplicationName("wgdesk")
    app.setApplicationDisplayName("")  # titles name it themselves
    app.setDesktopFileName(APP_ID)
    app.setQuitOnLastWindowClosed(False)
    return app


def first_icon(settings: Settings) -> QSystemTrayIcon:
    """The icon as it is while nobody knows anything yet."""
    face = Face(Mark.OFF, Tone.QUIET, "")
    icon = QSystemTrayIcon(tray_icon(face, read_style(settings.tray_style)))
    icon.show()
    QApplication.processEvents()
    return icon
