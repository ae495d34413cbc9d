"""Rows are written anew only where something about them changed."""

from dataclasses import replace

from tests.support.scenes import HOME, WORK, a_look, an_entry, connected_home
from wgdesk.ui.look import Look
from wgdesk.ui.picture import Memory, Order, RowBook


def test_row_about_which_nothing_is_new_is_the_same_object():
    book, entries = RowBook(), (an_entry("home", HOME), an_entry("work", WORK))
    home, work = book.write(entries, Look(), Memory())
    up, same = book.write(entries, a_look(connected_home()), Memory())
    assert up.is_up
    assert not home.is_up
    assert same is work


def test_row_follows_everything_it_is_made_of():
    book, entries = RowBook(), (an_entry("home", HOME),)
    seen = [
        book.write(entries, Look(), Memory()),
        book.write(entries, a_look(connected_home()), Memory()),
        book.write(entries, a_look(connected_home()), Memory().ordered("home", Order.DISCONNECT)),
        book.write(entries, a_look(connected_home()), Memory().replaced("id-home", ("work",))),
        book.write((an_entry("home", WORK),), a_look(connected_home()), Memory()),
        book.write(entries, None, Memory()),
    ]
    for number, (row,) in enumerate(seen):
        assert all(row != other for (other,) in seen[:number])


def test_row_of_a_file_that_went_is_gone():
    book = RowBook()
    book.write((an_entry("home", HOME), an_entry("work", WORK)), Look(), Memory())
    assert [row.name for row in book.write((an_entry("work", WORK),), Look(), Memory())] == ["work"]


def test_rows_stand_in_the_natural_order_of_what_they_are_called():
    book = RowBook()
    entries = [replace(an_entry(f"x{n}", HOME), title=f"Office {n}") for n in (10, 9, 100)]
    entries.append(an_entry("lab", WORK))
    assert [row.name for row in book.write(entries, None, Memory())] == ["lab", "x9", "x10", "x100"]
    entries[0] = replace(entries[0], title="Attic")
    assert book.write(entries, None, Memory())[0].name == "x10", "it moves at once"


def test_tunnels_that_made_way_are_called_by_their_titles():
    book = RowBook()
    entries = (an_entry("home", HOME), replace(an_entry("work", WORK), title="Büro"))
    memory = Memory().replaced("id-home", ("work", "gone"))
    home, _ = sorted(book.write(entries, a_look(connected_home()), memory), key=lambda it: it.name)
    assert home.took_over == ("Büro", "gone")
