"""Finding a tunnel by what a person remembers of it."""

from dataclasses import replace

import pytest

from tests.support.scenes import ATTACHED_HOME, HOME, WORK, a_look, an_entry, connected_home
from wgdesk.ui.picture import Memory, RowBook
from wgdesk.ui.search import all_tags, find_rows

ENTRIES = tuple(
    an_entry(name, text)
    for name, text in (("attached_home", ATTACHED_HOME), ("home", HOME), ("work", WORK))
)
ROWS = RowBook().write(ENTRIES, a_look(connected_home()), Memory())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["attached_home", "home", "work"]),
        ("  ", ["attached_home", "home", "work"]),
        ("HOM", ["attached_home", "home"]),
        ("connected", ["home"]),
        ("home off", ["attached_home"]),
        ("10.60", ["work"]),
        ("corp", ["work"]),
        ("home corp", []),
    ],
)
def test_every_word_occurs_in_name_state_or_address(text, names):
    assert [row.name for row in find_rows(ROWS, text)] == names


TAGGED = RowBook().write(
    (
        replace(an_entry("berlin-1", HOME), title="Berlin (1)", tags=("travel", "Office")),
        replace(an_entry("work", WORK), tags=("office", "workshop")),
        an_entry("home", HOME),
    ),
    None,
    Memory(),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("berlin (1)", ["berlin-1"]),
        ("berlin-1", ["berlin-1"]),
        ("travel", ["berlin-1"]),
        ("203.0.113.7", ["berlin-1", "home"]),
        ("#office", ["berlin-1", "work"]),
        ("#off berlin", ["berlin-1"]),
        ("#travel #office", ["berlin-1"]),
        ("#berlin", []),
        ("#", ["berlin-1", "home", "work"]),
        ("#office #travel 10.60", []),
    ],
)
def test_title_name_tag_and_endpoint_are_found(text, names):
    assert [row.name for row in find_rows(TAGGED, text)] == names


def test_tags_in_use_are_listed_once_in_order():
    assert all_tags(TAGGED) == ("Office", "travel", "workshop")
