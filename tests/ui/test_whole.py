"""The window with all of its pages."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.support.chosen import FakeDesktop, choices_of
from wgdesk.ui.windows.openers import Openers
from wgdesk.ui.windows.whole import Settled, make_window


def no_openers(made) -> Openers:
    """Nobody opens anything here."""
    return Openers(made.bridge, made.switchboard, lambda: pytest.fail("a library is wanted"))


@pytest.fixture
def whole(qtbot, make_desktop):
    made = make_desktop()

    async def use():
        return made.backend

    settled = Settled(has_tray=lambda: True, launcher_file=Path("/nowhere"))
    choices = choices_of(made.bridge, FakeDesktop())
    window = make_window(made.switchboard, made.bridge, use, choices, settled, no_openers(made))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (0, "Search tunnels"),
        (1, "Where does this address or host name go?"),
        (2, "Search in the log"),
    ],
)
def test_search_is_in_the_page_that_is_open(whole, qtbot, page, name):
    whole.show_page(page)
    whole.setFocus()
    qtbot.keyClick(whole, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.accessibleName() == name
    assert whole._stack.currentIndex() == page


def test_every_page_has_its_key(whole, qtbot):
    for number in range(4):
        key = Qt.Key(Qt.Key.Key_1 + number)
        qtbot.keyClick(whole, key, Qt.KeyboardModifier.ControlModifier)
        assert whole._stack.currentIndex() == number
