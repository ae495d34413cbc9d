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
    users = (errors.ClientError, errors.SandboxFailed, errors.NotOwner)
    every = [it for it in vars(errors).values() if isinstance(it, type) and "code" in vars(it)]
    ours = [it for it in every if issubclass(it, errors.WgdeskError) and it.code != "Error"]
    helpers = {it.code for it in ours if not issubclass(it, users)}
    assert {it.code for it in ours if f"`{it.code}`" in listed} == helpers
