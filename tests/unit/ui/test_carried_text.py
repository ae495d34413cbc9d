import pytest
from hypothesis import given
from hypothesis import strategies as st

from wgdesk.ui.carried_text import CarriedText

CHARACTERS = st.sampled_from("ab=\t\r\0\u2028\u2029\ufdd0\udc80\udcff\ue000\ue001\u00a0ä🇦")


@given(st.lists(st.text(CHARACTERS, max_size=6), min_size=1, max_size=6), st.booleans())
def test_every_text_comes_back_as_it_was(lines, is_windows):
    if is_windows:
        lines = [*(f"{line}\r" for line in lines), "end"]
    carried = CarriedText(lines)
    shown = carried.shown(lines)
    assert carried.read(shown, is_end=True) == tuple(lines)
    for line in shown:
        assert not set(line) & set("\r\0\u2028\u2029\ufdd0\ufdd1")
        line.encode()  # a widget can have it


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["a\r", "b\r", ""], ["a", "b", ""]),
        (["a", "b"], ["a", "b"]),
        (["a\r", "b", ""], ["a\ue000", "b", ""]),
    ],
)
def test_what_a_person_sees(lines, shown):
    assert CarriedText(lines).shown(lines) == shown


def test_a_new_line_of_a_windows_text_ends_as_the_others():
    carried = CarriedText(["a\r", ""])
    assert carried.read(["a", "b"], is_end=False) == ("a\r", "b\r")
    assert carried.read(["a", "b"], is_end=True) == ("a\r", "b")
