"""What is news about the answers of peers, and what is not."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.build import a_key, a_profile
from tests.support.seen_tunnels import ALICE, NOW_S
from tests.support.waiting import until
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.health import REJECT_AFTER_S
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.options import DEFAULT_OPTIONS
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine.diary import Diary
from wgdesk.engine.handshakes import ANSWERED, MOST_PEERS, Handshakes
from wgdesk.engine.tunnel import Tunnel

BEGAN = 1_700_000_000
PLACE = SocketAddress(ip_address("203.0.113.7"), 51820)
SILENT = PeerSnapshot(
    public_key=a_key(), endpoint=PLACE, keepalive_s=25, sent_bytes=148, received_bytes=92
)
HANDSHAKE, NOTICE = LogKind.HANDSHAKE, LogKind.NOTICE


class Watched:
    def __init__(self):
        self.now_s, self.entries = float(BEGAN), []
        diary = Diary()
        diary.on_entry(self.entries.append)
        self.handshakes = Handshakes(diary, lambda: self.now_s)
        self.tunnel = Tunnel(ALICE, "home", a_profile(), DEFAULT_OPTIONS)

    def look(self, *peers, now_s=None, finding=None, is_answered=False):
        """The lines that this device makes, at that time after the beginning."""
        self.now_s = BEGAN + now_s if now_s is not None else self.now_s
        self.entries.clear()
        device = DeviceSnapshot(peers=peers)
        self.handshakes.look(self.tunnel, device, finding, is_answered=is_answered)
        return [(it.kind, it.text) for it in self.entries]


@pytest.fixture
def watched():
    return Watched()


def answered(after_s, **facts):
    return replace(SILENT, latest_handshake_unix_s=BEGAN + after_s, **facts)


def test_the_first_answer_is_news_and_a_rekeying_is_not(watched):
    assert watched.look(SILENT, now_s=1) == []
    told = watched.look(answered(2), now_s=3)
    assert told == [(HANDSHAKE, "First handshake with 203.0.113.7:51820: it answers.")]
    for after_s in (2, 122, 242):
        assert watched.look(answered(after_s), now_s=after_s + 3) == []


def test_an_answer_that_came_before_the_first_look_is_news_too(watched):
    assert len(watched.look(answered(1), now_s=2)) == 1


def test_what_was_there_before_this_helper_is_no_news(watched):
    assert watched.look(answered(-20), now_s=1) == []
    assert watched.look(answered(90), now_s=91) == []


def test_silence_is_told_once_and_so_is_its_end(watched):
    watched.look(answered(1), now_s=2)
    late_s = REJECT_AFTER_S + 62
    assert watched.look(answered(1), now_s=late_s) == [
        (NOTICE, "No reply from 203.0.113.7:51820 for 4 min.")
    ]
    assert watched.look(answered(1), now_s=late_s + 60) == []
    assert watched.look(answered(601), now_s=602) == [
        (HANDSHAKE, "203.0.113.7:51820 answers again, after 10 min.")
    ]


def test_silence_without_a_reason_to_speak_is_no_news(watched):
    idle = {"keepalive_s": 0, "sent_bytes": 0}
    watched.look(answered(1, **idle), now_s=2)
    assert watched.look(answered(1, **idle), now_s=REJECT_AFTER_S + 90) == []


def test_why_nobody_answers_is_told_once_with_what_to_do_about_it(watched):
    cause = CAUSES[Finding.UDP_BLOCKED]
    told = [(NOTICE, cause.sentence), (NOTICE, cause.remedy)]
    assert watched.look(SILENT, now_s=15, finding=Finding.UDP_BLOCKED) == told
    assert watched.look(SILENT, now_s=17, finding=Finding.UDP_BLOCKED) == []
    other = CAUSES[Finding.NO_ROUTE].sentence
    assert (NOTICE, other) in watched.look(SILENT, now_s=19, finding=Finding.NO_ROUTE)


def test_that_answers_arrive_again_is_told_in_one_line(watched):
    watched.look(answered(1), now_s=2)
    watched.look(answered(1), now_s=30, finding=Finding.UDP_BLOCKED)
    assert watched.look(answered(1), now_s=40, is_answered=True) == [(HANDSHAKE, ANSWERED)]
    assert watched.look(answered(1), now_s=42, is_answered=True) == []


def test_a_first_handshake_after_a_silence_is_told_in_one_line(watched):
    watched.look(SILENT, now_s=20, finding=Finding.UDP_BLOCKED)
    told = watched.look(answered(30), now_s=31, is_answered=True)
    assert [text for _, text in told] == ["First handshake with 203.0.113.7:51820: it answers."]


def test_silence_that_nobody_breaks_any_more_is_no_answer(watched):
    watched.look(SILENT, now_s=20, finding=Finding.UDP_BLOCKED)
    assert watched.look(SILENT, now_s=120) == []


def test_a_peer_that_moved_is_told_with_both_places(watched):
    watched.look(answered(1), now_s=2)
    elsewhere = SocketAddress(ip_address("198.51.100.9"), 40000)
    assert watched.look(answered(1, endpoint=elsewhere), now_s=3) == [
        (HANDSHAKE, "203.0.113.7:51820 is reached at 198.51.100.9:40000 now.")
    ]
    assert watched.look(answered(1, endpoint=elsewhere), now_s=4) == []


def test_a_peer_that_moves_without_end_is_told_once_a_minute(watched):
    def at(after_s, *, number):
        elsewhere = SocketAddress(ip_address(f"198.51.100.{number}"), 40000)
        return [text for _, text in watched.look(answered(1, endpoint=elsewhere), now_s=after_s)]

    watched.look(answered(1), now_s=2)
    assert len(at(4, number=1)) == 1
    assert [line for after_s in range(5, 64) for line in at(after_s, number=after_s)] == []
    assert at(64, number=63) == ["198.51.100.1:40000 is reached at 198.51.100.63:40000 now."]
    assert at(65, number=63) == []


def test_a_new_device_begins_anew(watched):
    watched.look(answered(1), now_s=2)
    assert watched.look(SILENT, now_s=10) == []
    assert watched.look(answered(11), now_s=12) == [
        (HANDSHAKE, "First handshake with 203.0.113.7:51820: it answers.")
    ]


def test_a_peer_without_an_endpoint_is_named_by_its_key(watched):
    peer = answered(1, endpoint=None)
    ((_, text),) = watched.look(peer, now_s=2)
    assert text == f"First handshake with peer {peer.public_key.base64()[:8]}…: it answers."


def test_the_many_clients_of_a_server_are_not_told_one_by_one(watched):
    peers = [answered(1, public_key=a_key()) for _ in range(MOST_PEERS + 1)]
    assert watched.look(*peers, now_s=2) == []
    assert len(watched.look(*peers[:-1], now_s=3)) == MOST_PEERS


async def test_the_devices_of_tunnels_that_are_up_are_looked_at(machine):
    async def read(_name, _engine):
        return DeviceSnapshot(peers=(replace(SILENT, latest_handshake_unix_s=NOW_S),))

    machine.system.read = read
    await machine.tunnels.up(ALICE, "home", a_profile())
    await until(lambda: any(kind is HANDSHAKE for kind, _ in machine.lines()))
