"""What the window says of a tunnel that is up and does not work."""

from dataclasses import replace

import pytest

from tests.support.fakes import a_tunnel
from tests.support.scenes import HOME, NOW_UNIX_S, WORK, connected_home, with_peers
from wgdesk.domain.conf import read_profile
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.health import health
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.ui.actions import action
from wgdesk.ui.faces import face
from wgdesk.ui.marks import Mark
from wgdesk.ui.picture import Order, TunnelRow
from wgdesk.ui.sentences import headline, line_text, notice_texts, sentence

WAITING = with_peers(a_tunnel("work", WORK), sent_bytes=148)


def row_of(tunnel, profile=WORK) -> TunnelRow:
    seen = health(tunnel, NOW_UNIX_S)
    return TunnelRow(name=tunnel.name, profile=read_profile(profile), tunnel=tunnel, health=seen)


@pytest.mark.parametrize("finding", list(Finding))
def test_each_cause_is_said_with_what_to_do(finding):
    row = row_of(replace(WAITING, finding=finding))
    assert headline(row) == "work: waiting for handshake"
    assert face(row).mark is Mark.ATTENTION
    cause = CAUSES[finding]
    assert sentence(row, NOW_UNIX_S) == f"{cause.sentence} {cause.remedy}"


def test_a_tunnel_that_answered_once_does_not_reply():
    row = row_of(replace(connected_home(), finding=Finding.UDP_BLOCKED), HOME)
    assert (headline(row), line_text(row)) == ("home does not reply", "No reply · all traffic")
    assert sentence(row, NOW_UNIX_S).startswith("The server's machine is there, but no UDP gets")


def test_what_is_missing_is_said_once():
    lacks = (
        "Another program keeps removing routes or rules of this tunnel; they are left alone now."
    )
    row = row_of(replace(connected_home(), lacks=lacks, notices=("One.", lacks)), HOME)
    assert (headline(row), face(row).word) == ("home is not complete", "Incomplete")
    assert sentence(row, NOW_UNIX_S) == lacks
    assert notice_texts(row) == ("One.",)


def test_a_state_of_a_newer_helper_is_not_guessed():
    row = row_of(replace(connected_home(), lifecycle=Lifecycle.UNKNOWN), HOME)
    assert (headline(row), face(row).word) == ("home: state unknown", "State unknown")
    assert sentence(row, NOW_UNIX_S) == (
        "The helper is newer than this window and says what it does not know."
    )
    assert action(row).order is Order.DISCONNECT  # there is something, and it can be taken down
