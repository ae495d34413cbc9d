"""What a Flatpak cannot do, said where a person looks."""

import pytest
from PySide6.QtWidgets import QLabel, QRadioButton

from tests.support.texts import HOME
from wgdesk.domain.conf import read_profile
from wgdesk.domain.options import HookMode
from wgdesk.ui import commands, instance
from wgdesk.ui.instance import runtime_dir
from wgdesk.ui.sandbox_words import sandbox_limits
from wgdesk.ui.widgets import commands_card
from wgdesk.ui.widgets.commands_card import CommandsCard
from wgdesk.ui.windows.sandbox_card import SandboxCard


def test_every_limit_is_told_in_a_line_of_its_own(qtbot):
    limits = sandbox_limits()
    card = SandboxCard(limits)
    qtbot.addWidget(card)
    shown = [label.text() for label in card.findChildren(QLabel)]
    assert [text for text in shown if text in limits] == list(limits)
    assert any("systemctl start wgdesk-reset" in text for text in limits)


@pytest.mark.parametrize("is_sandboxed", [False, True])
def test_commands_cannot_be_given_to_the_user_inside(qtbot, monkeypatch, is_sandboxed):
    for module in (commands, commands_card):
        monkeypatch.setattr(module, "is_sandboxed", lambda: is_sandboxed)
    card = CommandsCard()
    qtbot.addWidget(card)
    text = HOME.replace("[Peer]", "PostUp = true\n[Peer]", 1).encode()
    card.show_commands(read_profile(text), HookMode.IGNORE)
    buttons = {each.text(): each for each in card.findChildren(QRadioButton)}
    assert buttons["Run them as me"].isEnabled() is not is_sandboxed
    assert buttons["Run them as root"].isEnabled()
    told = [label.text() for label in card.findChildren(QLabel)]
    assert any("Not from a Flatpak" in text for text in told) is is_sandboxed


def test_two_sandboxes_of_one_user_meet_in_the_folder_that_they_share(monkeypatch, tmp_path):
    monkeypatch.setattr(instance, "is_sandboxed", lambda: True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_dir() == tmp_path / "app/org.wgdesk.WGDesk"
