"""What an import found and what became of it, in words."""

from collections.abc import Iterator

import pytest

from wgdesk.domain.import_report import ImportLine, Outcome
from wgdesk.ui.import_words import (
    all_about,
    bar_words,
    copied_text,
    gist,
    line_name,
    outcome_face,
    result_text,
    result_title,
    told,
)
from wgdesk.ui.language import choose


@pytest.fixture
def german() -> Iterator[None]:
    choose("de")
    yield
    choose("en")


def a_line(outcome: Outcome = Outcome.IMPORTED, **facts) -> ImportLine:
    return ImportLine(
        **{"source": "a.conf", "title": "home", "name": "home", **facts}, outcome=outcome
    )


def test_each_outcome_has_a_shape_and_a_word_of_its_own():
    faces = [outcome_face(outcome) for outcome in Outcome]
    assert len({face.word for face in faces}) == len(faces)


def test_title_counts_what_was_written():
    lines = [a_line(), a_line(Outcome.RENAMED), a_line(Outcome.REPLACED)]
    assert result_title(lines[:1]) == "Imported 1 tunnel"
    assert result_title(lines) == "Imported 3 tunnels"
    assert result_title([*lines, a_line(Outcome.KEPT), a_line(Outcome.FAILED)]) == "Imported 3 of 5"


def test_text_counts_the_rest():
    outcomes = [Outcome.KEPT, Outcome.KEPT, Outcome.SKIPPED, Outcome.FAILED, Outcome.RENAMED]
    told_text = result_text(map(a_line, outcomes))
    assert told_text == ("1 under another name · 2 were there already · 1 skipped · 1 not imported")
    assert result_text([a_line()]) == ""


def test_gist_is_what_it_does_or_why_not():
    facts = {"summary": "Sends nothing.", "why": "it is there already"}
    assert gist(a_line(**facts)) == "Sends nothing."
    assert gist(a_line(Outcome.KEPT, **facts)) == "It is there already."


def test_sentences_are_translated_one_by_one(german):
    text = told("it is there already. it is a folder, not a file.")
    assert "Datei" in told("it is a folder, not a file")
    assert text.count(".") == 2


def test_all_that_is_known_is_told_in_its_groups():
    line = a_line(
        summary="Sends nothing.",
        changes=("a comma went",),
        notes=("line 3: a second [Interface]",),
        unsupported=("its DNS search",),
    )
    assert all_about(line) == (
        "Sends nothing.",
        "Changed, so that it can be used:\nA comma went.",
        "Odd, and left as it is:\nLine 3: a second [Interface].",
        "Not taken over:\nIts DNS search.",
    )


def test_bar_says_what_became_of_one():
    assert bar_words(a_line(summary="Sends nothing.")).title == "Imported home"
    failed = bar_words(a_line(Outcome.FAILED, why="it is empty", remedy="Choose another."))
    assert (failed.title, failed.body) == ("a.conf was not imported", "It is empty.")
    assert failed.remedy == "Choose another."


def test_hostile_names_stay_in_their_cell():
    line = a_line(Outcome.FAILED, title="a\tb\nc\u202e", why="it\nis\ttorn")
    assert line_name(line) == "a b c"
    (row,) = copied_text([line]).splitlines()
    assert row.split("\t") == ["Not imported", "a b c", "It is torn.", "a.conf"]
