"""Lines of the log, there and back."""

import pytest

from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.log_line import LogKind, LogLine, LogPage
from wgdesk.wire import codec, log_codec

LINES = tuple(
    LogLine(number=number, at_unix_ms=1_700_000_000_123, tunnel="home", kind=kind, text="„ä“")
    for number, kind in enumerate(LogKind, 7)
)


@pytest.mark.parametrize("page", [LogPage(LINES, "9f2c", 12), LogPage((), "", 0)])
def test_a_page_comes_back_as_it_was(page):
    text = codec.encode(log_codec.page_json(page))
    assert log_codec.page_from(codec.decode(text)) == page


def test_what_only_a_newer_helper_knows_is_taken_as_a_note():
    document = log_codec.line_json(LINES[0]) | {"kind": "premonition", "mood": "good"}
    page = log_codec.page_from({"source": "x", "last": 7, "lines": [document], "more": True})
    assert page.lines[0].kind is LogKind.NOTICE


@pytest.mark.parametrize("change", [{"lines": 7}, {"lines": [{}]}, {"lines": [{"kind": []}]}])
def test_a_malformed_page_is_refused(change):
    with pytest.raises(InvalidRequest):
        log_codec.page_from({"source": "x", "last": 1, "lines": []} | change)
