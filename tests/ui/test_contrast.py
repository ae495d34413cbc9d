"""What is written can be read and what is marked can be seen, in every colour scheme.

Figures from WCAG 2.1: 4.5:1 for text (1.4.3), 3:1 for marks and graphs (1.4.11).
"""

import re

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QStyleFactory, QWidget

from tests.support import palettes
from tests.support.scenes import BROKEN, FILES, a_backend, connected_home
from tests.translations.sources import REPO
from wgdesk.ui import icons
from wgdesk.ui.icons import SHADES, tone_color
from wgdesk.ui.marks import Tone
from wgdesk.ui.tray_style import TrayStyle
from wgdesk.ui.widgets.choice import SwitchChoice
from wgdesk.ui.widgets.message_bar import TINT_SHARE
from wgdesk.ui.widgets.page_button import OPEN_SHARE
from wgdesk.ui.widgets.shades import contrast, mix, quiet_color
from wgdesk.ui.widgets.soft_selection import FOCUSED, UNFOCUSED

TEXT, MARK = 4.5, 3.0
TINTED = 1.25  # what a message's tint may take away
Role = QPalette.ColorRole
DARK = (palettes.dark, palettes.breeze_dark, palettes.adwaita_dark, palettes.high_contrast)
schemes = pytest.mark.parametrize("scheme", palettes.PALETTES, ids=lambda make: make.__name__)


def grounds(palette: QPalette) -> dict[str, QColor]:
    """Everything that our own colours are drawn on."""
    base, window = palette.color(Role.Base), palette.color(Role.Window)
    accent = palette.color(QPalette.ColorGroup.Active, Role.Highlight)
    tints = {
        f"{tone} bar": mix(tone_color(tone, palette), window, TINT_SHARE)
        for tone in (Tone.ATTENTION, Tone.BAD)
    }
    return {
        "window": window,
        "base": base,
        "chosen": mix(accent, base, FOCUSED),
        "chosen elsewhere": mix(accent, base, UNFOCUSED),
        **tints,
    }


def test_contrast_is_that_of_the_standard():
    black, white, grey = QColor("#000000"), QColor("#ffffff"), QColor("#777777")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, white) == pytest.approx(1)
    assert contrast(grey, white) == contrast(white, grey) == pytest.approx(4.48, abs=0.01)


@schemes
def test_marks_are_seen_on_everything(scheme):
    palette = scheme()
    measured = {
        (tone, name): contrast(tone_color(tone, palette), ground)
        for tone in Tone
        for name, ground in grounds(palette).items()
    }
    assert {pair: value for pair, value in measured.items() if value < MARK} == {}


@schemes
def test_words_in_the_colour_of_their_meaning_are_read(scheme):
    palette = scheme()
    measured = {
        (tone, name): contrast(tone_color(tone, palette), grounds(palette)[name])
        for tone in Tone
        for name in ("window", "base")
    }
    assert {pair: value for pair, value in measured.items() if value < TEXT} == {}


@schemes
def test_quiet_text_is_read(scheme):
    palette = scheme()
    whole = palette.color(Role.WindowText)
    for name, ground in grounds(palette).items():
        # Where the scheme's own text does not reach it, ours is its own text.
        wanted = min(TEXT, contrast(whole, ground))
        assert contrast(quiet_color(palette), ground) >= wanted - 0.01, name


@schemes
def test_quiet_text_is_quieter_where_it_may_be(scheme):
    palette = scheme()
    whole, window = palette.color(Role.WindowText), palette.color(Role.Window)
    if contrast(whole, window) > 7:
        assert contrast(quiet_color(palette), window) < contrast(whole, window)


@schemes
def test_name_of_the_open_page_is_read(scheme):
    palette = scheme()
    text, window = palette.color(Role.WindowText), palette.color(Role.Window)
    own = contrast(text, window)
    assert contrast(text, mix(text, window, OPEN_SHARE)) >= min(TEXT, own / TINTED)


def test_tray_marks_are_seen_on_black_and_on_white():
    for color in map(QColor, icons._ON_ANY.values()):
        for panel in ("#000000", "#ffffff"):
            assert contrast(color, QColor(panel)) >= MARK, (color.name(), panel)


def test_a_tray_in_one_shade_stands_out_from_the_panel_that_it_is_for():
    for style, panel in ((TrayStyle.LIGHT, "#4a4a4a"), (TrayStyle.DARK, "#c8c8c8")):
        assert contrast(QColor(SHADES[style]), QColor(panel)) >= TEXT


@schemes
def test_lines_and_words_of_what_is_sent_are_read(scheme):
    palette = scheme()
    for name in ("window", "base"):
        assert contrast(icons.sent_color(palette), grounds(palette)[name]) >= TEXT, name


@schemes
def test_each_piece_of_a_profiles_text_is_read(scheme):
    palette = scheme()
    ground = grounds(palette)["base"]
    for ink in icons.Ink:
        assert contrast(icons.ink_color(ink, palette), ground) >= TEXT, ink


def test_colours_stand_in_one_file():
    """So that those above are all."""
    found = [
        path.name
        for path in (REPO / "wgdesk" / "ui").rglob("*.py")
        if re.search(r'"#[0-9a-fA-F]{3,8}"', path.read_text(encoding="utf-8"))
    ]
    assert found == ["icons.py"]


@pytest.fixture
def in_scheme():
    """Puts the application into a colour scheme, and back."""
    before, style = QApplication.palette(), QApplication.style().name()

    def put(palette: QPalette) -> None:
        QApplication.setStyle(QStyleFactory.create("Fusion"))
        QApplication.setPalette(palette)

    yield put
    QApplication.setStyle(style)
    QApplication.setPalette(before)


@schemes
@pytest.mark.parametrize("chosen", ["home", "cafe"])
def test_labels_are_read_as_they_are_drawn(in_scheme, open_window, scheme, chosen):
    """Not what was asked for, but what came of it: the pixels."""
    in_scheme(scheme())
    own = contrast(scheme().color(Role.WindowText), scheme().color(Role.Window))
    wanted = min(TEXT, own / TINTED)  # a scheme may be pale by itself
    _, window = open_window({**FILES, "cafe": BROKEN}, a_backend(connected_home()))
    window.choose(chosen)
    QApplication.processEvents()
    labels = [it for it in window.findChildren(QLabel) if it.isVisible() and it.text()]
    assert len(labels) >= 3
    poor = {it.text(): drawn_contrast(it) for it in labels if drawn_contrast(it) < wanted - 0.1}
    assert poor == {}


@pytest.mark.parametrize("scheme", DARK, ids=lambda make: make.__name__)
def test_box_without_a_tick_is_seen_in_the_dark(in_scheme, qtbot, scheme):
    in_scheme(scheme())
    choice = SwitchChoice("")
    qtbot.addWidget(choice)
    choice.show()
    assert drawn_contrast(choice.box) >= MARK


def drawn_contrast(label: QWidget) -> float:
    """Of the colour that there is most of, and the one that stands out most from it."""
    window = label.window()
    window.repaint()
    corner = label.mapTo(window, label.rect().topLeft())
    image = window.grab(label.rect().translated(corner)).toImage()
    colors: dict[int, int] = {}
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixel(x, y)
            colors[pixel] = colors.get(pixel, 0) + 1
    ground = QColor.fromRgb(max(colors, key=colors.__getitem__))
    return max(contrast(QColor.fromRgb(pixel), ground) for pixel in colors)
