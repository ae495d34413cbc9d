"""Sentences from below, found again by the templates that they were made of."""

import pytest

from wgdesk.domain.errors import (
    EndpointUnresolved,
    HelperUnreachable,
    RollbackIncomplete,
    TakeOverFailed,
)
from wgdesk.ui.told import Told

TOLD = Told(
    {
        "the helper cannot be reached: {why}": "unerreichbar: {why}",
        "it is not installed": "es fehlt",
        "Not brought up": "Ohne Erfolg",
        "the endpoint “{host}” has no address: {why}": "{why}, daher ist „{host}“ ohne Adresse",
        "the look-up failed": "nicht gefunden",
        "{cause}; {names} is up again": "{names} läuft wieder: {cause}",
        "{cause}; and undoing it failed too, left behind: {left}": "{cause}; übrig: {left}",
        "{what} not run.": "{what} bleibt aus.",
        "the commands {what} not run: {names}.": "Befehle bleiben aus: {names}.",
        "a kill switch": "eine Sperre",
        "what it is: {}": "was es ist: {}",
    }
)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("it is not installed", "es fehlt"),
        (str(HelperUnreachable("it is not installed")), "unerreichbar: es fehlt"),
        (str(HelperUnreachable("it fell over")), "unerreichbar: it fell over"),
        (
            str(EndpointUnresolved("a.b", "it is “odd”")),
            "it is “odd”, daher ist „a.b“ ohne Adresse",
        ),
        (
            str(TakeOverFailed(str(EndpointUnresolved("a.b", "the look-up failed")), ("home",))),
            "“home” läuft wieder: nicht gefunden, daher ist „a.b“ ohne Adresse",
        ),
        (str(RollbackIncomplete("it broke", ("a", "b"))), "it broke; übrig: a, b"),
        ("the commands are not run: a kill switch, 2.", "Befehle bleiben aus: eine Sperre, 2."),
        ("what it is: {host}", "was es ist: {host}"),
        ("It is not installed.", "Es fehlt."),
        ("Not brought up: it is not installed.", "Ohne Erfolg: es fehlt."),
        (
            "Not brought up: the look-up failed; a kill switch.",
            "Ohne Erfolg: nicht gefunden; eine Sperre.",
        ),
        ("Not so: it is not installed.", "Not so: es fehlt."),
        ("a kill switch, it is not installed; a b", "eine Sperre, es fehlt; a b"),
        ("nobody has translated this", "nobody has translated this"),
        ("", ""),
    ],
)
def test_sentence_is_known_by_its_template(said, heard):
    assert TOLD.find(said) == heard


def test_without_translations_every_sentence_stays():
    assert Told().find("it is not installed") == "it is not installed"


def test_long_text_that_fits_nothing_is_left_alone():
    text = "; ".join(f"step {number}: “x” has no address" for number in range(2_000))
    assert TOLD.find(text) == text
