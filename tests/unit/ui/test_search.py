"""Finding a tunnel by what a person remembers of it."""

import pytest

from tests.support.scenes import ATTACHED_HOME, HOME, WORK, a_look, an_entry, connected_home
from wgdesk.ui.picture import Memory, RowBook
from wgdesk.ui.search import find_rows

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
