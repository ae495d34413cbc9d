"""Which language is spoken, and how its file is read."""

import pytest

from wgdesk.ui import language
from wgdesk.ui.catalogue import Catalogue, read_catalogue, read_entries
from wgdesk.ui.language import choose, desktop_language, languages, tr, tr_count, tr_told
from wgdesk.ui.resources import find_resource

POLISH = """
# a translator's note
msgid ""
msgstr ""
"Language: pl\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

#: wgdesk/ui/nowhere.py
msgid "Off"
msgstr "Wyłą"
"czone"

#, fuzzy
msgid "Doubtful"
msgstr "Nie wiem"

msgid "Open"
msgstr ""

msgid "{count} peer"
msgid_plural "{count} peers"
msgstr[0] "{count} węzeł"
msgstr[1] "{count} węzły"
msgstr[2] "{count} węzłów"

msgctxt "told"
msgid "it \\"is\\" off"
msgstr "\\"jest\\" wyłączone"
"""


@pytest.fixture(autouse=True)
def back_to_english():
    yield
    choose("en")


def test_a_translators_file_is_read_as_it_stands():
    polish = read_catalogue(POLISH)
    assert polish.find("Off") == "Wyłączone"
    assert [polish.find(text) for text in ("Doubtful", "Open", "Never seen")] == [
        "Doubtful",
        "Open",
        "Never seen",
    ]
    forms = [polish.find_form("{count} peer", "{count} peers", count) for count in (1, 2, 5, 22)]
    assert [form.split()[1] for form in forms] == ["węzeł", "węzły", "węzłów", "węzły"]
    assert polish.find_form("{count} day", "{count} days", 5) == "{count} days"
    assert polish.find_told('it "is" off') == '"jest" wyłączone'
    assert polish.find('it "is" off') == 'it "is" off'
    assert len(read_entries(POLISH)) == 6


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT.UTF-8@euro", "LANGUAGE": ""}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "xx:de_CH:en"}, "de"),
        ({"LANG": "xx_XX.UTF-8"}, "en"),
        ({"LANG": "../../etc/passwd"}, "en"),
    ],
)
def test_desktop_decides_as_for_every_program(environment, expected):
    assert desktop_language(environment) == expected


def test_choice_counts_more_than_the_desktop(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    assert choose("de") == "de"
    assert (tr("Connected"), tr("no such text")) == ("Verbunden", "no such text")
    assert tr_count("{count} peer", "{count} peers", 1) == "1 Peer"
    assert tr_count("{count} subnet", "{count} subnets", 4) == "4 Subnetze"
    assert tr_told("it is not installed") == "es ist nicht installiert"
    assert choose("en") == "en"
    assert (tr("Connected"), tr_told("it is not installed")) == ("Connected", "it is not installed")


@pytest.mark.parametrize("code", ["", "xx", "../de"])
def test_without_a_choice_that_is_known_the_desktop_decides(monkeypatch, code):
    monkeypatch.setenv("LANGUAGE", "de_DE")
    assert choose(code) == "de"


def test_every_language_has_its_file_and_every_file_its_language():
    found = {path.stem for path in find_resource("locale").glob("*.po")}
    assert {code for code, _ in languages()} == found | {"en"}
    assert all(own_name for _, own_name in languages())


def test_english_needs_no_file(monkeypatch):
    monkeypatch.setattr(language, "find_resource", None)
    assert choose("en") == "en"
    assert Catalogue().find_form("one", "many", 0) == "many"
