"""Routing at a glance, in a sentence and a mark."""

from ipaddress import ip_network

import pytest

from tests.support.routings import attached_home, home
from tests.support.scenes import NOW_UNIX_S, with_peers
from wgdesk.domain.health import health
from wgdesk.domain.situation import Exit, Share, Situation, Way
from wgdesk.ui.marks import Mark, Tone
from wgdesk.ui.picture import Picture, TunnelRow
from wgdesk.ui.situation_words import detail_text, situation_face, situation_text

HOME, LAB = Exit(Way.TUNNEL, "home"), Exit(Way.TUNNEL, "lab")
WLAN, CABLE = Exit(Way.LINK, "wlan0"), Exit(Way.LINK, "eth0")
BLOCKED, FOREIGN = Exit(Way.BLOCKED), Exit(Way.FOREIGN, "wg0")
NETS = tuple(ip_network(f"192.168.{n}.0/24") for n in range(50, 60))


def share(count: int, tunnel: str = "lab", more: int = 0) -> Share:
    return Share(tunnel, NETS[:count], more)


def now(v4=Exit(), v6=Exit(), *shares: Share, local=False, idle=()) -> Situation:  # noqa: B008
    return Situation(
        exit_v4=v4, exit_v6=v6, shares=shares, is_local_reachable=local, idle=tuple(idle)
    )


@pytest.mark.parametrize(
    ("situation", "text"),
    [
        (now(WLAN), "No tunnel: everything goes out through wlan0."),
        (now(WLAN, CABLE), "No tunnel: everything goes out through wlan0 (IPv4) and eth0 (IPv6)."),
        (now(Exit(), CABLE), "No tunnel: everything goes out through eth0."),
        (now(), "No way out: this machine has no route to the internet."),
        (
            now(WLAN, idle=["lab"]),
            "No traffic goes through lab: everything goes out through wlan0.",
        ),
        (now(FOREIGN), "Everything goes through wg0, another program's tunnel."),
        (now(HOME, HOME), "Everything goes through home."),
        (
            now(HOME, HOME, local=True),
            "Everything goes through home; the local network stays reachable.",
        ),
        (now(HOME), "Everything goes through home."),
        (now(HOME, BLOCKED), "All IPv4 goes through home, IPv6 is blocked."),
        (now(HOME, WLAN), "All IPv4 goes through home, IPv6 goes past it through wlan0."),
        (now(HOME, LAB), "All IPv4 goes through home, all IPv6 goes through lab."),
        (
            now(HOME, HOME, share(1), local=True),
            (
                "Everything goes through home; 192.168.50.0/24 goes through lab; "
                "the local network stays reachable."
            ),
        ),
        (now(WLAN, Exit(), share(1)), "Only 192.168.50.0/24 goes through lab."),
        (now(WLAN, Exit(), share(2)), "Only 192.168.50.0/24 and 192.168.51.0/24 go through lab."),
        (
            now(WLAN, Exit(), share(3)),
            "Only 192.168.50.0/24, 192.168.51.0/24 and 192.168.52.0/24 go through lab.",
        ),
        (now(WLAN, Exit(), share(4)), "Only 4 networks go through lab."),
        (now(WLAN, Exit(), share(3, more=9)), "Only 12 networks go through lab."),
        (
            now(WLAN, Exit(), share(1), share(4, "work")),
            "Only this goes through tunnels: 192.168.50.0/24 through lab, 4 networks through work.",
        ),
    ],
)
def test_sentence(situation, text):
    assert situation_text(situation) == text


@pytest.mark.parametrize(
    ("situation", "text"),
    [
        (now(WLAN), ""),
        (now(HOME, HOME), ""),
        (now(WLAN, Exit(), share(2)), "Everything else goes out through wlan0."),
        (now(Exit(), Exit(), share(2)), "There is no way out for everything else."),
        (now(HOME, WLAN), "A profile whose AllowedIPs have 0.0.0.0/0 and ::/0 carries both."),
    ],
)
def test_detail(situation, text):
    assert detail_text(situation) == text


def picture(tunnel) -> Picture:
    row = TunnelRow(name=tunnel.name, tunnel=tunnel, health=health(tunnel, NOW_UNIX_S))
    return Picture(rows=(row,), now_unix_s=NOW_UNIX_S)


def test_marks_of_the_three_situations_differ_without_their_colour():
    full = situation_face(now(HOME, HOME), picture(home()))
    split = situation_face(now(WLAN, Exit(), share(2, "attached_home")), picture(attached_home()))
    none = situation_face(now(WLAN), Picture())
    assert [it.mark for it in (full, split, none)] == [Mark.CONNECTED, Mark.READY, Mark.OFF]
    assert len({it.word for it in (full, split, none)}) == 3


def test_mark_of_traffic_past_a_tunnel_and_of_no_way_out():
    assert situation_face(now(HOME, WLAN), picture(home())).tone is Tone.ATTENTION
    assert situation_face(now(), Picture()).tone is Tone.ATTENTION


def test_tunnel_that_does_not_reply_is_no_good_news():
    silent = with_peers(home(), latest_handshake_unix_s=NOW_UNIX_S - 400, sent_bytes=1_480)
    assert situation_face(now(HOME, HOME), picture(silent)).word == "No reply for 6 min"
    assert situation_face(now(WLAN), picture(silent)).mark is Mark.OFF
