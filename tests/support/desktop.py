"""The window and what stands behind it, put together with fakes and brought to a known moment."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent
from PySide6.QtWidgets import QApplication

from tests.support.fakes import FakeBackend
from tests.support.scenes import NOW_UNIX_S, FakeProfiles
from wgdesk.client.backend import Backend
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.picture import HelperState
from wgdesk.ui.profiles import Profiles
from wgdesk.ui.switchboard import Switchboard

PATIENCE_MS = 5_000
TURN_S = 0.002


@dataclass(slots=True)
class Desktop:
    backend: FakeBackend
    profiles: FakeProfiles
    bridge: Bridge
    switchboard: Switchboard
    answered: list[str] = field(default_factory=list)  # every tunnel_answered from the start
    now_unix_s: int = NOW_UNIX_S

    def tell(self, script: Callable[[], None]) -> None:
        """Let something happen at the backend, where a bus thread would see it."""

        async def happen() -> None:
            script()

        self.bridge.submit(happen()).result(PATIENCE_MS / 1000)

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = QDeadlineTimer(PATIENCE_MS)
        while not is_so():
            assert not deadline.hasExpired(), f"waited in vain: {what}"
            QApplication.processEvents()  # keeps Python's lock, which other threads want too
            time.sleep(TURN_S)

    def settle(self) -> None:
        """Wait until the first picture is whole."""
        self.wait_until(
            lambda: (
                self.switchboard.picture.has_looked
                and self.switchboard.picture.helper is not HelperState.ASKING
            ),
            "the first picture",
        )


@contextmanager
def desktop(
    files: Mapping[str, bytes],
    backend: FakeBackend | None = None,
    *,
    is_settled: bool = True,
    profiles: Profiles | None = None,
) -> Iterator[Desktop]:
    """Everything but the window itself, started; settled unless the test wants to see that.

    `profiles` stand in the place of `files`.
    """
    backend = backend or FakeBackend()

    async def open_backend() -> Backend:
        return backend

    bridge, fake = Bridge(), FakeProfiles(files)
    board = Switchboard(bridge, open_backend, profiles or fake, clock=lambda: made.now_unix_s)
    made = Desktop(backend, fake, bridge, board)
    board.tunnel_answered.connect(made.answered.append)
    bridge.start()
    board.start()
    try:
        if is_settled:
            made.settle()
        yield made
    finally:
        board.close()
        for qobject in (board, bridge):
            qobject.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
