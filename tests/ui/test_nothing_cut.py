"""Every text has the room it needs: in English, in a longer language, and in a bigger font."""

import pytest
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget

from tests.shots.scene import Scene, all_scenes
from tests.support.desktop import PATIENCE_MS, desktop
from wgdesk.ui.language import choose
from wgdesk.ui.widgets.texts import LONGEST_WORD, OneLine

SETTLED_MS = 30
EVERYWHERE = [scene for scene in all_scenes() if scene.everywhere]


def by_name(scene: Scene) -> str:
    return scene.name


@pytest.fixture
def german():
    choose("de")
    yield
    choose("en")


@pytest.fixture
def bigger(qapp):
    before = QApplication.font()
    font = QApplication.font()
    font.setPointSizeF(before.pointSizeF() * 1.5)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


def cut_texts(scene: Scene) -> list[str]:
    with desktop(scene.files, scene.backend()) as made:
        top = scene.make(made)
        top.show()
        QTest.qWait(SETTLED_MS)
        deadline = QDeadlineTimer(PATIENCE_MS)
        while (found := cut_now(top)) and not deadline.hasExpired():
            QTest.qWait(SETTLED_MS)  # heights follow widths some turns of the event loop later
        top.close()
        top.deleteLater()
    return found


def cut_now(top: QWidget) -> list[str]:
    return [
        *(it.text() for it in visible(top, QLabel) if is_label_cut(it)),
        *(it.text() for it in visible(top, QAbstractButton) if is_button_cut(it)),
    ]


def visible(top: QWidget, kind: type) -> list:
    return [it for it in top.findChildren(kind) if it.isVisibleTo(top) and it.text()]


def is_label_cut(label: QLabel) -> bool:
    if isinstance(label, OneLine):
        return False  # its place is the end of a line, and it ends in an ellipsis
    if label.wordWrap():
        return label.height() < label.heightForWidth(label.width())
    width = label.fontMetrics().horizontalAdvance(label.text())
    is_word = " " not in label.text() and len(label.text()) > LONGEST_WORD
    return not is_word and label.width() < width


def is_button_cut(button: QAbstractButton) -> bool:
    if isinstance(button, QToolButton) and not button.icon().isNull():
        return False  # it shows its icon
    needed = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
    return button.width() < needed or button.height() < button.fontMetrics().height()


@pytest.mark.parametrize("scene", all_scenes(), ids=by_name)
def test_nothing_is_cut(qapp, scene):
    assert cut_texts(scene) == []


@pytest.mark.parametrize("scene", EVERYWHERE, ids=by_name)
def test_nothing_is_cut_in_german(qapp, german, scene):
    assert cut_texts(scene) == []


@pytest.mark.parametrize("scene", EVERYWHERE, ids=by_name)
def test_nothing_is_cut_in_a_bigger_font(qapp, bigger, scene):
    assert cut_texts(scene) == []
