"""Windows without a screen, and fakes behind them."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from PySide6.QtCore import QSettings

from tests.support.desktop import Desktop, desktop
from tests.support.scenes import FILES
from wgdesk.ui.windows.main import MainWindow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns of what only a window manager or a panel could do."""
    ignore = pytest.mark.qt_log_ignore(
        "does not support (propagateSizeHints|raise|grabbing)", "systemTrayWindowChanged"
    )
    for item in items:
        if item.nodeid.startswith("tests/ui/"):
            item.add_marker(ignore)


@pytest.fixture(autouse=True, scope="session")
def collected_here_only() -> Iterator[None]:
    """As in the program: a widget that another thread collects ends the process."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def collected_after_each(collected_here_only) -> Iterator[None]:
    yield
    gc.collect(1)


@pytest.fixture(autouse=True, scope="session")
def own_qt_settings(tmp_path_factory) -> None:
    """Qt's file dialog remembers what it showed; nobody's real home is the place for that."""
    folder = str(tmp_path_factory.mktemp("qt"))
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch) -> None:
    """What a window remembers for the next time is for this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def make_desktop(qapp) -> Iterator[Callable[..., Desktop]]:
    """Opens desktops that end with the test."""
    with ExitStack() as stack:

        def make(files=FILES, backend=None, *, is_settled=True) -> Desktop:
            return stack.enter_context(desktop(files, backend, is_settled=is_settled))

        yield make


@pytest.fixture
def open_window(qtbot, make_desktop) -> Callable[..., tuple[Desktop, MainWindow]]:
    """A shown window, and what stands behind it."""

    def make(files=FILES, backend=None, **how) -> tuple[Desktop, MainWindow]:
        made = make_desktop(files, backend, **how)
        window = MainWindow(made.switchboard)
        qtbot.addWidget(window)
        window.show()
        return made, window

    return make
