"""The page for scripts says what the helper itself says of its interface."""

from tests.pages import bus_page
from wgdesk.domain import errors
from wgdesk.wire.names import INTERFACE


def test_the_made_part_is_as_the_program_is_now():
    page = bus_page.PATH.read_text(encoding="utf-8")
    assert page == bus_page.updated(page), "it is stale: python -m tests.pages"


def test_every_method_has_its_meaning_in_words():
    meaning = bus_page.PATH.read_text(encoding="utf-8").partition(bus_page.BEGIN)[0]
    first_cells = [line.split("|")[1] for line in meaning.splitlines() if line.startswith("|")]
    own = [it.member for it in bus_page.table().methods if it.interface == INTERFACE]
    assert [it for it in own if not any(f"`{it}`" in cell for cell in first_cells)] == []


def test_every_error_that_the_helper_may_raise_is_listed():
    listed = "\n".join(bus_page.error_rows())
    known = bus_page.roots_errors()
    assert {"InvalidName", "TableUnknown", "Busy", "InternalError"} <= known
    assert [it for it in known if f"`{it}`" not in listed] == []
    assert all(getattr(errors, it).code == it for it in known)
