"""What is dropped or pasted on the window: one that is fine comes in at once, the rest is shown."""

import io
import zipfile
from contextlib import ExitStack

import pytest
import segno
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.managed import Managed, managed
from tests.support.scenes import BROKEN, FILES, HOME, WORK, a_backend, connected_home
from wgdesk.ui.incoming import Incoming
from wgdesk.ui.widgets.drop_veil import DropVeil
from wgdesk.ui.windows.import_window import ImportWindow

Buttons, Keys = Qt.MouseButton, Qt.KeyboardModifier
COPY = Qt.DropAction.CopyAction


@pytest.fixture
def make(qtbot, tmp_path):
    """Opens a window over these files; all ends with the test."""
    with ExitStack() as stack:

        def open_it(files=None, backend=None) -> Managed:
            made = stack.enter_context(managed(files or {}, tmp_path, backend))
            qtbot.addWidget(made.window)
            made.window.show()
            made.window.activateWindow()
            qtbot.waitUntil(made.window.isActiveWindow)
            return made

        yield open_it


def drop(made: Managed, data: QMimeData) -> DropVeil:
    """Across the window, and let go; the veil that lay over it meanwhile."""
    window = made.window
    (veil,) = window.findChildren(DropVeil)
    place = QPoint(400, 300)
    enter = QDragEnterEvent(place, COPY, data, Buttons.LeftButton, Keys.NoModifier)
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        assert veil.isVisible()
        assert veil.size() == window.size()
        let_go = QDropEvent(QPointF(place), COPY, data, Buttons.LeftButton, Keys.NoModifier)
        QApplication.sendEvent(window, let_go)
    return veil


def files(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def text(content: bytes) -> QMimeData:
    data = QMimeData()
    data.setText(content.decode())
    return data


def wizard(made: Managed) -> ImportWindow:
    """The window of imports, once it shows what was found."""
    found = lambda: made.openers._windows.get("import")  # noqa: E731
    made.desktop.wait_until(lambda: found() is not None, "the window")
    window = found()
    made.desktop.wait_until(lambda: bool(window.preview.model.rows), "what was found")
    return window


def click(made: Managed, label: str, qtbot) -> None:
    buttons = made.window.findChildren(QPushButton)
    (button,) = (it for it in buttons if it.text() == label and it.isVisible())
    qtbot.mouseClick(button, Buttons.LeftButton)


def test_one_file_that_is_fine_comes_in_without_a_question(make, tmp_path, qtbot):
    made = make({"work": WORK})
    path = tmp_path / "Zürich – Café.conf"  # noqa: RUF001  # as people write
    path.write_bytes(HOME)
    veil = drop(made, files(path))
    assert not veil.isVisible()
    made.wait_for_words("Imported Zürich – Café\nSends all traffic to 203.0.113.7.")  # noqa: RUF001
    made.desktop.wait_until(lambda: "Zürich – Café" in made.titles, "it in the list")  # noqa: RUF001
    made.desktop.wait_until(
        lambda: made.window.tunnels.chosen_row().name == "zurich-cafe", "it to be chosen"
    )
    assert made.openers._windows == {}
    click(made, "Undo", qtbot)
    made.wait_for_names("work")


def test_nothing_is_ever_activated(make, tmp_path):
    made = make({"work": WORK})
    (tmp_path / "home.conf").write_bytes(HOME)
    drop(made, files(tmp_path / "home.conf"))
    made.wait_for_words("Imported home")
    drop(made, files(tmp_path / "home.conf", tmp_path / "nothing.conf"))
    window = wizard(made)
    window.preview.model.choose_all(are_chosen=True)
    window._run()
    made.desktop.wait_until(lambda: bool(window.result._lines), "the result")
    asked = {method for method, _ in made.desktop.backend.calls}
    assert asked.isdisjoint({"up", "sync", "down"})


def test_the_same_profile_again_says_so(make):
    made = make(FILES)
    drop(made, text(HOME))
    made.wait_for_words("was there already")
    assert len(made.files()) == 3


def test_file_that_is_none_is_refused_with_its_cause(make, tmp_path):
    made = make({"work": WORK})
    (tmp_path / "cafe.conf").write_bytes(BROKEN)
    drop(made, files(tmp_path / "cafe.conf"))
    made.wait_for_words("cafe.conf was not imported")
    assert "Line 2, column 1" in made.said
    assert made.files() == ["work.conf"]


def test_name_that_is_taken_is_asked_about(make):
    made = make({"work": WORK})
    made.openers.take(Incoming())
    made.wait_for_words("No profile was found there")
    (made.folder.parent / "work.conf").write_bytes(HOME)
    drop(made, files(made.folder.parent / "work.conf"))
    window = wizard(made)
    assert window.preview.model.rows[0].face.word == "The name is taken"
    assert made.said == "", "nothing is looked for any more"
    assert made.files() == ["work.conf"]


def test_archive_and_folder_are_shown_first(make, tmp_path):
    made = make({"work": WORK})
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "one.conf").write_bytes(HOME)
    with zipfile.ZipFile(tmp_path / "provider.zip", "w") as archive:
        archive.writestr("two.conf", HOME.replace(b"10.8.0.2", b"10.8.0.3"))
        archive.writestr("../../etc/passwd.conf", b"x")
    drop(made, files(folder, tmp_path / "provider.zip"))
    window = wizard(made)
    assert [(row.name, row.is_chosen) for row in window.preview.model.rows][:2] == [
        ("one", True),
        ("two", True),
    ]
    assert [row.can_be_chosen for row in window.preview.model.rows] == [True, True, False]
    window._run()
    made.wait_for_names("one", "two", "work")
    made.desktop.wait_until(lambda: made.keeper.last_step is not None, "the way back")
    window.close()
    made.window.activateWindow()
    made.desktop.wait_until(made.window.isActiveWindow, "the main window")
    QTest.keyClick(made.window.tunnels, Qt.Key.Key_Z, Keys.ControlModifier)
    made.wait_for_names("work")


def test_colour_is_no_welcome_guest(make):
    made = make({"work": WORK})
    data = QMimeData()
    data.setData("application/x-color", QByteArray(b"\0" * 8))
    assert not drop(made, data).isVisible()
    assert made.said == ""


def test_veil_goes_with_what_is_dragged(make):
    made = make({"work": WORK})
    (veil,) = made.window.findChildren(DropVeil)
    data = text(HOME)
    enter = QDragEnterEvent(QPoint(9, 9), COPY, data, Buttons.LeftButton, Keys.NoModifier)
    QApplication.sendEvent(made.window, enter)
    assert veil.isVisible()
    QApplication.sendEvent(made.window, QDragLeaveEvent())
    assert not veil.isVisible()


def test_profile_is_pasted_by_key_where_the_list_is(make):
    made = make({"work": WORK})
    made.window.tunnels.list.setFocus()
    QGuiApplication.clipboard().setText(HOME.decode())
    QTest.keyClick(made.window.tunnels.list, Qt.Key.Key_V, Keys.ControlModifier)
    made.wait_for_words("Imported")
    made.desktop.wait_until(lambda: len(made.names) == 2, "it")


def test_paste_in_the_search_is_a_paste_into_the_search(make):
    made = make({"work": WORK})
    made.window.tunnels.start_search()
    QGuiApplication.clipboard().setText("home")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Keys.ControlModifier)
    assert made.window.tunnels._search.text() == "home"
    assert made.said == ""


def test_fifty_megabytes_of_clipboard_are_refused_in_words(make):
    made = make({"work": WORK})
    QGuiApplication.clipboard().setText("a" * (50 << 20))
    made.managing.actions.paste.trigger()
    made.wait_for_words("The text has 50.00 MiB; at most 1.00 MiB are read.")
    QGuiApplication.clipboard().clear()


def test_picture_of_a_qr_code_is_a_profile(make):
    made = make({"work": WORK})
    picture = io.BytesIO()
    segno.make(HOME.decode(), error="l").save(picture, kind="png", scale=4, border=4)
    data = QMimeData()
    data.setData("image/png", QByteArray(picture.getvalue()))
    drop(made, data)
    made.desktop.wait_until(lambda: "Imported" in made.said, "the picture to be read")
    (new,) = set(made.files()) - {"work.conf"}
    assert (made.folder / new).read_bytes() == HOME


def test_picture_of_something_else_is_refused_with_its_cause(make):
    made = make({"work": WORK})
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    data = QMimeData()
    data.setImageData(image)
    drop(made, data)
    made.desktop.wait_until(lambda: "was not imported" in made.said, "the cause")
    assert "QR" in made.said


def test_first_profile_is_dropped_on_the_empty_page(make):
    made = make()
    assert made.window.tunnels._right.currentWidget() is made.window.tunnels.empty
    drop(made, text(HOME))
    made.wait_for_words("Imported")
    made.desktop.wait_until(lambda: len(made.names) == 1, "the first one")


def test_import_is_not_undone_where_the_tunnel_is_up_by_now(make, tmp_path):
    made = make({"home": HOME}, a_backend(connected_home()))
    made.keeper.note_imported(("home",), "home")
    made.keeper.undo()
    made.wait_for_words("home is up")
    assert made.files() == ["home.conf"]
