"""`./dev shots [DIR]`: a picture of every page in every state, light and dark, for your eyes."""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from tests.support.desktop import Desktop, desktop
from tests.support.scenes import BROKEN, FILES, HOME, WORK, a_backend, connected_home
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.errors import EndpointUnresolved, HelperUnreachable
from wgdesk.domain.snapshot import Lifecycle, TunnelSnapshot

Act = Callable[[Desktop], None]


def nothing(_: Desktop) -> None:
    """The scene is complete as it opens."""


def fail_to_connect(made: Desktop) -> None:
    why = "the name server does not know it"
    made.backend.errors["up"] = EndpointUnresolved("vpn.corp.example", why)
    made.switchboard.connect_tunnel("work")
    row_failed = lambda: made.switchboard.picture.find_row("work").failure  # noqa: E731
    made.wait_until(lambda: row_failed() is not None, "the failure")


def lose_helper(made: Desktop) -> None:
    remedy = "Install the package wgdesk-helper: sudo apt install wgdesk-helper"
    gone = HelperUnreachable("it is not installed", remedy)
    made.backend.errors |= {"hello": gone, "tunnels": gone}
    made.tell(made.backend.vanish)
    made.wait_until(lambda: made.switchboard.picture.helper_error is not None, "the reason")


def wait_for_handshake(made: Desktop) -> None:
    made.switchboard.connect_tunnel("work")
    made.wait_until(lambda: made.switchboard.picture.find_row("work").is_up, "work to be up")


def troubled_home() -> TunnelSnapshot:
    """It is up, and its name servers are not asked."""
    why = "the system's resolver asked 192.168.1.1 instead of 10.9.0.1"
    dns = DnsStatus(
        backend=DnsBackend.RESOLVED,
        servers=(ip_address("10.9.0.1"),),
        state=DnsState.NOT_APPLIED,
        reason=why,
    )
    told = "Another program removed what this tunnel needs; it was put back: ip -4 rule add priority 5220 lookup 51820."
    return replace(connected_home(), dns=dns, notices=(told,))


def reconnecting_home() -> TunnelSnapshot:
    why = "the userspace engine stopped: it was ended by SIGSEGV"
    return replace(connected_home(), lifecycle=Lifecycle.MENDING, cause=why)


SCENES: Final = {
    "dns-not-applied": (FILES, (troubled_home(),), "home", nothing),
    "reconnecting": (FILES, (reconnecting_home(),), "home", nothing),
    "connected": (FILES, (connected_home(),), "home", nothing),
    "off": (FILES, (), "attached_home", nothing),
    "waiting": (FILES, (), "work", wait_for_handshake),
    "failed": (FILES, (connected_home(),), "work", fail_to_connect),
    "broken-file": ({**FILES, "cafe": BROKEN}, (), "cafe", nothing),
    "empty": ({}, (), "", nothing),
    "helper-missing": (FILES, (connected_home(),), "home", lose_helper),
    "many": ({f"office{n}": WORK if n % 3 else HOME for n in range(40)}, (), "office7", nothing),
}


def take_all(folder: Path, suffix: str, *, dark: bool) -> None:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  # Qt reads the environment first

    from wgdesk.ui.windows.main import MainWindow  # noqa: PLC0415

    set_scheme(dark=dark)
    for name, (files, tunnels, chosen, act) in SCENES.items():
        with desktop(files, a_backend(*tunnels)) as made:
            act(made)
            window = MainWindow(made.switchboard)
            window.choose(chosen)
            window.show()
            made.tell(lambda: None)
            QApplication.processEvents()
            path = folder / f"{name}{suffix}.png"
            window.grab().save(str(path))
            print(path)
            window.close()


def set_scheme(*, dark: bool) -> None:
    """The offscreen platform has no desktop to ask for a colour scheme."""
    from PySide6.QtGui import QColor, QPalette  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication, QStyleFactory  # noqa: PLC0415

    QApplication.setStyle(QStyleFactory.create("Fusion"))
    palette = QPalette(QColor("#1b1e22")) if dark else QPalette(QColor("#f3f4f6"))
    base = QColor("#212529") if dark else QColor("#ffffff")
    palette.setColor(QPalette.ColorRole.Base, base)
    palette.setColor(QPalette.ColorRole.Highlight, QColor("#3f7fd0"))
    QApplication.setPalette(palette)


def main(arguments: list[str]) -> int:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  # after the environment is set

    folder = Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="wgdesk-shots-"))
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(["wgdesk"])
    take_all(folder, "", dark=False)
    take_all(folder, "-dark", dark=True)
    app.quit()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
