"""Names, IPv6, the local network and commands: what becomes of them, and what can be chosen."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.support.fakes import a_tunnel
from tests.support.scenes import ATTACHED_HOME, HOME, WORK, a_look, connected_home
from wgdesk.domain.conf import read_profile
from wgdesk.domain.options import HookMode
from wgdesk.domain.routing import NOWHERE, Rule
from wgdesk.ui.commands import commands_text, effect_text, mode_text
from wgdesk.ui.marks import Mark
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.protection import Wish, protection_lines, wish_text

BLOCK = Rule(family=6, priority=5220, table=NOWHERE)


def lines(profile=HOME, tunnel=None, **more) -> list[str]:
    return [line.text for line in found(profile, tunnel, **more)]


def found(profile=HOME, tunnel=None, **more):
    health = a_look(tunnel).tunnels[tunnel.name].health if tunnel else None
    row = TunnelRow(name="x", profile=read_profile(profile), tunnel=tunnel, health=health, **more)
    return protection_lines(row)


def work_up(*rules: Rule, hooks=HookMode.IGNORE):
    return replace(a_tunnel("work", WORK), rules=rules, hooks=hooks)


def test_full_tunnel_tells_of_the_local_network_beside_it():
    assert lines(HOME, connected_home()) == [
        "Names are looked up as without this tunnel",
        "Local network 192.168.1.0/24 stays reachable",
    ]


def test_addresses_of_one_link_are_no_local_network():
    link = replace(BLOCK, table=254, to=ip_network("fe80::/64"))
    known = connected_home()
    with_link = replace(known, rules=(*known.rules, link))
    assert lines(HOME, with_link) == lines(HOME, known)


def test_many_local_networks_are_counted():
    rules = [replace(BLOCK, table=254, to=ip_network(f"10.{n}.0.0/16")) for n in range(5)]
    shown = lines(HOME, replace(connected_home(), rules=tuple(rules)))
    assert shown[-1] == "2 more local networks stay reachable"


@pytest.mark.parametrize(
    ("tunnel", "blocks", "text", "wish"),
    [
        (None, True, "IPv6 will have no way past this tunnel", Wish.LET_IPV6_PAST),
        (None, False, "IPv6 will go past this tunnel, outside it", Wish.BLOCK_IPV6),
        (work_up(BLOCK), True, "IPv6 has no way past this tunnel", Wish.LET_IPV6_PAST),
        (
            work_up(BLOCK),
            False,
            "IPv6 has no way past this tunnel until it is connected anew",
            Wish.BLOCK_IPV6,
        ),
        (
            work_up(replace(BLOCK, table=51820)),  # a rule for IPv6 that leads somewhere
            True,
            "No IPv6 of this machine goes past this tunnel",
            Wish.LET_IPV6_PAST,
        ),
        (work_up(), True, "No IPv6 of this machine goes past this tunnel", Wish.LET_IPV6_PAST),
        (work_up(), False, "IPv6 may go past this tunnel, outside it", Wish.BLOCK_IPV6),
    ],
)
def test_ipv6_beside_a_tunnel_for_ipv4_is_told_and_can_be_chosen(tunnel, blocks, text, wish):
    (line,) = (it for it in found(WORK, tunnel, block_ipv6=blocks) if "IPv6" in it.text)
    assert (line.text, line.wish) == (text, wish)


@pytest.mark.parametrize("profile", [HOME, ATTACHED_HOME])
def test_tunnel_that_carries_both_families_or_neither_offers_no_choice_of_ipv6(profile):
    assert [text for text in lines(profile) if "IPv6" in text] == []


@pytest.mark.parametrize(
    ("chosen", "live", "text", "mark"),
    [
        (HookMode.IGNORE, None, "2 commands in this file are not run", Mark.ATTENTION),
        (HookMode.ME, HookMode.ME, "2 commands in this file run as you", Mark.READY),
        (
            HookMode.ROOT,
            HookMode.ME,
            "2 commands in this file run as root, from the next connect on",
            Mark.READY,
        ),
    ],
)
def test_commands_are_told_with_who_runs_them(chosen, live, text, mark):
    tunnel = work_up(hooks=live) if live else None
    line = found(WORK, tunnel, hooks=chosen)[-1]
    assert (line.text.replace(": DNS by resolvectl, 1 other", ""), line.mark) == (text, mark)
    assert line.wish is Wish.REVIEW_COMMANDS


def test_every_wish_and_every_choice_has_its_own_words():
    for texts in (map(wish_text, Wish), map(mode_text, HookMode), map(effect_text, HookMode)):
        shown = list(texts)
        assert all(shown)
        assert len(set(shown)) == len(shown)


def test_commands_are_shown_whole_with_what_they_are_known_to_be():
    assert commands_text(read_profile(WORK)).splitlines() == [
        "# DNS by resolvectl",
        "PostUp = resolvectl domain %i ~corp.example",
        "PreDown = logger going home",
    ]
    long = b"PostUp = echo " + b"x" * 5000 + b"\n"
    text = commands_text(read_profile(WORK.replace(b"[Peer]", long + b"[Peer]", 1)))
    assert text.endswith("x" * 5000)
