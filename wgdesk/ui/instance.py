"""One window for each user: a second start finds the first and asks it to come to the front."""

import fcntl
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from wgdesk.client.notice import MOST_TOKEN_BYTES, parse_token
from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.errors import ClientError
from wgdesk.domain.names import MAX_NAME_BYTES
from wgdesk.ui.language import tr
from wgdesk.wire.names import APP_ID

# A Wayland desktop lets a window come to the front only with the token that it gave the new start.
TOKEN_VARIABLE: Final = "XDG_ACTIVATION_TOKEN"  # noqa: S105  # no secret
ANSWER_TIMEOUT_S: Final = 5.0


def runtime_dir() -> Path:
    """A folder that only this user can enter.

    Raises:
        ClientError: Somebody else has made the one we fall back to.
    """
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and is_sandboxed():  # all else in there is of this one start alone
        return Path(given) / "app" / APP_ID
    if given and Path(given).is_dir():
        return Path(given)
    path = Path(tempfile.gettempdir()) / f"wgdesk-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ClientError(tr("{path} belongs to somebody else").format(path=path))
    return path


class Instance(QObject):
    """Holds the user's one place, or learns that it is taken.

    The lock is the kernel's and dies with its process, so a crash leaves nothing behind.
    """

    raise_asked = Signal(str)  # the newcomer's activation token, or ""
    toggle_asked = Signal(str)  # of a tunnel (its name), with the window left as it is

    def __init__(self, folder: Path) -> None:
        super().__init__()
        base = folder / f"wgdesk-{os.getuid()}"
        self._lock_path, self._socket_path = base.with_suffix(".lock"), base.with_suffix(".socket")
        self._lock: int | None = None
        self._listener: socket.socket | None = None
        self._notifier: QSocketNotifier | None = None

    def take(self) -> bool:
        """Become the one instance; False where there is one already."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(self._lock_path, flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        self._listen()
        return True

    def ask_first(self, toggle: str = "") -> bool:
        """Ask the instance that runs to show itself, or to toggle that tunnel.

        Returns:
            False if it does not answer.
        """
        token = parse_token(os.environ.get(TOKEN_VARIABLE, "")).encode()
        with socket.socket(socket.AF_UNIX) as first:
            first.settimeout(ANSWER_TIMEOUT_S)
            try:
                first.connect(str(self._socket_path))
                first.sendall(token + b"\n" + toggle.encode(errors="replace"))
                return first.recv(1) == b"+"
            except OSError:
                return False

    def release(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
        if self._listener is not None:
            self._listener.close()
            self._socket_path.unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _listen(self) -> None:
        self._socket_path.unlink(missing_ok=True)  # ours: we hold the lock
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._socket_path))
        self._listener.listen(4)
        self._listener.setblocking(False)  # noqa: FBT003  # its only form
        number = self._listener.fileno()
        self._notifier = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_knock)

    def _on_knock(self) -> None:
        if self._listener is None:
            return
        with suppress(OSError):  # who knocks and runs away is no trouble of ours
            visitor, _ = self._listener.accept()
            with visitor:
                visitor.settimeout(0.2)  # it wrote before we looked, or it is no wgdesk
                text = visitor.recv(MOST_TOKEN_BYTES + MAX_NAME_BYTES + 1)
                visitor.sendall(b"+")
            token, _, toggle = text.decode(errors="replace").partition("\n")
            if toggle:
                self.toggle_asked.emit(toggle)
            else:
                self.raise_asked.emit(parse_token(token))
