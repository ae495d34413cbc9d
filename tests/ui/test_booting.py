"""The switch that has a profile connected at boot, as a person meets it."""

from contextlib import ExitStack
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.managed import managed
from tests.support.scenes import FILES, HOME, a_backend
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import HelperTooOld, NotAuthorized
from wgdesk.domain.options import HookMode
from wgdesk.domain.render import digest
from wgdesk.domain.unit_name import boot_unit

HOOKED = HOME.replace(b"[Peer]", b"PostUp = touch up\n[Peer]", 1)
KEYLESS = b"\n".join(it for it in HOME.splitlines() if not it.startswith(b"PrivateKey"))


def a_copy(name="home", text=HOME):
    return BootCopy(
        name=name,
        owner_uid=1000,
        digest=digest(read_profile(text)),
        when_unix_s=1_700_000_000,
        unit=boot_unit(name),
        is_enabled=True,
    )


class Seen:
    """A window, its card and the helper behind it."""

    def __init__(self, made, backend):
        self.made, self.backend, self.window = made, backend, made.window
        self.booting = made.managing.booting
        self.card = made.window.tunnels.page.boot
        self.box = self.card.choice.box

    def wait(self, told, what):
        self.made.desktop.wait_until(told, what)

    @property
    def hint(self):
        return self.box.accessibleDescription()

    def button(self, text):
        found = [it for it in self.window.findChildren(QPushButton) if it.text() == text]
        return next(it for it in found if it.isVisible())


@pytest.fixture
def see(qtbot, tmp_path):
    with ExitStack() as stack:

        def open_it(*copies, files=FILES, **errors) -> Seen:
            backend = a_backend()
            backend.boot = copies
            backend.errors.update(errors)
            made = stack.enter_context(managed(files, tmp_path, backend))
            qtbot.addWidget(made.window)
            made.window.show()
            made.window.activateWindow()
            qtbot.waitUntil(made.window.isActiveWindow)
            seen = Seen(made, backend)
            seen.wait(lambda: made.names, "the profiles")
            if not errors:
                seen.wait(lambda: seen.booting.board.is_known, "what connects at boot")
            made.window.choose("home")
            return seen

        yield open_it


def test_turned_on_and_off_with_the_keyboard(see):
    seen = see()
    assert seen.card.isVisible()
    assert not seen.box.isChecked()
    assert "An administrator agrees" in seen.hint
    seen.box.setFocus()
    QTest.keyClick(seen.box, Qt.Key.Key_Space)
    assert not seen.box.isChecked(), "not before the helper says so"
    seen.wait(seen.box.isChecked, "that it is on")
    assert ("set_boot", "home") in seen.backend.calls
    assert "Root keeps a copy" in seen.hint
    assert seen.made.managing.actions.boot.isChecked()
    seen.wait(seen.box.hasFocus, "the keyboard where it was")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    seen.wait(lambda: not seen.box.isChecked() and seen.box.isEnabled(), "that it is off")
    assert seen.backend.boot == ()


def test_menu_does_the_same(see):
    seen = see()
    seen.made.managing.actions.boot.trigger()
    seen.wait(seen.box.isChecked, "that it is on")


def test_refusal_is_told_in_the_card_and_nothing_is_changed(see):
    seen = see()
    seen.backend.errors["set_boot"] = NotAuthorized()
    seen.box.click()
    seen.wait(seen.card._trouble.isVisible, "the refusal")
    assert "home will not be connected" in seen.card._trouble.accessibleName()
    assert not seen.box.isChecked()


def test_edited_profile_can_be_approved_anew(see):
    seen = see(a_copy(text=HOOKED))
    assert seen.box.isChecked()
    assert "edited since" in seen.hint
    seen.button("Approve it as it is now").click()
    seen.wait(lambda: "Approved on" in seen.hint, "the new copy")
    assert seen.backend.boot[0].digest == digest(read_profile(HOME))


def test_disabled_unit_can_be_forgotten(see):
    seen = see(replace(a_copy(), is_enabled=False))
    assert not seen.box.isChecked()
    assert "wgdesk-tunnel@home.service was disabled" in seen.hint
    seen.button("Forget what was approved").click()
    seen.wait(lambda: seen.backend.boot == (), "the copy to go")


def test_what_becomes_of_commands_is_said(see):
    seen = see(files={"home": HOOKED})
    assert "Its 1 command is not run then." in seen.hint
    ready = replace(a_copy(text=HOOKED), commands=1)
    root = replace(ready, options=replace(ready.options, hooks=HookMode.ROOT))
    seen.backend.boot = (root,)
    seen.booting.board.look()
    seen.wait(lambda: "runs as root then" in seen.hint, "the news")


def test_profile_without_its_key_cannot(see):
    seen = see(files={"home": KEYLESS})
    assert not seen.box.isEnabled()
    assert "no private key" in seen.hint
    assert not seen.made.managing.actions.boot.isEnabled()


def test_older_helper_is_told(see):
    seen = see(boot_copies=HelperTooOld())
    seen.wait(lambda: "too old" in seen.hint, "the reason")
    assert not seen.box.isEnabled()


def test_deleted_profile_that_still_connects_is_told_and_turned_off(see):
    seen = see(a_copy())
    seen.made.managing.actions.delete.trigger()
    bar = seen.booting._bar
    seen.wait(lambda: "home is still connected" in bar.text(), "what is left over")
    seen.button("Turn that off").click()
    seen.wait(lambda: seen.backend.boot == (), "the copy to go")
    assert bar.text() == ""


def test_left_over_that_was_read_is_told_once(see):
    seen = see(a_copy("gone"))
    bar = seen.booting._bar
    assert "gone is still connected" in bar.text()
    bar.leave()
    seen.booting.board.look()
    seen.wait(lambda: not seen.booting.board._is_asking, "another look")
    assert bar.text() == ""
