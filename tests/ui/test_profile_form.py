"""The form of a profile: what fields write, what they leave, and where the keyboard goes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.support.texts import HOME, PRIVATE_KEY, SERVER_KEY
from wgdesk.domain.allowed_choice import Reach
from wgdesk.domain.form_edits import set_value
from wgdesk.domain.line_edit import apply_edits
from wgdesk.domain.live_document import LiveDocument
from wgdesk.ui.widgets.peer_card import PeerCard
from wgdesk.ui.widgets.profile_form import ProfileForm

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CHOICES = tuple(Reach)


class Filled:
    """A form, and the text that it writes into."""

    def __init__(self, text):
        self.form, self.live, self.written = ProfileForm(), LiveDocument(text.split("\n")), []
        self.form.edits_made.connect(self.do)
        self.form.resize(800, 600)
        self.form.show_document(self.live)
        self.form.show()
        self.form.activateWindow()

    def do(self, edits):
        self.written += edits
        lines = apply_edits(self.live.lines, edits)
        self.live.set_lines("\n".join(lines).split("\n"))
        self.form.show_document(self.live)

    @property
    def text(self):
        return "\n".join(self.live.lines)

    def field(self, key, peer=None):
        card = self.form.interface if peer is None else self.form.peers[peer]
        return card._fields[key]

    def choose(self, reach, peer=0):
        card = self.form.peers[peer]
        card._reach.setCurrentIndex(CHOICES.index(reach))
        card._reach.activated.emit(CHOICES.index(reach))


@pytest.fixture
def fill(qtbot):
    def make(text=HOME):
        made = Filled(text)
        qtbot.addWidget(made.form)
        return made

    return make


def paste(widget, text):
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(widget, Key.Key_V, Modifier.ControlModifier)


# What a field writes.


def test_a_pasted_text_stays_in_its_line(fill):
    made = fill()
    field = made.field("PersistentKeepalive", 0).text
    field.selectAll()
    paste(field, "30\nPostUp = touch /tmp/x\r\n")
    assert field.text() == "30"
    assert made.text == HOME.replace("= 25", "= 30")


@pytest.mark.parametrize("sign", ["\n", "\r", "\0", "\u2028", "#"])
def test_what_would_end_a_value_ends_it(fill, sign):
    made = fill()
    made.field("MTU").text.setFocus()
    paste(made.field("MTU").text, f" 1400{sign}[Peer]")
    assert made.text == HOME.replace("\n\n[Peer]", "\nMTU = 1400\n\n[Peer]")


def test_a_comment_sign_that_is_typed_leaves_nothing_behind(fill):
    made = fill()
    QTest.keyClicks(made.field("MTU").text, "14#00")
    assert "MTU = 1400\n" in made.text


def test_items_with_commas_are_several_and_the_caret_stays(fill):
    made = fill()
    text = made.field("DNS").text
    QTest.keyClicks(text, "10.66.0.1, ")
    made.form.flush()
    QTest.keyClicks(text, "corp.example")
    made.form.flush()
    assert "DNS = 10.66.0.1, corp.example\n" in made.text
    assert text.toPlainText() == "10.66.0.1, corp.example"


def test_a_comment_between_items_does_not_swallow_the_next(fill):
    made = fill()
    made.field("Address").text.setPlainText("10.66.0.2/32 # home\n10.66.0.3/32")
    made.form.flush()
    assert "Address = 10.66.0.2/32, 10.66.0.3/32\n" in made.text


def test_a_command_has_every_sign_it_needs(fill):
    made = fill()
    command = "iptables -m comment --comment 'a, #b' -A INPUT, -j DROP"
    made.field("PostUp").text.setPlainText(command)
    made.form.flush()
    assert f"PostUp = {command}\n" in made.text


def test_a_huge_clipboard_is_not_taken_in(fill):
    made = fill()
    made.field("Address").text.selectAll()
    paste(made.field("Address").text, "10.0.0.1/32\n" * 200_000)
    made.form.flush()
    assert made.text == HOME


# What goes through a peer.


@pytest.mark.parametrize("allowed", ["10.0.0.7/24, wrong", "0.0.0.0/1, 128.0.0.0/1, ::/0"])
def test_the_same_choice_again_writes_nothing(fill, allowed):
    made = fill(HOME.replace("0.0.0.0/0, ::/0", allowed))
    made.choose(CHOICES[made.form.peers[0]._reach.currentIndex()])
    assert made.written == []


@pytest.mark.parametrize("allowed", ["10.0.0.0/24", "0.0.0.0/0"])
def test_all_traffic_is_that_of_each_family_which_the_device_has(fill, allowed):
    made = fill(HOME.replace("0.0.0.0/0, ::/0", allowed))
    made.choose(Reach.ALL)
    assert made.text == HOME


def test_own_networks_stay_inside_though_something_else_is_wrong(fill):
    made = fill(HOME.replace("Address", "MTU = abc\nDNS = 10.9.9.9\nAddress"))
    assert made.live.profile is None
    made.choose(Reach.ALL_BUT_LOCAL)
    items = made.field("AllowedIPs", 0).items()
    assert {"10.66.0.2/32", "10.9.9.9/32"} <= set(items)
    assert "0.0.0.0/0" not in items


# Peers.


def test_the_first_peer_takes_all_and_a_second_takes_nothing_from_it(fill):
    made = fill("[Interface]\n")
    made.form._add.click()
    assert "AllowedIPs = 0.0.0.0/0, ::/0" in made.text
    made.form._add.click()
    assert made.text.count("AllowedIPs = 0.0.0.0/0") == 1
    assert len(made.form.peers) == 2


def test_a_new_peer_has_the_keyboard(fill):
    made = fill()
    made.form._add.click()
    QTest.qWait(0)
    field = made.field("PublicKey", 1).text
    assert made.form.focusWidget() is field
    assert not field.visibleRegion().isEmpty()


def test_the_keyboard_goes_with_a_peer_that_moves(fill):
    made = fill(HOME + f"\n[Peer]\nPublicKey = {PRIVATE_KEY}\nAllowedIPs = 10.1.0.0/16\n")
    made.form.peers[1]._up.setFocus()
    QTest.keyClick(made.form.peers[1]._up, Key.Key_Space)
    assert made.field("PublicKey", 0).text.text() == PRIVATE_KEY
    assert made.form.peers[0].isAncestorOf(made.form.focusWidget())
    QTest.keyClick(made.form.focusWidget(), Key.Key_Space)
    assert made.field("PublicKey", 1).text.text() == PRIVATE_KEY


def test_the_keyboard_stays_near_a_peer_that_goes(fill):
    made = fill(HOME + f"\n[Peer]\nPublicKey = {PRIVATE_KEY}\n")
    made.form.peers[1]._remove.click()
    assert made.form.focusWidget() is made.form.peers[0]._remove
    made.form.peers[0]._remove.click()
    assert made.form.focusWidget() is made.form._add


def test_it_is_said_which_peer_a_control_is_for(fill):
    made = fill(HOME + f"\n[Peer]\nPublicKey = {SERVER_KEY}\n")
    for number, card in enumerate(made.form.peers):
        for control in (card._remove, card._up, card._reach, card._fields["Endpoint"].text):
            assert control.accessibleName().endswith(f"Peer {number + 1}")
    made.form.peers[1]._remove.click()
    assert made.form.peers[0]._reach.accessibleName() == "What goes through it"


def test_only_cards_that_say_something_else_are_filled(fill, monkeypatch):
    made = fill("[Interface]\n" + f"\n[Peer]\nPublicKey = {SERVER_KEY}\n" * 20)
    filled = []
    fill_in = PeerCard.fill
    monkeypatch.setattr(
        PeerCard,
        "fill",
        lambda card, *text: (filled.append(card.section), fill_in(card, *text)),
    )
    QTest.keyClicks(made.field("Endpoint", 7).text, "a")
    assert filled == [7]


# What it says.


def test_more_can_be_closed_though_there_is_something_in_it(fill):
    made = fill(HOME.replace("Address", "PostUp = true\nAddress"))
    assert made.field("PostUp").isVisible()
    made.form.interface._more.click()
    QTest.keyClicks(made.field("MTU").text, "1400")
    assert not made.field("PostUp").isVisible()


def test_each_command_says_what_it_is(fill):
    made = fill(
        HOME.replace("Address", "PostUp = mount /x\nPostUp = resolvectl dns %i 10.9.9.9\nAddress")
    )
    note = made.field("PostUp")._note.text()
    assert note.split("\n")[-1] == "Line 2: DNS by resolvectl."
    assert "Line 1" not in note


def test_a_peer_without_a_key_says_so_where_the_key_belongs(fill):
    made = fill(HOME.replace(f"PublicKey = {SERVER_KEY}\n", ""))
    assert made.field("PublicKey", 0)._error.text().startswith("This peer has no public key.")


def test_a_public_key_is_not_turned_round_in_a_window_from_the_right(fill, qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        made = fill()
        note = made.field("PrivateKey")._note.text()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    start, end = note.index("\u2068"), note.index("\u2069")
    assert note[start + 1 : end].endswith("=")


def test_what_is_wrong_is_readable_in_another_colour_scheme(fill, qapp):
    made = fill(HOME.replace("Address", "MTU = abc\nAddress"))
    error: QLabel = made.field("MTU")._error
    before, palette = error.palette().windowText().color(), QPalette(qapp.palette())
    dark = QPalette(QColor(50, 50, 55), QColor(25, 25, 28))
    try:
        qapp.setPalette(dark)
        QTest.qWait(0)
        assert error.palette().windowText().color() != before
    finally:
        qapp.setPalette(palette)


# Fast among many.


LINES = ("# a", "", "MTU = 1", "PublicKey = x", "AllowedIPs = 10.0.0.0/8,::/0", "[Peer]", "odd")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(st.sampled_from(LINES), max_size=12),
    end=st.sampled_from(["", "\r"]),
    value=st.sampled_from([None, "y"]),
)
def test_a_card_writes_what_it_would_write_with_the_whole_text_in_hand(fill, lines, end, value):
    made = fill("\n".join(f"{it}{end}" for it in ["[Interface]", *lines]))
    cards = [(None, made.form.interface), *enumerate(made.form.peers)]
    for section, card in cards:
        for key in ("MTU", "PublicKey", "AllowedIPs"):
            made.written.clear()
            before = made.live.lines
            card.set(key, value)
            wanted = apply_edits(before, set_value(before, section, key, value))
            assert apply_edits(before, made.written) == wanted
