"""What is kept of the lines, for whom, and what never comes out."""

import base64
import secrets

import pytest

from wgdesk.domain.log_line import LogKind
from wgdesk.engine.diary import Deed, Entry
from wgdesk.helper.logbook import (
    BYTES_PER_USER,
    LINE_CHARS,
    LINES_PER_PAGE,
    LINES_PER_USER,
    USERS,
    Logbook,
)

ALICE, BOB = 1000, 1001


@pytest.fixture
def logbook():
    return Logbook(lambda: 1_700_000_000.1239)


def entry(text, uid=ALICE, kind=LogKind.DONE):
    return Entry(uid, "home", kind, text)


def fill(logbook, number, uid=ALICE):
    for count in range(1, number + 1):
        logbook.write(entry(f"line {count}", uid))


def everything(logbook, uid=ALICE):
    lines = []
    while page := logbook.page(uid, lines[-1].number if lines else 0).lines:
        lines += page
    return lines


def test_a_line_has_its_time_in_milliseconds_and_its_number(logbook):
    logbook.write(entry("one", kind=LogKind.STATE))
    (line,) = logbook.page(ALICE, 0).lines
    assert (line.number, line.at_unix_ms, line.tunnel) == (1, 1_700_000_000_123, "home")
    assert (line.kind, line.text) == (LogKind.STATE, "one")


def test_each_user_has_lines_and_numbers_of_their_own(logbook):
    fill(logbook, 3)
    logbook.write(entry("of bob", BOB))
    page = logbook.page(BOB, 0)
    assert ([line.text for line in page.lines], page.last) == (["of bob"], 1)
    nobody = logbook.page(4711, 0)
    assert (nobody.lines, nobody.last, nobody.source) == ((), 0, "")


def test_only_lines_after_the_given_number_are_given(logbook):
    fill(logbook, 5)
    assert [line.number for line in logbook.page(ALICE, 3).lines] == [4, 5]
    assert logbook.page(ALICE, 5).lines == ()
    assert logbook.page(ALICE, 1 << 63).lines == ()


def test_the_oldest_lines_go_and_the_numbers_tell(logbook):
    fill(logbook, LINES_PER_USER + 10)
    lines = everything(logbook)
    assert len(lines) == LINES_PER_USER
    assert (lines[0].number, lines[-1].number) == (11, LINES_PER_USER + 10)


def test_an_answer_has_so_many_lines_and_says_that_there_are_more(logbook):
    fill(logbook, LINES_PER_PAGE + 1)
    page = logbook.page(ALICE, 0)
    assert (len(page.lines), page.last) == (LINES_PER_PAGE, LINES_PER_PAGE + 1)
    assert len(logbook.page(ALICE, page.lines[-1].number).lines) == 1


def test_long_lines_are_cut_and_many_of_them_take_the_place_of_others(logbook):
    for _ in range(LINES_PER_USER):
        logbook.write(entry("💥" * 10_000))
    lines = everything(logbook)
    assert {len(line.text) for line in lines} == {LINE_CHARS}
    assert sum(len(line.text.encode()) for line in lines) <= BYTES_PER_USER


def test_what_many_users_make_is_bounded_too(logbook):
    for uid in range(USERS + 5):
        fill(logbook, 2, uid)
    kept = [uid for uid in range(USERS + 5) if logbook.page(uid, 0).lines]
    assert kept == list(range(5, USERS + 5))


def test_a_user_who_was_forgotten_counts_anew_under_another_source(logbook):
    fill(logbook, 3)
    before = logbook.page(ALICE, 0).source
    for uid in range(2000, 2000 + USERS):
        fill(logbook, 1, uid)
    fill(logbook, 1)
    page = logbook.page(ALICE, 0)
    assert (page.last, page.source != before) == (1, True)


def test_the_same_failure_again_and_again_is_one_line(logbook):
    for _ in range(3):
        logbook.write(entry("refused", kind=LogKind.ERROR))
    logbook.write(entry("another", kind=LogKind.ERROR))
    logbook.write(entry("refused", kind=LogKind.ERROR))
    assert [line.text for line in everything(logbook)] == ["refused", "another", "refused"]


def test_every_line_is_one_line_and_commands_no_terminal(logbook):
    logbook.write(entry("one\ntwo\x1b[2J\x00"))
    (line,) = everything(logbook)
    assert line.text == "one?two?[2J?"


def test_whoever_listens_is_told_whose_lines_there_are(logbook):
    told = []
    logbook.on_line(told.append)
    logbook.write(entry("one", BOB))
    assert told == [BOB]
    assert logbook.last(BOB) == 1


def test_no_key_comes_out_whichever_way_it_went_in(logbook):
    """10,000 keys as commands of a profile, as errors, at the end of a line and in a crowd."""
    deed = Deed(lambda kind, text: logbook.write(entry(text, kind=kind)))
    for number in range(10_000):
        raw = secrets.token_bytes(32)
        key = (base64.b64encode(raw).decode(), raw.hex(), raw.hex().upper())[number % 3]
        match number % 6:
            case 5:
                logbook.write(entry(f"{'a' * (4_000 - number % 60)} {key}"))
            case 0:
                logbook.write(entry(f"[#] wg set home private-key <(echo {key})"))
            case 1:
                deed.failed(f"PostUp of home failed: {key}")
            case 2:
                logbook.write(entry("x" * (LINE_CHARS - number % 64) + key))
            case 3:
                logbook.write(entry(key * 100))
            case _:
                logbook.write(entry(f"the key {key}", kind=LogKind.ERROR))
        text = everything_last(logbook)
        # Not even half of it: what is cut off is a key or is none.
        assert not any(key[at : at + 12] in text for at in range(len(key) - 12))


def everything_last(logbook):
    return logbook.page(ALICE, logbook.last(ALICE) - 1).lines[0].text
