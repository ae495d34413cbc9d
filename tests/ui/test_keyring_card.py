"""The settings' card that moves keys into the keyring and back."""

from contextlib import ExitStack

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.desktop import desktop
from tests.support.fake_safe import FakeSafe
from tests.support.imports import a_library
from tests.support.scenes import HOME, WORK
from wgdesk.client.key_moving import KeyMover
from wgdesk.domain.profile_errors import VaultAbsent
from wgdesk.ui.windows.keyring_card import KeyringCard


class Shown:
    def __init__(self, made, place) -> None:
        self.made, self.safe = made, FakeSafe()
        self.library = a_library(place, {"home": HOME, "work": WORK})
        self.card = KeyringCard(made.switchboard, lambda: KeyMover(self.library, self.safe.vault()))
        self.card.look_again()
        self.card.show()
        self.wait(lambda: self.card.list.count() == 3, "the list")

    def wait(self, condition, what):
        self.made.wait_until(condition, what)

    def items(self) -> list[str]:
        return [self.card.list.itemText(at) for at in range(self.card.list.count())]

    def text(self, name: str) -> bytes:
        return self.library.file(name).read()


@pytest.fixture
def shown(qapp, tmp_path):
    with ExitStack() as stack:
        found = Shown(stack.enter_context(desktop({})), tmp_path)
        yield found
        found.card.deleteLater()


def test_one_tunnel(shown):
    assert shown.items() == ["All tunnels", "home: in its file", "work: in its file"]
    shown.card.list.setCurrentIndex(1)
    assert (shown.card.into.isEnabled(), shown.card.back.isEnabled()) == (True, False)
    QTest.mouseClick(shown.card.into, Qt.MouseButton.LeftButton)
    assert not shown.card.into.isEnabled()
    shown.wait(lambda: "home: in the keyring" in shown.items(), "the move")
    assert shown.items()[0] == "All tunnels (1 in the keyring)"
    assert shown.card.list.currentIndex() == 1  # still the same one
    assert (shown.card.into.isEnabled(), shown.card.back.isEnabled()) == (False, True)
    assert b"wgdesk-secret" in shown.text("home")
    assert shown.text("work") == WORK
    QTest.mouseClick(shown.card.back, Qt.MouseButton.LeftButton)
    shown.wait(lambda: "home: in its file" in shown.items(), "the way back")
    assert shown.text("home") == HOME


def test_all_of_them(shown):
    shown.card.into.click()
    shown.wait(lambda: "work: in the keyring" in shown.items(), "the move")
    shown.card.back.click()
    shown.wait(lambda: "work: in its file" in shown.items(), "the way back")
    assert (shown.text("home"), shown.text("work")) == (HOME, WORK)


def test_without_a_keyring_it_says_so(shown):
    shown.safe.error = VaultAbsent("no keyring answers on this desktop")
    shown.card.into.click()
    shown.wait(lambda: bool(shown.card._trouble.text()), "the refusal")
    assert "No keyring answers" in shown.card._trouble.text() or (
        "no keyring answers" in shown.card._trouble.text()
    )
    shown.wait(shown.card.into.isEnabled, "another try")
    assert shown.text("home") == HOME


def test_one_that_cannot_be_moved_is_named(shown):
    path = shown.library.store.folder / "home.conf"
    path.write_bytes(HOME + b"[What]\n")
    shown.card.into.click()
    shown.wait(lambda: "home" in shown.card._trouble.text(), "the refusal")
    assert "1 tunnel stays as it is" in shown.card._trouble.text()
    assert b"wgdesk-secret" in shown.text("work")


def test_what_is_chosen_and_done_is_named(shown):
    assert shown.card.list.accessibleName()
    assert shown.card.into.text() != shown.card.back.text()
