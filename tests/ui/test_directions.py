"""A window that reads from the right, and Qt's own words in the user's language."""

import pytest
from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel

from tests.support.scenes import FILES, a_backend, connected_home
from wgdesk.ui.qt_language import set_language
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.ui.widgets.fact_list import FactList

ISOLATES = ("\u2068", "\u2069")
CANCEL = ("QPlatformTheme", "Cancel")


@pytest.fixture
def language(qapp):
    """Sets a language, and goes back to English."""
    yield lambda code: set_language(qapp, code)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    set_language(qapp, "en")


def test_qts_own_words_follow_the_language(language):
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not QTranslator().load("qtbase_de", folder):
        pytest.skip("this Qt came without its translations")
    assert QApplication.translate(*CANCEL) == "Cancel"
    language("de")
    assert QApplication.translate(*CANCEL) == "Abbrechen"


@pytest.mark.parametrize(("code", "is_mirrored"), [("de", False), ("he", True), ("ar", True)])
def test_direction_follows_the_language(language, code, is_mirrored):
    language(code)
    assert QGuiApplication.isRightToLeft() is is_mirrored
    assert QLocale(code).textDirection() == QApplication.layoutDirection()


def test_tables_keep_addresses_in_order_and_copy_them_bare(language, open_window):
    language("he")
    _, window = open_window(FILES, a_backend(connected_home()))
    table = window.findChildren(CopyTable)[0]
    shown = table.model().index(0, 5).data(Qt.ItemDataRole.DisplayRole)
    assert shown == "0.0.0.0/0, ::/0".join(ISOLATES)
    table.setCurrentIndex(table.model().index(0, 0))
    table.copy_selection()
    copied = QGuiApplication.clipboard().text()
    assert "0.0.0.0/0, ::/0" in copied
    assert not any(sign in copied for sign in ISOLATES)


def test_facts_stand_on_the_side_where_lines_begin(language, open_window):
    language("he")
    _, window = open_window(FILES, a_backend(connected_home()))
    window.resize(1900, 760)  # or the text is as wide as its place
    QApplication.processEvents()
    addresses = next(
        label
        for label in window.findChild(FactList).findChildren(QLabel)
        if label.text() == "10.8.0.2/24, fd08::2/64"
    )
    columns = inked_columns(addresses.grab().toImage())
    assert addresses.width() - columns[-1] < columns[0]


def inked_columns(image: QImage) -> list[int]:
    """Where there is another colour than the corner's, from left to right."""
    ground = image.pixel(0, 0)
    return [
        x
        for x in range(image.width())
        if any(image.pixel(x, y) != ground for y in range(image.height()))
    ]
