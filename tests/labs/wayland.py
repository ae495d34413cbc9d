"""Lab desk on Wayland: a compositor without a screen, a session bus, and a panel's stand-in.

The compositor is weston or sway. Only sway knows xdg-activation and can be told to close a
window. What `Desk` sees and does through X is not to be had here; a program started with
WAYLAND_DEBUG=1 tells in its own log what it shows.
"""

import re
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from tests.labs.desk import HEIGHT, START_TIMEOUT_S, WAIT_S, WATCHER, WIDTH, Desk
from tests.labs.programs import absent_programs, end_processes, wait_until

PROGRAMS: Final = ("weston", "sway", "swaymsg", "dbus-daemon", "dbus-send", "setpriv")
DISPLAY: Final = "wayland-1"  # what sway takes in a fresh runtime directory
REPO: Final = Path(__file__).resolve().parents[2]

_SHOWN: Final = re.compile(r'xdg_toplevel@(\d+)\.(?:set_title\("(.*)"\)|(destroy)\(\))')


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    return absent_programs(PROGRAMS)


class WaylandDesk(Desk):
    """A desktop; `with WaylandDesk("weston") as desk`."""

    def __init__(self, compositor: str) -> None:
        super().__init__()
        self._compositor = compositor
        self._panel: subprocess.Popen[bytes] | None = None
        self.env |= {
            "QT_QPA_PLATFORM": "wayland",
            "WAYLAND_DISPLAY": str(self._dir / "runtime" / DISPLAY),
            "XDG_SESSION_TYPE": "wayland",
        }

    # ------------------------------------------------------------ programs

    def open_window(
        self, *argv: str, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program whose windows can be seen."""
        return self.start(*argv, env={**(env or {}), "WAYLAND_DEBUG": "1"})

    def end_panel(self) -> None:
        if self._panel is not None:
            end_processes([self._panel.pid])
            self._panel.wait()
        self._panel = None

    # ------------------------------------------------------------ eyes

    def protocol(self, program: str = "python") -> str:
        """What a program and the compositor have said to each other so far."""
        return self.log_path(program).read_text(encoding="utf-8", errors="replace")

    def title(self) -> str | None:
        """That of the window which is open; None while none is."""
        open_titles: dict[str, str] = {}
        for number, title, end in _SHOWN.findall(self.protocol()):
            if end:
                open_titles.pop(number, None)
            else:
                open_titles[number] = title
        return next(iter(open_titles.values()), None)

    def wait_for_title(self, text: str, timeout_s: float = WAIT_S) -> None:
        self.wait_for(
            lambda: True if text in (self.title() or "") else None, f"a title “{text}”", timeout_s
        )

    # ------------------------------------------------------------ hands

    def pick_from_tray(self, text: str) -> None:
        """Click that entry in the icon's menu."""
        self._call(WATCHER, f"/{WATCHER.rpartition('.')[2]}", f"{WATCHER}.Pick", text)

    def close_window(self, app_id: str) -> None:
        """As the button of its frame does; sway's only."""
        (socket,) = (self._dir / "runtime").glob("sway-ipc.*.sock")
        self.run("swaymsg", "-s", str(socket), f'[app_id="{app_id}"] kill')

    # ------------------------------------------------------------ building it

    def _start_display(self) -> None:
        if self._compositor == "weston":
            size = (f"--width={WIDTH}", f"--height={HEIGHT}")
            self.start("weston", "--backend=headless-backend.so", f"--socket={DISPLAY}", *size)
        else:
            config = self.home / "sway.conf"
            self.run("sh", "-c", f"echo 'xwayland disable' >{config}")
            headless = {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1"}
            env = {**headless, "WLR_RENDERER": "pixman", "WAYLAND_DISPLAY": ""}
            self.start("sway", "--config", str(config), env=env)
        socket = Path(self.env["WAYLAND_DISPLAY"])
        wait_until(socket.exists, what=self._compositor, timeout_s=START_TIMEOUT_S)

    def _start_programs(self) -> None:
        panel = (sys.executable, str(REPO / "tests/labs/small_panel.py"))
        self._panel = self.start(*panel)
        self.wait_for(partial(self._find_owner, WATCHER), WATCHER, START_TIMEOUT_S)
