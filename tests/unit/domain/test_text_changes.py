import pytest

from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC, key
from wgdesk.domain.conf import read_profile
from wgdesk.domain.sync import ENDPOINT_STAYS, HOOKS_CHANGED
from wgdesk.domain.text_changes import (
    ANOTHER,
    Side,
    changed_lines,
    changes_in_words,
    needs_reconnect,
)

TEXT = f"""\
[Interface]
PrivateKey = {PRIVATE}
Address = 10.0.0.2/24
DNS = 10.0.0.1
PostUp = true

[Peer]
PublicKey = {PUBLIC}
PresharedKey = {PRESHARED}
AllowedIPs = 10.1.0.0/16
Endpoint = vpn.example:51820
PersistentKeepalive = 25
"""
SHORT = f"{PUBLIC[:8]}…"


def shown(before, after):
    marks = {Side.SAME: " ", Side.GONE: "-", Side.COME: "+"}
    return [
        f"{marks[line.side]}{line.number} {line.text}"
        for hunk in changed_lines(before.encode(), after.encode())
        for line in hunk.lines
    ]


def test_a_line_with_those_around_it():
    assert shown(TEXT, TEXT.replace("10.0.0.1\n", "10.0.0.9\n")) == [
        " 1 [Interface]",
        " 2 PrivateKey = (hidden)",
        " 3 Address = 10.0.0.2/24",
        "-4 DNS = 10.0.0.1",
        "+4 DNS = 10.0.0.9",
        " 5 PostUp = true",
        " 6 ",
        " 7 [Peer]",
    ]


def test_nothing_is_nothing():
    assert changed_lines(TEXT.encode(), TEXT.encode()) == ()


@pytest.mark.parametrize("secret", [PRIVATE, PRESHARED])
def test_another_secret_shows_as_another_and_no_more(secret):
    lines = shown(TEXT, TEXT.replace(secret, key(7)))
    assert next(line for line in lines if line.endswith(ANOTHER)).startswith("+")
    assert not any(it in line for it in (PRIVATE, PRESHARED, key(7)) for line in lines)


def test_a_line_deep_in_a_long_text_is_found_at_once():
    lines = [f"# {number}" for number in range(9_000)]
    other = [*lines]
    other[4_500] = "# other"
    (hunk,) = changed_lines("\n".join(lines).encode(), "\n".join(other).encode())
    assert [line.number for line in hunk.lines] == [4498, 4499, 4500, 4501, 4501, 4502, 4503, 4504]


def test_a_long_text_is_told_whole():
    before, after = "# a\n" * 3_000, "# b\n" * 3_000
    (hunk,) = changed_lines(before.encode(), after.encode())
    assert len(hunk.lines) == 6_000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# ", "# ", ()),
        (
            PRIVATE,
            key(7),
            ("The private key is another one, and so is the public key that peers know.",),
        ),
        ("10.0.0.2/24", "10.0.0.3/24", ("Address is 10.0.0.3/24 now; it was 10.0.0.2/24.",)),
        ("DNS = 10.0.0.1\n", "", ("DNS is gone; it was 10.0.0.1.",)),
        ("PostUp = true", "MTU = 1400\nPostUp = true", ("MTU is 1400 now.",)),
        ("PostUp = true", "PostUp = false", ("The commands are others.",)),
        ("PostUp = true", "PostUp = true\nSaveConfig = true", ("SaveConfig is on now.",)),
        ("vpn.example", "192.0.2.1", (f"The endpoint of peer {SHORT} is 192.0.2.1:51820 now.",)),
        (
            "10.1.0.0/16",
            "10.2.0.0/16",
            (
                f"Peer {SHORT} gets 10.2.0.0/16 too.",
                f"Peer {SHORT} does not get 10.1.0.0/16 any more.",
            ),
        ),
        (PRESHARED, key(7), (f"The preshared key of peer {SHORT} is another one.",)),
        ("= 25", "= off", (f"The keepalive of peer {SHORT} is off now.",)),
        (PUBLIC, key(9), (f"Peer {SHORT} is gone.", f"Peer {key(9)[:8]}… is new.")),
        ("[Interface]", "# a comment\n[Interface]", ()),
    ],
)
def test_changes_in_words(old, new, words):
    before, after = read_profile(TEXT.encode()), read_profile(TEXT.replace(old, new).encode())
    assert changes_in_words(before, after) == words


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("10.1.0.0/16", "0.0.0.0/0", ()),
        ("true", "false", (HOOKS_CHANGED,)),
        ("Endpoint = vpn.example:51820\n", "", (ENDPOINT_STAYS,)),
    ],
)
def test_what_a_live_tunnel_does_not_take(old, new, why):
    before, after = read_profile(TEXT.encode()), read_profile(TEXT.replace(old, new).encode())
    assert needs_reconnect(before, after) == why
