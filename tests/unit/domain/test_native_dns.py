"""Commands that set name servers become a DNS line only where that is the same."""

import pytest

from tests.support.texts import PRIVATE_KEY, SERVER_KEY
from wgdesk.domain.conf import read_profile
from wgdesk.domain.line_edit import apply_edits
from wgdesk.domain.native_dns import native_dns

FULL, SPLIT = "0.0.0.0/0, ::/0", "10.0.0.0/8"


def text(*lines, allowed=FULL):
    head = ("[Interface]", f"PrivateKey = {PRIVATE_KEY}", "Address = 10.0.0.2/32")
    peer = ("[Peer]", f"PublicKey = {SERVER_KEY}", f"AllowedIPs = {allowed}")
    return (*head, *lines, "# the server", *peer)


def done(lines):
    fix = native_dns(lines, read_profile("\n".join(lines).encode()))
    return None if fix is None else apply_edits(lines, fix.edits)


@pytest.mark.parametrize(
    ("commands", "dns"),
    [
        (["PostUp = resolvectl dns %i 10.0.0.1 fd00::1"], "10.0.0.1, fd00::1"),
        (
            [
                "PostUp = resolvectl dns %i 10.0.0.1; resolvectl domain %i '~.' corp.example",
                "PreDown = resolvectl revert %i",
            ],
            "10.0.0.1, corp.example",
        ),
        (
            [
                "PostUp = printf 'nameserver %s\\nsearch a.example' 10.0.0.1 | resolvconf -a tun.%i -m 0 -x",
                "PostDown = resolvconf -d tun.%i",
            ],
            "10.0.0.1, a.example",
        ),
        (["PostUp = echo nameserver 10.0.0.1 | sudo resolvconf -a %i"], "10.0.0.1"),
    ],
)
def test_they_become_a_line(commands, dns):
    assert done(text(*commands)) == text(f"DNS = {dns}")


def test_other_commands_and_comments_stay_and_an_own_line_grows():
    before = text(
        "# by hand",
        "DNS = 10.0.0.1",
        "PostUp = resolvectl dns %i 10.0.0.1 10.0.0.9 && resolvectl domain %i ~.",
        "PostUp = notify-send up  # mine",
    )
    assert done(before) == text(
        "# by hand", "DNS = 10.0.0.1, 10.0.0.9", "PostUp = notify-send up  # mine"
    )


@pytest.mark.parametrize(
    "command",
    [
        "PostUp = resolvectl dns %i 10.0.0.1:5353",
        "PostUp = resolvectl dns %i 10.0.0.1#dns.example",
        "PostUp = resolvectl dns eth0 10.0.0.1",
        "PostUp = resolvectl dns %i 10.0.0.1; resolvectl dnssec %i yes",
        "PostUp = resolvectl dns %i 10.0.0.1; resolvectl domain %i corp.example",
        "PostUp = resolvectl revert %i",
        "PostUp = iptables -A FORWARD -i %i -j ACCEPT",
        "PostUp = echo nameserver $IP | resolvconf -a %i",
    ],
)
def test_what_the_line_could_not_do_stays(command):
    assert done(text(command)) is None


def test_names_of_a_split_tunnel_are_the_same_names():
    every = "PostUp = resolvectl dns %i 10.0.0.1; resolvectl domain %i ~."
    some = "PostUp = resolvectl dns %i 10.0.0.1; resolvectl domain %i ~corp.example"
    both = "PostUp = resolvectl dns %i 10.0.0.1; resolvectl domain %i ~. corp.example"
    assert done(text(every, allowed=SPLIT)) == text("DNS = 10.0.0.1", allowed=SPLIT)
    assert done(text(some, allowed=SPLIT)) == text("DNS = 10.0.0.1, corp.example", allowed=SPLIT)
    assert done(text(both, allowed=SPLIT)) is None
