"""What the bytes of an interface prove."""

from dataclasses import replace

import pytest

from tests.support.fakes import a_tunnel
from tests.support.texts import HOME
from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.health import Light, health

UP_S = 10_000


def light(counters, now_s, *, since_s=UP_S, keepalive_s=0):
    tunnel = a_tunnel("home", HOME.encode())
    peers = tuple(
        replace(it, latest_handshake_unix_s=0, keepalive_s=keepalive_s)
        for it in tunnel.device.peers
    )
    tunnel = replace(
        tunnel,
        device=replace(tunnel.device, peers=peers),
        since_unix_s=since_s,
        counters=counters,
        is_answered=None,
        finding=None,
    )
    return health(tunnel, now_s).light


@pytest.mark.parametrize(
    ("counters", "now_s", "expected"),
    [
        (DeviceCounters(are_live=True), UP_S + 500, Light.READY),
        (DeviceCounters(), UP_S + 500, Light.ACTIVE),  # nobody counts, so nobody knows
        (DeviceCounters(sent_bytes=1), UP_S + 1, Light.WAITING),
        (DeviceCounters(received_bytes=1), UP_S + 100, Light.CONNECTED),
        (DeviceCounters(received_bytes=1), UP_S + 500, Light.ACTIVE),
        (DeviceCounters(received_bytes=1, heard_unix_s=UP_S + 450), UP_S + 500, Light.CONNECTED),
        (DeviceCounters(received_bytes=1, heard_unix_s=UP_S), UP_S + 500, Light.ACTIVE),
    ],
)
def test_nothing_is_called_connected_that_did_not_answer_within_a_session(
    counters, now_s, expected
):
    assert light(counters, now_s) is expected


def test_silence_is_told_once_an_answer_was_due():
    counters = DeviceCounters(received_bytes=9, sent_bytes=9, heard_unix_s=UP_S)
    counters = replace(counters, sent_bytes=10).after(counters, UP_S + 10)
    assert counters.unanswered_unix_s == 0  # it may be the keepalive that answers what came
    later = replace(counters, sent_bytes=11).after(counters, UP_S + 40)
    assert later.unanswered_unix_s == UP_S + 40
    assert light(later, UP_S + 50) is Light.CONNECTED
    assert light(later, UP_S + 60) is Light.NO_REPLY
    assert light(later, UP_S + 60, keepalive_s=25) is Light.CONNECTED
    answered = replace(later, received_bytes=10).after(later, UP_S + 70)
    assert (answered.unanswered_unix_s, answered.heard_unix_s) == (0, UP_S + 70)
    assert light(answered, UP_S + 80) is Light.CONNECTED


def test_first_look_and_a_new_interface_know_nothing_of_before():
    fresh = DeviceCounters(received_bytes=5)
    first = fresh.after(None, UP_S)
    assert (first.heard_unix_s, first.watched_unix_s) == (0, UP_S)
    assert fresh.after(DeviceCounters(received_bytes=9, heard_unix_s=UP_S), UP_S) == first
    soon = replace(fresh, sent_bytes=1).after(first, UP_S + 5)
    assert soon.unanswered_unix_s == 0  # who knows what came in just before the first look
