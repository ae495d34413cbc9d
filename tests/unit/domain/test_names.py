"""Tunnel names: what the kernel and wg-quick take, and how names are shown and sorted."""

import pytest

from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import natural_key, parse_tunnel_name, printable


@pytest.mark.parametrize("name", ["wg0", "a", "attached_home", "A=+.-_9", "x" * 15, "all2", "...."])
def test_parse_tunnel_name_accepts_what_wg_quick_accepts(name):
    assert parse_tunnel_name(name) == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("x" * 16, "at most 15"),
        ("é" * 8, "at most 15"),
        ("wg 0", "only letters"),
        ("wg/0", "only letters"),
        ("büro", "only letters"),
        ("wg0\n", "only letters"),
        ("\u0665", "only letters"),
        ("a\udcffb", "only letters"),
        ("\ud800", "only letters"),
        ("lo", "reserved"),
        ("all", "reserved"),
        ("default", "reserved"),
        (".", "reserved"),
        ("..", "reserved"),
        ("bonding_masters", "reserved"),
        ("-wg", "dash"),
    ],
)
def test_parse_tunnel_name_refuses_with_a_reason(name, why):
    with pytest.raises(InvalidName, match=why):
        parse_tunnel_name(name)


def test_refusal_shows_no_control_characters_and_is_bounded():
    with pytest.raises(InvalidName) as caught:
        parse_tunnel_name("\x1b[31m" * 1000)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain", "plain"), ("a\x1bb\nc", "a?b?c"), ("a\u202eb", "a?b"), ("é", "é"), ("\udcff", "?")],
)
def test_printable_replaces_what_cannot_be_seen(text, shown):
    assert printable(text) == shown


def test_printable_cuts_at_the_limit():
    assert printable("x" * 61) == "x" * 59 + "…"
    assert printable("x" * 60) == "x" * 60


def test_natural_key_sorts_numbers_by_value_and_ignores_case():
    names = ["office10", "Office2", "home", "office", "office2b10", "office2b9"]
    assert sorted(names, key=natural_key) == [
        "home",
        "office",
        "Office2",
        "office2b9",
        "office2b10",
        "office10",
    ]


def test_natural_key_puts_names_that_begin_with_a_digit_first():
    assert sorted(["work", "3g", "home"], key=natural_key) == ["3g", "home", "work"]
