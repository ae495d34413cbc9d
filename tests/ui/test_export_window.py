"""The window of exports: files, a code that hides itself, a clipboard that forgets."""

import stat
from contextlib import ExitStack
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QClipboard, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from tests.support.desktop import desktop
from tests.support.fake_safe import FakeSafe
from tests.support.imports import a_library
from tests.support.scenes import HOME, WORK
from wgdesk.client import secrets
from wgdesk.client.key_moving import KeyMover
from wgdesk.client.profile_archive import profiles_in
from wgdesk.client.qr_code import MAX_BYTES, qr_code
from wgdesk.domain.profile_errors import VaultLocked
from wgdesk.ui.secret_clipboard import HINT, SecretClipboard, secret_clipboard
from wgdesk.ui.widgets.qr_view import QrView
from wgdesk.ui.windows.export_window import ExportWindow


class Export:
    """An open window over a folder of its own."""

    def __init__(self, made, place: Path, names: tuple[str, ...]) -> None:
        self.made, self.place = made, place
        self.library = a_library(place, {"home": HOME, "work": WORK})
        self.window = ExportWindow(made.bridge, self.library, names)
        self.window.show()
        self.window.activateWindow()
        made.wait_until(self.window.isActiveWindow, "the window")

    def wait(self, condition, what: str) -> None:
        self.made.wait_until(condition, what)

    def trouble(self) -> str:
        return self.window._trouble.text()


@pytest.fixture
def open_window(qapp, tmp_path):
    with ExitStack() as stack:

        def open_one(*names: str) -> Export:
            made = stack.enter_context(desktop({}))
            export = Export(made, tmp_path, names or ("home",))
            stack.callback(export.window.deleteLater)
            return export

        yield open_one
        secret_clipboard().clear()


def test_a_file_is_written_for_its_owner_only(open_window, tmp_path):
    export = open_window()
    export.window.save(tmp_path / "home.conf", ".conf")
    export.wait(lambda: "Saved as" in export.window.file._done.text(), "the file")
    assert (tmp_path / "home.conf").read_bytes() == HOME
    assert stat.S_IMODE((tmp_path / "home.conf").stat().st_mode) == 0o600


def test_nothing_is_overwritten(open_window, tmp_path):
    (tmp_path / "home.conf").write_bytes(b"mine")
    export = open_window()
    export.window.save(tmp_path / "home.conf", ".conf")
    export.wait(lambda: "already" in export.trouble(), "the refusal")
    assert (tmp_path / "home.conf").read_bytes() == b"mine"
    assert not export.window.file._done.isVisible()


def test_the_dialog_is_asked_for_a_new_file(open_window, tmp_path):
    export = open_window()
    window = export.window
    window.file._endings[1][0].click()
    window.file.button.click()
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert (dialog.defaultSuffix(), dialog.selectedFiles()[0][-8:]) == ("zip", "home.zip")
    dialog.fileSelected.emit(str(tmp_path / "a.zip"))
    export.wait((tmp_path / "a.zip").exists, "the archive")
    dialog.close()


def test_several_go_into_an_archive(open_window, tmp_path):
    export = open_window("home", "work")
    assert export.window.windowTitle()
    assert export.window._title.text() == "Export 2 tunnels"
    assert not export.window.qr.isVisible()
    assert not export.window.text.isVisible()
    export.window.save(tmp_path / "a.zip", export.window.file.ending)
    export.wait(lambda: "Saved as" in export.window.file._done.text(), "the archive")
    found = profiles_in((tmp_path / "a.zip").read_bytes(), "a.zip")
    assert {it.title: it.content for it in found} == {"home": HOME, "work": WORK}


def read_code(widget: QWidget) -> bytes:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    data = memoryview(picture.constBits()).cast(
        "B", shape=[picture.height(), picture.bytesPerLine()]
    )
    (found,) = zxingcpp.read_barcodes(data)
    return found.bytes


def shown(export: Export) -> ExportWindow:
    window = export.window
    assert not window.qr.is_shown
    QTest.mouseClick(window.qr.button, Qt.MouseButton.LeftButton)
    export.wait(lambda: window.qr.is_shown, "the code")
    return window


def test_a_phone_reads_the_code(open_window):
    window = shown(open_window())
    assert read_code(window.qr.view) == HOME
    QTest.mouseClick(window.qr.button, Qt.MouseButton.LeftButton)
    assert not window.qr.is_shown
    assert not window.qr.view.isVisible()


def test_the_code_hides_when_another_window_comes_to_the_front(open_window):
    export = open_window()
    window = shown(export)
    other = QWidget()
    other.show()
    other.activateWindow()
    export.wait(lambda: not window.isActiveWindow(), "the other window")
    assert not window.qr.is_shown
    other.close()


@pytest.mark.parametrize("leave", [QWidget.hide, QWidget.close])
def test_the_code_is_gone_with_the_window(open_window, leave):
    window = shown(open_window())
    leave(window)
    assert not window.qr.is_shown


def test_what_is_too_big_for_a_code_is_told(open_window):
    export = open_window()
    (export.library.store.folder / "home.conf").write_bytes(HOME + b"#" * MAX_BYTES)
    export.window.qr.button.click()
    export.wait(lambda: "too big for a QR code" in export.trouble(), "the refusal")
    assert not export.window.qr.is_shown


def test_modules_are_whole_pixels_of_black_and_white(qapp):
    view = QrView()
    view.resize(417, 389)
    view.show_code(qr_code(HOME, "home"))
    picture = view.grab().toImage()
    colors = {
        picture.pixelColor(x, y).name()
        for x in range(60, picture.width() - 60)
        for y in range(60, picture.height() - 60)
    }
    assert colors == {"#000000", "#ffffff"}
    view.deleteLater()


def test_a_locked_keyring_is_told(open_window, monkeypatch):
    safe = FakeSafe()
    monkeypatch.setattr(secrets, "_desktop_safe", safe.open)
    export = open_window()
    KeyMover(export.library, safe.vault()).into_keyring("home")
    safe.error = VaultLocked()
    export.window.qr.button.click()
    export.wait(lambda: "keyring, which is locked" in export.trouble(), "the refusal")
    safe.error = None
    window = shown(export)
    assert read_code(window.qr.view) == HOME


def test_the_clipboard_gets_a_secret_and_is_told_so(open_window):
    export = open_window()
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before", QClipboard.Mode.Clipboard)
    export.window.text.button.click()
    export.wait(lambda: clipboard.text() == HOME.decode(), "the text")
    assert clipboard.mimeData().data(HINT).data() == b"secret"
    if clipboard.supportsSelection():
        assert clipboard.text(QClipboard.Mode.Selection) != HOME.decode()
    secret_clipboard().clear()
    assert clipboard.text() == ""
    assert "gone" in export.window.text._state.text()


def test_it_goes_by_itself(qapp, qtbot):
    clipboard = SecretClipboard(qapp, stay_ms=20)
    with qtbot.waitSignal(clipboard.cleared):
        clipboard.copy("secret")
        assert QGuiApplication.clipboard().text() == "secret"
    assert QGuiApplication.clipboard().text() == ""
    clipboard.deleteLater()


def test_what_somebody_else_copied_stays(qapp):
    clipboard = SecretClipboard(qapp)
    clipboard.copy("secret")
    QGuiApplication.clipboard().setText("mine")
    assert not clipboard.is_there
    clipboard.clear()
    assert QGuiApplication.clipboard().text() == "mine"
    clipboard.deleteLater()


def test_it_goes_when_the_program_ends(qapp):
    clipboard = SecretClipboard(qapp)
    clipboard.copy("secret")
    qapp.aboutToQuit.emit()
    assert QGuiApplication.clipboard().text() == ""
    clipboard.deleteLater()


def test_every_control_is_reached_and_named(open_window):
    window = open_window().window
    names = set()
    window.setFocus()
    for _ in range(12):
        focus = QApplication.focusWidget()
        names.add(focus.accessibleName() or focus.text())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert names >= {
        "WireGuard profile (.conf)",
        "Save…",
        "Show the QR code",
        "Copy the text of the tunnel",
    }
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
