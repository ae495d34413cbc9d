"""Lab desk: a small real desktop on a display of its own.

Xvfb, a session bus, openbox, xfce4-panel with nothing but a system tray (it owns
org.kde.StatusNotifierWatcher), and dunst for notifications; all run by an ordinary
user out of a home made for them, and all end with the lab.
"""

import math
import os
import pwd
import re
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, TypeVar

from tests.labs.desk_home import NOTIFICATION_LOG, PANEL_PX, furnish
from tests.labs.desk_sights import Notification, TrayItem, Window
from tests.labs.programs import ProgramFailed, absent_programs, end_processes, wait_until

Found = TypeVar("Found")

PROGRAMS: Final = (
    "Xvfb",
    "dbus-daemon",
    "dbus-send",
    "openbox",
    "xfce4-panel",
    "dunst",
    "xdotool",
    "xwininfo",
    "import",
    "display",
    "setpriv",
    "xprop",
)
WIDTH: Final = 1280
HEIGHT: Final = 800
BACKGROUND: Final = "#5f7385"
WATCHER: Final = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS: Final = "org.freedesktop.Notifications"
MARK: Final = "WGDESK_TEST_DESK"  # in the environment of everything that runs on this desk
START_TIMEOUT_S: Final = 30.0
WAIT_S: Final = 30.0  # for what takes a second where nothing else runs
CLICK_AGAIN_S: Final = 7.0  # an icon is registered before it is drawn; such a click is lost


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    return absent_programs(PROGRAMS)


class Desk:
    """A desktop; `with Desk() as desk`.

    Attributes:
        env: For programs that run on it; start them with `start()` or behind `prefix`.
        prefix: What makes a command an ordinary user's where the tests run as root.
    """

    def __init__(self) -> None:
        self._dir = Path(tempfile.mkdtemp(prefix="wgdesk-desk-"))
        self._processes: list[subprocess.Popen[bytes]] = []
        self.prefix: tuple[str, ...] = ()
        self._uid, self._gid = os.geteuid(), os.getegid()
        if self._uid == 0:
            nobody = pwd.getpwnam("nobody")
            self._uid, self._gid = nobody.pw_uid, nobody.pw_gid
            ids = (f"--reuid={self._uid}", f"--regid={self._gid}", "--clear-groups")
            self.prefix = ("setpriv", *ids, "--no-new-privs", "--")
        self.home = self._dir / "home"
        self.env = self._base_environment()

    def __enter__(self) -> Self:
        try:
            self._furnish()
            self._start_display()
            self._start_session_bus()
            self._start_programs()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------ programs

    def start(self, *argv: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a program on this desk; it ends with the desk at the latest."""
        with self.log_path(Path(argv[0]).name).open("ab") as log:
            process = subprocess.Popen(
                (*self.prefix, *argv),
                env={**self.env, **(env or {})},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def run(self, *argv: str, timeout_s: float = 30, check: bool = True) -> str:
        """Run a program on this desk to its end.

        Returns:
            What it printed.

        Raises:
            ProgramFailed: It ended with another code than 0, and `check` is set.
        """
        done = subprocess.run(
            (*self.prefix, *argv),
            env=self.env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if check and done.returncode != 0:
            raise ProgramFailed(f"{' '.join(argv)} ended with {done.returncode}\n{done.stderr}")
        return done.stdout

    def log_path(self, name: str) -> Path:
        """Where the output of a started program goes."""
        return self._dir / f"{name}.log"

    # ------------------------------------------------------------ eyes

    def screenshot(self, path: Path) -> Path:
        """Write the whole screen to a PNG file."""
        own_path = self._dir / "home" / "screen.png"
        self.run("import", "-silent", "-window", "root", str(own_path))
        shutil.copyfile(own_path, path)
        return path

    def windows(self) -> list[Window]:
        """Every visible window with a title, the panel's among them."""
        ids = self.run("xdotool", "search", "--onlyvisible", "--name", ".", check=False).split()
        found = [self._find_window(int(each)) for each in ids]
        return [window for window in found if window is not None]

    def find_window(self, title: str) -> Window | None:
        """The first visible window whose title contains `title`."""
        return next((each for each in self.windows() if title in each.title), None)

    def wait_for_window(self, title: str, timeout_s: float = WAIT_S) -> Window:
        return self.wait_for(lambda: self.find_window(title), f"a window “{title}”", timeout_s)

    def tray_items(self) -> list[TrayItem]:
        """What is registered with the panel's tray."""
        text = self._property(
            WATCHER, f"/{WATCHER.rpartition('.')[2]}", WATCHER, "RegisteredStatusNotifierItems"
        )
        items = []
        for name in re.findall(r'string "([^"]+)"', text):
            service, slash, path = name.partition("/")
            with suppress(ProgramFailed):  # it left in between
                items.append(self._read_item(service, slash + path))
        return items

    def wait_for_tray_item(self, text: str = "", timeout_s: float = WAIT_S) -> TrayItem:
        """Wait for an icon with `text` in its id, title or tooltip."""

        def find() -> TrayItem | None:
            items = self.tray_items()
            return next((i for i in items if text in f"{i.id}\n{i.title}\n{i.tooltip}"), None)

        return self.wait_for(find, f"a tray icon “{text}”", timeout_s)

    def notifications(self) -> list[Notification]:
        """Every notification shown so far, oldest first."""
        path = self.home / NOTIFICATION_LOG
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [Notification(*record.split("\x1f", 2)) for record in text.split("\x1e")[:-1]]

    def wait_for_notification(self, text: str, timeout_s: float = WAIT_S) -> Notification:
        """Wait for one with `text` in its summary or body."""

        def find() -> Notification | None:
            shown = self.notifications()
            return next((n for n in shown if text in f"{n.summary}\n{n.body}"), None)

        return self.wait_for(find, f"a notification “{text}”", timeout_s)

    def wait_for(self, find: Callable[[], Found | None], what: str, timeout_s: float) -> Found:
        """Look again and again; on failure the logs of all programs are told."""
        deadline = time.monotonic() + timeout_s
        while (found := find()) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout_s:g} s in vain for {what}\n{self.logs()}")
            time.sleep(0.1)
        return found

    def logs(self) -> str:
        parts = []
        for path in sorted(self._dir.glob("*.log")):
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            parts.append(f"--- {path.stem}\n{text[-2000:]}")
        return "\n".join(parts)

    # ------------------------------------------------------------ hands

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Press and release a mouse button there; 1 left, 2 middle, 3 right."""
        self.run("xdotool", "mousemove", "--sync", str(x), str(y), "click", str(button))

    def key(self, *keys: str) -> None:
        """Press keys one after the other, each as xdotool names it: `Return`, `ctrl+q`."""
        self.run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        self.run("xdotool", "type", "--delay", "5", text)

    def click_tray(self, index: int = 0, button: int = 1) -> None:
        """Click on the tray's icon number `index`, from the left."""
        self.click(PANEL_PX // 2 + index * PANEL_PX, PANEL_PX // 2, button)

    def open_tray_menu(self, index: int = 0) -> Window:
        """Open an icon's menu and wait until it is there: keys sent before would be lost."""
        clicked_s = -math.inf

        def find() -> Window | None:
            nonlocal clicked_s
            if time.monotonic() - clicked_s >= CLICK_AGAIN_S:
                self.click_tray(index, button=3)
                clicked_s = time.monotonic()
            return self._find_menu()

        return self.wait_for(find, "the tray's menu", WAIT_S)

    def _find_menu(self) -> Window | None:
        for window in self.windows():
            kind = self.run("xprop", "-id", str(window.id), "_NET_WM_WINDOW_TYPE", check=False)
            if "_MENU" in kind:
                return window
        return None

    # ------------------------------------------------------------ the end

    def close(self) -> None:
        """End everything that runs on this desk, by process id."""
        end_processes(self.processes())
        for process in self._processes:
            process.wait()
        self._processes.clear()
        shutil.rmtree(self._dir, ignore_errors=True)

    def processes(self) -> list[int]:
        """Those started here and what they started; the environment tells, for it is inherited."""
        mark = f"{MARK}={self._dir}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with suppress(OSError):
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    # ------------------------------------------------------------ building it

    def _base_environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "USER": pwd.getpwuid(self._uid).pw_name,
            "XDG_RUNTIME_DIR": str(self._dir / "runtime"),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "XDG_CURRENT_DESKTOP": "XFCE",
            "XDG_SESSION_TYPE": "x11",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONDONTWRITEBYTECODE": "1",
            MARK: str(self._dir),
        }

    def _furnish(self) -> None:
        (self._dir / "runtime").mkdir(mode=0o700)
        furnish(self.home)
        if self.prefix:
            for path in (self._dir, *self._dir.rglob("*")):
                os.chown(path, self._uid, self._gid)

    def _start_display(self) -> None:
        reader, writer = os.pipe()
        argv = ("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24")
        with self.log_path("Xvfb").open("ab") as log:
            process = subprocess.Popen(
                (*self.prefix, *argv, "-nolisten", "tcp", "-noreset"),
                env=self.env,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(writer,),
                start_new_session=True,
            )
        os.close(writer)
        self._processes.append(process)
        with os.fdopen(reader, encoding="ascii") as numbers:
            answered, _, _ = select.select([numbers], [], [], START_TIMEOUT_S)
            number = numbers.readline().strip() if answered else ""
        if not number:
            raise ProgramFailed(f"Xvfb did not start\n{self.logs()}")
        self.env["DISPLAY"] = f":{number}"

    def _start_session_bus(self) -> None:
        path = self._dir / "runtime" / "bus"
        address = f"unix:path={path}"
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        wait_until(path.exists, what="the session bus", timeout_s=START_TIMEOUT_S)

    def _start_programs(self) -> None:
        self.run(
            "display",
            "-size",
            f"{WIDTH}x{HEIGHT}",
            "-window",
            "root",
            f"xc:{BACKGROUND}",
            check=False,
        )
        self.start("openbox")
        self.start("dunst")
        # Without --disable-wm-check the panel waits seconds for a window manager of its own.
        self.start("xfce4-panel", "--disable-wm-check")
        for name in (NOTIFICATIONS, WATCHER):
            self.wait_for(partial(self._find_owner, name), name, START_TIMEOUT_S)

    # ------------------------------------------------------------ asking

    def _find_owner(self, name: str) -> Literal[True] | None:
        text = self._call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", name)
        return True if "boolean true" in text else None

    def _call(self, service: str, path: str, method: str, *words: str) -> str:
        head = ("dbus-send", "--session", "--print-reply", f"--dest={service}", path, method)
        return self.run(*head, *(f"string:{word}" for word in words))

    def _property(self, service: str, path: str, interface: str, name: str) -> str:
        return self._call(service, path, "org.freedesktop.DBus.Properties.Get", interface, name)

    def _read_item(self, service: str, path: str) -> TrayItem:
        def read(name: str) -> str:
            text = self._property(service, path, "org.kde.StatusNotifierItem", name)
            return " ".join(re.findall(r'string "([^"]*)"', text)).strip()

        return TrayItem(service, path, read("Id"), read("Title"), read("Status"), read("ToolTip"))

    def _find_window(self, number: int) -> Window | None:
        try:
            title = self.run("xdotool", "getwindowname", str(number)).strip()
            # Not xdotool's own: it counts the frame of the window manager twice.
            text = self.run("xwininfo", "-id", str(number))
        except ProgramFailed:  # it closed in between
            return None
        labels = ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")
        found = [re.search(rf"{label}:\s+(-?\d+)", text) for label in labels]
        x, y, width, height = (int(match[1]) for match in found if match)
        return Window(number, title, x, y, width, height)
