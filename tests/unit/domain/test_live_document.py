from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.odd_profiles import Maker
from wgdesk.domain.conf import MAX_PROFILE_BYTES, parse
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.live_document import LiveDocument


def lines_of(content):
    return content.decode("utf-8", "surrogateescape").split("\n")


def check(live):
    whole = parse(live.content())
    assert live.problems == whole.problems
    assert live.profile == whole.profile
    assert tuple(lines_of(live.content())) == live.lines


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.data())
def test_after_any_change_it_says_what_the_whole_text_says(seed, data):
    maker = Maker(seed, quick=True)
    live = LiveDocument(lines_of(maker.right()))
    other = lines_of(Maker(seed + 1, quick=True).broken())
    check(live)
    for _ in range(4):
        first = data.draw(st.integers(0, len(live.lines)))
        last = data.draw(st.integers(first, min(first + 3, len(live.lines))))
        come = data.draw(
            st.lists(st.sampled_from([*other, "", "[Peer]", "\0", "\udcff\udcfe"]), max_size=3)
        )
        live.replace(LineEdit(first, last, tuple(come)))
        check(live)


def test_a_key_is_typed_letter_by_letter():
    content = Maker(7, quick=True).right()
    live = LiveDocument(lines_of(content))
    place = len(live.lines) - 1
    for end in range(len("MTU = 1400") + 1):
        live.replace(LineEdit(place, place + 1, ("MTU = 1400"[:end],)))
        check(live)


def test_a_text_may_be_empty_or_too_big():
    live = LiveDocument()
    check(live)
    live.set_lines(["# x" * (MAX_PROFILE_BYTES // 3 + 1)])
    check(live)
    assert live.problems[0].code == "too-big"
    live.replace(LineEdit(0, 1))
    check(live)
