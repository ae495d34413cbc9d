import pytest
from hypothesis import given
from hypothesis import strategies as st

from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.titles import (
    MAX_TITLE,
    clean_title,
    file_name_for,
    generated_name,
    tunnel_name_of,
)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("home", "home"),
        ("attached_home", "attached_home"),
        ("Mullvad Germany Berlin 001", "mul-ger-ber-001"),
        ("Österreich \N{EN DASH} Wien (Premium) 🇦🇹", "ost-wie-prem-at"),
        ("Straße 5", "strasse-5"),
        ("Mum's house", "mums-house"),
        ("日本 東京", "tunnel"),
        ("🇩🇪 DE Frankfurt #123 Secure Core", "de-123-sec-core"),
        ("lo", "lo-2"),
        ("...", "tunnel"),
        (".hidden", "hidden"),
        ("-x", "x"),
    ],
)
def test_is_as_like_the_title_as_an_interface_can_be(title, name):
    assert file_name_for(title, ()) == name


@given(st.text(), st.lists(st.text()))
def test_every_name_is_legal_free_and_no_hidden_file(title, others):
    taken = {file_name_for(other, ()) for other in (title, *others)}
    name = file_name_for(title, taken)
    assert parse_tunnel_name(name) == name
    assert name.casefold() not in {it.casefold() for it in taken}
    assert not name.startswith(".")
    assert file_name_for(title, taken) == name


@given(st.text())
def test_a_file_has_a_name_for_its_tunnel(stem):
    name = tunnel_name_of(stem)
    assert parse_tunnel_name(name) == name
    assert tunnel_name_of(name) == name


def test_a_generated_name_depends_on_nothing_but_the_files():
    assert generated_name("my long name vpn") == "my-vpn-dddb"
    assert tunnel_name_of("my long name vpn") == "my-vpn-dddb"
    assert generated_name("my long name vpn2") != generated_name("my long name vpn")


def test_case_is_no_difference():
    assert file_name_for("Home", {"home"}) == "home-2"


def test_five_hundred_of_one_provider_are_five_hundred_names():
    names = set()
    for number in range(500):
        names.add(file_name_for(f"Provider, Frankfurt am Main Nr. {number} 🇩🇪", names))
    assert len(names) == 500


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("  my\thome \n", "my home"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\u202eb\u200fc", "abc"),
        ("e\u0301", "é"),
        ("x" * 200, "x" * MAX_TITLE),
        ("\0", ""),
        ("🇦🇹 Wien", "🇦🇹 Wien"),
    ],
)
def test_a_title_is_one_safe_line(text, title):
    assert clean_title(text) == title


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean_title(clean_title(text)) == clean_title(text)
