"""Rows are written anew only where something about them changed."""

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
