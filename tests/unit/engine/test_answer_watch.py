"""When a tunnel counts as unanswered, when its endpoint is asked, and what is told."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.build import ENGINE, a_key, a_profile, networks
from tests.support.fake_system import FakeSystem
from wgdesk.domain.device import Engine, EngineKind, SocketAddress
from wgdesk.domain.evidence import Evidence, Refusal
from wgdesk.domain.finding import Finding
from wgdesk.domain.options import DEFAULT_OPTIONS
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine import answer_watch
from wgdesk.engine.answer_watch import AnswerWatch
from wgdesk.engine.clock_note import ClockNote
from wgdesk.engine.tunnel import Tunnel

NOW = 1_700_000_000
KERNEL = Engine(EngineKind.KERNEL, "")
ENDPOINT = SocketAddress(ip_address("192.0.2.2"), 51820)
STRANGER = PeerSnapshot(public_key=a_key(), endpoint=ENDPOINT, sent_bytes=9999)
REACHED = Evidence(is_alive=True, has_udp_answer=True)


class Watched:
    """One tunnel, a device that says what the test wants, and time that the test lets pass."""

    def __init__(self, profile=None, *, engine=KERNEL) -> None:
        self.system = FakeSystem(evidence=REACHED)
        self.now_s, self.wall_s = 1000.0, float(NOW)
        self.told = 0
        self.note = ClockNote()
        self.watch = AnswerWatch(
            self.system, lambda: self.wall_s, self.note, self._tell, lambda: self.now_s
        )
        self.profile = profile or a_profile()
        self.tunnel = Tunnel(1000, "home", self.profile, DEFAULT_OPTIONS)
        self.tunnel.engine = engine
        key = self.profile.peers[0].public_key
        self.peer = PeerSnapshot(public_key=key, endpoint=ENDPOINT, allowed_ips=networks("::/0"))
        self.more = ()

    def _tell(self, tunnel_id):
        assert tunnel_id == self.tunnel.id
        self.told += 1

    async def look(self, after_s=0.0, **changes):
        """Time passes, the device says something, and is read; then what that asks for is done."""
        self.now_s += after_s
        self.wall_s += after_s
        self.peer = replace(self.peer, **changes)
        device = DeviceSnapshot(fwmark=7, peers=(self.peer, *self.more))
        self.watch.look(self.tunnel, device)
        await asyncio.sleep(0.001)
        return self.watch.finding(self.tunnel.id)

    async def look_often(self, seconds, **per_second):
        """Once a second, with counters growing."""
        found = None
        for _ in range(seconds):
            grown = {name: getattr(self.peer, name) + more for name, more in per_second.items()}
            found = await self.look(1, **grown)
        return found

    async def shake_hands(self, after_s=0.0):
        await self.look(
            after_s,
            latest_handshake_unix_s=int(self.wall_s + after_s),
            received_bytes=self.peer.received_bytes + 92,
            sent_bytes=self.peer.sent_bytes + 148,
        )

    @property
    def is_answered(self):
        return self.watch.is_answered(self.tunnel.id)

    @property
    def asked(self):
        return len(self.system.asked)


async def test_unanswered_handshakes_are_asked_about_after_five_seconds():
    it = Watched()
    assert await it.look(sent_bytes=148) is None
    assert await it.look(4.9) is None
    assert it.asked == 0
    await it.look(0.1, sent_bytes=296)
    assert it.system.asked == [ENDPOINT]
    assert it.watch.finding(it.tunnel.id) is Finding.NOT_RECOGNISED
    assert it.told == 1
    await it.look(10, sent_bytes=444)
    assert (it.asked, it.told) == (1, 1)


async def test_a_handshake_ends_the_finding_and_is_told():
    it = Watched()
    await it.look(sent_bytes=148)
    await it.look(5)
    assert it.is_answered is False
    await it.shake_hands(1)
    assert it.watch.finding(it.tunnel.id) is None
    assert it.is_answered is True
    assert it.told == 2


async def test_a_handshake_that_the_other_side_began_is_an_answer_once_it_is_done():
    it = Watched()
    await it.look(sent_bytes=148)
    await it.look(5)
    await it.look(1, received_bytes=148)
    assert it.watch.finding(it.tunnel.id) is Finding.NOT_RECOGNISED
    await it.look(1, received_bytes=296, latest_handshake_unix_s=NOW + 7)
    assert it.watch.finding(it.tunnel.id) is None


async def test_an_answer_while_the_endpoint_is_asked_makes_the_finding_void():
    it = Watched()
    gate = asyncio.Event()

    async def probe(_endpoint, _mark):
        await gate.wait()
        return REACHED

    it.system.probe = probe
    await it.look(sent_bytes=148)
    await it.look(5)
    await it.shake_hands(1)
    gate.set()
    await asyncio.sleep(0.001)
    assert it.watch.finding(it.tunnel.id) is None


async def test_it_is_asked_ever_more_rarely_and_not_at_all_once_nobody_sends():
    profile = a_profile()
    quiet = replace(profile, peers=(replace(profile.peers[0], keepalive_s=None),))
    it = Watched(quiet)
    times = []
    await it.look(sent_bytes=148)
    for second in range(1, 700):
        before = it.asked
        await it.look(1, sent_bytes=148 * (1 + min(second, 400) // 5))
        if it.asked > before:
            times.append(second)
    assert times == [5, 35, 95, 215, 515]
    assert it.watch.finding(it.tunnel.id) is Finding.NOT_RECOGNISED
    await it.look_often(600)
    assert it.asked == 5


async def test_idle_tunnel_is_never_asked_about():
    it = Watched(engine=ENGINE)
    await it.look()
    await it.look_often(300)
    assert (it.asked, it.told) == (0, 0)
    assert it.watch.finding(it.tunnel.id) is None


async def test_keepalive_alone_is_a_reason_to_be_answered():
    it = Watched()
    await it.look(keepalive_s=25)
    assert await it.look(5) is Finding.NOT_RECOGNISED


async def test_data_without_an_answer_counts_after_fifteen_seconds_in_a_living_session():
    it = Watched()
    await it.shake_hands()
    await it.look(60)
    assert await it.look(1, sent_bytes=it.peer.sent_bytes + 128) is None
    assert await it.look_often(14, sent_bytes=128) is None
    assert it.asked == 0
    assert await it.look_often(1, sent_bytes=128) is Finding.NOT_RECOGNISED


async def test_one_way_data_with_passive_keepalives_back_is_answered():
    it = Watched()
    await it.shake_hands()
    for _ in range(20):
        await it.look_often(10, sent_bytes=1400)
        await it.look(0.5, received_bytes=it.peer.received_bytes + 32)
    assert it.asked == 0


async def test_handshakes_that_the_other_side_begins_are_no_answer():
    it = Watched()
    await it.shake_hands()
    await it.look_often(14, sent_bytes=128)
    await it.look(1, sent_bytes=it.peer.sent_bytes + 128, received_bytes=92 + 148)
    assert await it.look_often(1, sent_bytes=128) is Finding.NOT_RECOGNISED
    await it.look(5, received_bytes=it.peer.received_bytes + 148)
    assert it.watch.finding(it.tunnel.id) is Finding.NOT_RECOGNISED
    await it.look(1, received_bytes=it.peer.received_bytes + 148 + 32)
    assert it.watch.finding(it.tunnel.id) is None


async def test_keepalives_need_no_answer_in_a_living_session():
    it = Watched()
    await it.look(keepalive_s=5)
    await it.shake_hands(1)
    for _ in range(30):
        await it.look(5, sent_bytes=it.peer.sent_bytes + 32)
    assert it.asked == 0
    assert it.is_answered is True
    for _ in range(5):  # but handshakes among them do
        await it.look(5, sent_bytes=it.peer.sent_bytes + 148)
    assert it.asked == 1


async def test_a_session_is_over_after_180_seconds_whatever_the_clock_says():
    it = Watched()
    await it.shake_hands()
    it.wall_s -= 3600
    await it.look(179)
    assert it.is_answered is True
    told = it.told
    await it.look(1)
    assert it.is_answered is False
    assert it.told == told + 1


async def test_a_session_outlives_a_clock_that_goes_forward():
    it = Watched()
    await it.shake_hands()
    it.wall_s += 3600
    await it.look(60)
    assert it.is_answered is True


async def test_a_handshake_after_the_clock_went_back_is_a_handshake():
    it = Watched()
    await it.shake_hands()
    it.wall_s -= 3600
    await it.look(200)
    await it.shake_hands(1)
    await it.look(170)
    assert it.is_answered is True


async def test_silence_after_the_clock_went_back_is_the_clocks_fault():
    it = Watched()
    await it.shake_hands()
    it.wall_s -= 3600
    await it.look(200)
    await it.look_often(1, sent_bytes=148)
    assert await it.look_often(5, sent_bytes=30) is Finding.CLOCK_BEHIND


async def test_a_helper_that_starts_anew_goes_by_the_clock_for_what_was_before():
    for age_s, is_answered in ((100, True), (181, False), (-3600, False)):
        it = Watched()
        await it.look(latest_handshake_unix_s=NOW - age_s, sent_bytes=5000, received_bytes=5000)
        assert it.is_answered is is_answered
        await it.look_often(30)
        assert it.asked == 0


async def test_an_engine_that_was_started_anew_counts_from_nothing():
    it = Watched()
    await it.shake_hands()
    await it.look(latest_handshake_unix_s=0, sent_bytes=0, received_bytes=0)
    assert await it.look_often(6, sent_bytes=30) is Finding.NOT_RECOGNISED
    await it.shake_hands()
    assert it.is_answered is True


async def test_a_finding_goes_when_nobody_sends_any_more():
    it = Watched()
    await it.shake_hands()
    await it.look_often(30, sent_bytes=148)
    assert it.watch.finding(it.tunnel.id) is not None
    await it.look_often(125)
    assert it.watch.finding(it.tunnel.id) is None


async def test_no_way_is_found_without_a_packet_and_ends_by_itself():
    it = Watched()
    it.system.is_wayless = True
    await it.look()
    assert await it.look(4) is None
    assert await it.look(1) is Finding.NO_ROUTE
    assert it.asked == 0
    it.system.is_wayless = False
    assert await it.look(1) is None
    assert it.told == 2


async def test_who_sent_while_there_was_no_way_gets_five_seconds_more():
    it = Watched()
    it.system.is_wayless = True
    await it.look(sent_bytes=148)
    assert await it.look(60) is Finding.NO_ROUTE
    it.system.is_wayless = False
    await it.look(1, sent_bytes=296)
    await it.look(4)
    assert it.asked == 0
    assert await it.look(1) is Finding.NOT_RECOGNISED


async def test_another_cause_than_before_waits_for_one_more_handshake(monkeypatch):
    monkeypatch.setattr(answer_watch, "NEXT_TRY_S", 0.05)
    it = Watched()
    it.system.evidence = Evidence(refusal=Refusal.BLOCKED_HERE)
    await it.look(sent_bytes=148)
    assert await it.look(5) is Finding.BLOCKED_HERE
    it.system.evidence = REACHED
    assert await it.look(30, sent_bytes=296) is Finding.BLOCKED_HERE
    await asyncio.sleep(0.06)
    assert it.watch.finding(it.tunnel.id) is Finding.NOT_RECOGNISED
    it.system.evidence = Evidence()
    await it.look(60, sent_bytes=444)
    await it.shake_hands(1)
    await asyncio.sleep(0.06)
    assert it.watch.finding(it.tunnel.id) is None


async def test_a_tunnel_that_is_answered_needs_no_look_at_the_way():
    it = Watched()
    await it.shake_hands()
    it.system.is_wayless = True
    await it.look_often(60, received_bytes=32)
    assert it.watch.finding(it.tunnel.id) is None


async def test_what_a_firewall_here_keeps_from_wireguard_go_is_noticed_by_the_link(monkeypatch):
    monkeypatch.setattr(answer_watch, "NEXT_TRY_S", 0)
    it = Watched(engine=ENGINE)
    it.system.is_blocking, it.system.evidence = True, Evidence(refusal=Refusal.BLOCKED_HERE)
    await it.look_often(10)
    assert it.asked == 0
    it.system.link_packets = 3
    assert await it.look_often(6) is Finding.BLOCKED_HERE
    it.system.is_blocking, it.system.evidence = False, REACHED
    assert await it.look_often(31) is None  # nothing was said yet, so there is nothing to answer


async def test_packets_that_only_go_into_the_link_mean_nothing():
    it = Watched(engine=ENGINE)
    for number in range(1, 100):
        it.system.link_packets = number
        await it.look(1)
    assert it.asked == 0
    assert len(it.system.tried) == 4  # every 30 seconds
    await it.look_often(100)
    assert len(it.system.tried) == 5  # and not for what was there already


async def test_peers_without_an_endpoint_in_the_profile_are_never_asked():
    it = Watched(a_profile(endpoint=None))
    it.more = (STRANGER,)
    await it.look(sent_bytes=148)
    await it.look_often(60, sent_bytes=148)
    assert it.asked == 0
    assert it.is_answered is None


async def test_the_peer_that_carries_everything_is_asked_first():
    it = Watched()
    it.more = (replace(it.peer, allowed_ips=networks("10.0.0.0/8"), sent_bytes=1),)
    elsewhere = SocketAddress(ip_address("192.0.2.9"), 1)
    await it.look(endpoint=elsewhere)
    await it.look(5)
    assert it.system.asked == [elsewhere]


async def test_an_endpoint_that_must_not_be_asked_leaves_no_finding():
    it = Watched()
    it.system.evidence = None
    await it.look(sent_bytes=148)
    assert await it.look(5) is None


async def test_a_bug_in_asking_ends_nothing(caplog):
    it = Watched()

    async def probe(_endpoint, _mark):
        raise ZeroDivisionError

    it.system.probe = probe
    await it.look(sent_bytes=148)
    assert await it.look(5) is None
    assert "cannot be asked" in caplog.text
    del it.system.probe
    assert await it.look(30) is Finding.NOT_RECOGNISED


@pytest.mark.parametrize("end", ["forget", "close"])
async def test_what_is_gone_is_not_asked_about_any_more(end):
    it = Watched()

    async def probe(_endpoint, _mark):
        await asyncio.sleep(60)

    it.system.probe = probe
    await it.look(sent_bytes=148)
    await it.look(5)
    if end == "close":
        await it.watch.close()
    else:
        it.watch.forget(it.tunnel.id)
    assert it.watch.finding(it.tunnel.id) is None
    assert it.is_answered is None
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1
