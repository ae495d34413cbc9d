"""The truth light: what a person is told about a tunnel, by what the device says."""

from dataclasses import replace

import pytest

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.health import OFF, Health, Light, health, peer_health
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import IPv4Address
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle, PeerSnapshot, TunnelSnapshot

NOW = 1_700_000_000
SERVER = SocketAddress(IPv4Address("192.0.2.1"), 51820)


def peer(number: int = 1, **fields) -> PeerSnapshot:
    return PeerSnapshot(public_key=PublicKey(bytes([number]) * 32), **fields)


def tunnel(*peers: PeerSnapshot, lifecycle: Lifecycle = Lifecycle.UP, cause="") -> TunnelSnapshot:
    device = DeviceSnapshot(peers=peers)
    return TunnelSnapshot(
        id="1", name="home", owner_uid=1000, lifecycle=lifecycle, cause=cause, device=device
    )


CONNECTED = peer(2, latest_handshake_unix_s=NOW - 5)
SILENT = peer(3, latest_handshake_unix_s=NOW - 600, keepalive_s=25)
WAITING = peer(4, endpoint=SERVER, sent_bytes=148)
IDLE = peer(5)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (peer(latest_handshake_unix_s=NOW), Health(Light.CONNECTED)),
        (peer(latest_handshake_unix_s=NOW - 180), Health(Light.CONNECTED)),
        (peer(latest_handshake_unix_s=NOW - 181), Health(Light.READY)),
        (
            peer(latest_handshake_unix_s=NOW - 181, keepalive_s=25),
            Health(Light.NO_REPLY, minutes=3),
        ),
        (SILENT, Health(Light.NO_REPLY, minutes=10)),
        (peer(), Health(Light.READY)),
        (peer(endpoint=SERVER), Health(Light.READY)),
        (WAITING, Health(Light.WAITING)),
        (peer(endpoint=SERVER, keepalive_s=25), Health(Light.WAITING)),
        (peer(endpoint=SERVER, sent_bytes=1), Health(Light.WAITING)),
        (peer(sent_bytes=148), Health(Light.READY)),
        (peer(latest_handshake_unix_s=NOW + 5), Health(Light.CONNECTED)),
        (peer(latest_handshake_unix_s=NOW + 6), Health(Light.READY)),
        (peer(latest_handshake_unix_s=NOW + 3600, keepalive_s=25), Health(Light.WAITING)),
    ],
)
def test_peer_health_goes_by_the_last_handshake(one, expected):
    assert peer_health(one, NOW) == expected


@pytest.mark.parametrize(
    ("peers", "light"),
    [
        ((), Light.READY),
        ((IDLE, CONNECTED, SILENT), Light.CONNECTED),
        ((IDLE, WAITING, SILENT), Light.NO_REPLY),
        ((IDLE, WAITING), Light.WAITING),
        ((IDLE,), Light.READY),
    ],
)
def test_health_is_that_of_the_best_peer(peers, light):
    assert health(tunnel(*peers), NOW).light is light


@pytest.mark.parametrize(
    ("lifecycle", "text"),
    [
        (Lifecycle.UNKNOWN, "State unknown"),
        (Lifecycle.OFF, "Off"),
        (Lifecycle.RISING, "Starting…"),
        (Lifecycle.UP, "Connected"),
        (Lifecycle.FALLING, "Stopping…"),
        (Lifecycle.FAILED, "Failed: no route"),
    ],
)
def test_text_is_the_word_of_the_design(lifecycle, text):
    assert health(tunnel(CONNECTED, lifecycle=lifecycle, cause="no route"), NOW).text == text


def test_every_light_has_a_word():
    assert all(Health(light).text for light in Light)
    assert OFF.text == "Off"
    assert Health(Light.NO_REPLY, minutes=4).text == "No reply for 4 min"
    assert Health(Light.NO_REPLY).text == "No reply"
    assert Health(Light.WAITING).text == "Waiting for handshake"


@pytest.mark.parametrize(
    ("peers", "state", "light"),
    [
        ((CONNECTED,), DnsState.NOT_APPLIED, Light.DNS_NOT_APPLIED),
        ((IDLE,), DnsState.NOT_APPLIED, Light.DNS_NOT_APPLIED),
        ((CONNECTED,), DnsState.CHECKING, Light.CONNECTED),
        ((CONNECTED,), DnsState.VERIFIED, Light.CONNECTED),
        ((WAITING,), DnsState.NOT_APPLIED, Light.WAITING),
        ((SILENT,), DnsState.NOT_APPLIED, Light.NO_REPLY),
    ],
)
def test_name_servers_that_are_not_applied_show_where_the_tunnel_itself_is_well(
    peers, state, light
):
    dns = DnsStatus(backend=DnsBackend.FILE, state=state, reason="the reason")
    found = health(replace(tunnel(*peers), dns=dns), NOW)
    assert found.light is light
    is_shown = light is Light.DNS_NOT_APPLIED
    assert (found.text == "DNS not applied: the reason") is is_shown


def test_a_tunnel_that_goes_down_has_no_other_trouble():
    dns = DnsStatus(backend=DnsBackend.FILE, state=DnsState.NOT_APPLIED, reason="the reason")
    falling = replace(tunnel(CONNECTED, lifecycle=Lifecycle.FALLING), dns=dns)
    assert health(falling, NOW).light is Light.STOPPING


@pytest.mark.parametrize("finding", list(Finding))
@pytest.mark.parametrize(
    ("peers", "light", "minutes"),
    [
        ((WAITING,), Light.WAITING, 0),
        ((IDLE,), Light.WAITING, 0),  # a userspace engine does not count what was dropped here
        ((SILENT,), Light.NO_REPLY, 10),
        ((CONNECTED,), Light.NO_REPLY, 0),
        ((peer(latest_handshake_unix_s=NOW + 3600),), Light.NO_REPLY, 0),
    ],
)
def test_a_tunnel_that_was_found_silent_says_why_and_is_never_connected(
    peers, light, minutes, finding
):
    found = health(replace(tunnel(*peers), finding=finding), NOW, heard_unix_s=0)
    cause = CAUSES[finding]
    assert found == Health(light, minutes, cause.sentence, cause.remedy)
    assert found.text == ("Waiting for handshake" if light is Light.WAITING else found.text)


def test_minutes_without_a_reply_count_from_the_last_sign_of_life():
    silent = replace(tunnel(SILENT), finding=Finding.UDP_BLOCKED)
    assert health(silent, NOW, heard_unix_s=NOW - 300).minutes == 5
    assert health(tunnel(SILENT), NOW, heard_unix_s=NOW - 300).minutes == 5
    assert health(tunnel(SILENT), NOW).minutes == 10


OLD = peer(6, latest_handshake_unix_s=NOW - 3600)
FUTURE = peer(7, latest_handshake_unix_s=NOW + 3600, keepalive_s=25)


@pytest.mark.parametrize(
    ("one", "is_answered", "heard_unix_s", "light"),
    [
        (FUTURE, None, 0, Light.WAITING),
        (FUTURE, None, NOW - 15, Light.CONNECTED),
        (FUTURE, None, NOW - 16, Light.WAITING),
        (FUTURE, None, NOW + 3, Light.WAITING),  # heard before the clock went back
        (FUTURE, True, 0, Light.CONNECTED),
        (FUTURE, False, 0, Light.WAITING),
        (FUTURE, False, NOW - 1, Light.WAITING),
        (WAITING, None, NOW - 1, Light.WAITING),  # handshakes that the other side began
        (OLD, True, 0, Light.CONNECTED),  # the clock went forward after the handshake
        (CONNECTED, False, 0, Light.READY),  # it went back by as much as that is old
        (replace(CONNECTED, keepalive_s=25), False, 0, Light.NO_REPLY),
        (CONNECTED, None, 0, Light.CONNECTED),
        (OLD, False, 0, Light.READY),
        (WAITING, False, 0, Light.WAITING),
    ],
)
def test_a_clock_that_jumps_does_not_deceive(one, is_answered, heard_unix_s, light):
    seen = replace(tunnel(one), is_answered=is_answered)
    assert health(seen, NOW, heard_unix_s).light is light


@pytest.mark.parametrize(
    ("peers", "light"),
    [
        ((CONNECTED,), Light.INCOMPLETE),
        ((IDLE,), Light.INCOMPLETE),
        ((), Light.INCOMPLETE),  # its engine does not answer, so it has none to tell of
        ((WAITING,), Light.WAITING),
    ],
)
def test_a_tunnel_of_which_something_is_missing_is_not_connected(peers, light):
    dns = DnsStatus(backend=DnsBackend.FILE, state=DnsState.NOT_APPLIED, reason="the reason")
    found = health(replace(tunnel(*peers), lacks="Its routes are gone.", dns=dns), NOW)
    assert found.light is light
    assert found.cause == ("Its routes are gone." if light is Light.INCOMPLETE else "")
