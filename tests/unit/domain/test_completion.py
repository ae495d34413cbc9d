import pytest

from wgdesk.domain.completion import ABOUT, completions
from wgdesk.domain.conf import parse
from wgdesk.domain.conf_lexer import INTERFACE, INTERFACE_KEYS, PEER, PEER_KEYS


def labels(line, section, used=()):
    return [it.label for it in completions(line, len(line), section, used)]


@pytest.mark.parametrize(
    ("line", "section", "used", "wanted"),
    [
        ("", "", (), ["[Interface]", "[Peer]"]),
        ("p", "", (), ["[Peer]"]),
        ("[i", "", (), ["[Interface]"]),
        ("Pre", INTERFACE, (), ["PreUp", "PreDown"]),
        ("  mt", INTERFACE, (), ["MTU"]),
        ("mt", INTERFACE, ("MTU",), []),
        ("Add", INTERFACE, ("Address",), ["Address"]),
        ("P", PEER, ("PublicKey",), ["PresharedKey", "PersistentKeepalive", "[Peer]"]),
        ("MTU", PEER, (), []),
        ("Table =", INTERFACE, (), ["auto", "off"]),
        ("Table = o", INTERFACE, (), ["off"]),
        ("Table = off", INTERFACE, (), []),
        ("MTU = ", INTERFACE, (), []),
        ("# Tab", INTERFACE, (), []),
    ],
)
def test_proposals(line, section, used, wanted):
    assert labels(line, section, used) == wanted


@pytest.mark.parametrize(
    ("line", "section", "after"),
    [
        ("  mt", INTERFACE, "  MTU = "),
        ("Table =", INTERFACE, "Table = off"),
        ("Table = o", INTERFACE, "Table = off"),
        ("AllowedIPs = ", PEER, "AllowedIPs = 0.0.0.0/0, ::/0"),
    ],
)
def test_what_it_puts_there(line, section, after):
    made = completions(line, len(line), section)[-1]
    assert line[: made.start] + made.text == after


def test_every_key_is_explained():
    assert list(ABOUT) == [*INTERFACE_KEYS[:3], *INTERFACE_KEYS[3:], *PEER_KEYS]


def test_every_value_is_right():
    for key in INTERFACE_KEYS:
        for it in completions(f"{key} = ", len(key) + 3, INTERFACE):
            assert not [
                p
                for p in parse(f"[Interface]\n{key} = {it.text}\n".encode()).problems
                if p.line == 2
            ]
