"""Every text that the code has for people is in every translators' file, and nothing else is."""

import ast
import re
from collections import Counter

import pytest

from tests.translations.po import paths, untranslated, updated
from tests.translations.sources import IN_PIECES, REPO, all_sources
from wgdesk.ui.catalogue import TOLD, read_entries

HOW = "python -m tests.translations brings the lists up to date"
PLACE = re.compile(r"\{\w*\}")
files = pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)


@files
def test_list_is_that_of_the_code(path):
    text = path.read_text(encoding="utf-8")
    there = {(it.context, it.text, it.many) for it in read_entries(text)[1:]}
    wanted = {(it.context, it.text, it.many) for it in all_sources()}
    assert (sorted(wanted - there), sorted(there - wanted)) == ([], []), HOW


@files
def test_every_text_is_translated(path):
    missing = [entry.text for entry in untranslated(path.read_text(encoding="utf-8"))]
    assert missing == []


@files
def test_updating_changes_nothing_when_nothing_has_changed(path):
    text = path.read_text(encoding="utf-8")
    assert updated(text) == text, HOW


@files
def test_places_are_those_of_the_english_text(path):
    for entry in read_entries(path.read_text(encoding="utf-8"))[1:]:
        for number, form in enumerate(entry.forms):
            english = entry.many if entry.many and number else entry.text
            assert Counter(PLACE.findall(form)) == Counter(PLACE.findall(english)), entry.text


@files
def test_no_exclamations_and_no_stray_spaces(path):
    for entry in read_entries(path.read_text(encoding="utf-8"))[1:]:
        for form in entry.forms:
            assert "!" not in form
            assert form.startswith(" ") == entry.text.startswith(" "), entry.text
            assert form.endswith(" ") == entry.text.endswith(" "), entry.text
            assert form[-1:] in ".…" or entry.text[-1] != ".", entry.text


def test_extraction_sees_calls_errors_and_notices():
    found = {(it.context, it.text) for it in all_sources()}
    assert ("", "Connected to {name}") in found
    assert (TOLD, "the endpoint “{host}” has no address: {why}") in found
    assert (TOLD, "Only IPv4 goes through this tunnel; IPv6 goes past it.") in found
    assert (TOLD, "What another program removed cannot be put back: {rest}") in found


@pytest.mark.parametrize(("text", "file"), IN_PIECES.items())
def test_pieces_are_still_in_the_code(text, file):
    code = (REPO / "wgdesk" / file).read_text(encoding="utf-8")
    words = re.findall(r"[A-Za-z]+", PLACE.sub(" ", text))
    assert [word for word in words if word not in code] == []


def test_no_text_is_asked_for_while_modules_are_loaded():
    """The language is chosen later; such a text would stay English."""
    early = []
    for path in sorted((REPO / "wgdesk" / "ui").rglob("*.py")):
        outside = [ast.parse(path.read_text(encoding="utf-8"))]
        while outside:
            node = outside.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"tr", "tr_count"}:
                early.append(f"{path.name}:{node.lineno}")
            outside += ast.iter_child_nodes(node)
    assert early == []
