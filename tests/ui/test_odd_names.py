"""Names that nobody thought of, and fonts that cannot draw them: nothing breaks, nothing moves."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

from tests.support.panel import FakePanel
from tests.support.scenes import FILES, HOME, a_backend, connected_home
from wgdesk.ui.tray import Tray
from wgdesk.ui.widgets.texts import Text

UNICORNS = "🦄" * 40
NAMES = {
    "unicorns": UNICORNS,
    "family": "👩‍👩‍👧‍👦" * 8,
    "arabic": "نفق العمل في المكتب الرئيسي",
    "combining": "z" + "\u0300" * 40,
    "unseen": "\u200b\u202e\u2066evil\u200f",
    "no glyph": "\ue000\U0010fffd\u0378" * 10,
    "markup": "<b>bold</b> &amp; <img src=x>",
    "wide": "W" * 300,
    "mnemonics": "a&b&&c",
}
names = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


@pytest.fixture
def font_without_glyphs(qapp):
    """As on a machine with one font: what it lacks is not looked for in others."""
    before = QApplication.font()
    poor = QFont(before)
    poor.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    QApplication.setFont(poor)
    yield
    QApplication.setFont(before)


def with_name(name: str) -> dict[str, bytes]:
    return {**FILES, name: HOME}


@names
def test_window_shows_any_name_and_stays_as_it_is(open_window, name):
    _, plain = open_window()
    _, window = open_window(with_name(name))
    window.choose(name)
    QApplication.processEvents()
    assert window.tunnels._list.chosen_row().name == name
    assert window.tunnels._page._headline.text() == f"{name} is off"
    assert window.size() == plain.size()
    assert window.minimumSizeHint().width() <= plain.size().width()
    assert not window.grab().isNull()


@names
def test_tray_shows_any_name(make_desktop, name):
    made = make_desktop(with_name(name))
    tray = Tray(made.switchboard, FakePanel())
    texts = [action.text() for action in tray._menu.menu.actions()]
    assert any(name.replace("&", "&&") in text for text in texts)


@names
def test_font_that_lacks_the_glyphs_changes_no_height(font_without_glyphs, open_window, name):
    _, plain = open_window()
    _, window = open_window(with_name(name))
    window.choose(name)
    QApplication.processEvents()
    assert row_height(window) == row_height(plain)
    assert not window.grab().isNull()


def row_height(window) -> int:
    view = window.tunnels._list
    return view.sizeHintForRow(0)


@pytest.mark.parametrize("family", ["DejaVu Sans", "DejaVu Sans Mono"])
def test_key_is_never_cut(qtbot, family):
    label = Text("5HmPaFHAoCmLtWwQytHRwOM5IfxMX0qdbp7hzOWAmAw=")  # no “+” or “/” to break it at
    qtbot.addWidget(label)
    label.setFont(QFont(family))
    if QFontInfo(label.font()).family() != family:
        pytest.skip(f"{family} is not installed")
    whole = label.fontMetrics().horizontalAdvance(label.text())
    assert label.minimumSizeHint().width() >= whole


def test_state_of_an_odd_name_is_told_like_any_other(open_window):
    _, window = open_window(with_name(UNICORNS), a_backend(connected_home()))
    window.resize(QSize(700, 500))
    window.choose("home")
    assert window.windowTitle().startswith("Connected to home")
