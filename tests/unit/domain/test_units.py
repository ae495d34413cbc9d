"""Numbers as `wg show` prints them."""

import pytest

from wgdesk.domain.units import ago_text, bytes_text, span_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (148, "148 B"),
        (1023, "1023 B"),
        (1024, "1.00 KiB"),
        (1536, "1.50 KiB"),
        (1024**2 - 1, "1024.00 KiB"),
        (1024**2, "1.00 MiB"),
        (int(2.25 * 1024**3), "2.25 GiB"),
        (1024**4, "1.00 TiB"),
        (5000 * 1024**4, "5000.00 TiB"),
    ],
)
def test_bytes_text_uses_binary_units(number, text):
    assert bytes_text(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, ""),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "1 minute, 1 second"),
        (3605, "1 hour, 5 seconds"),
        (2 * 86400 + 7200, "2 days, 2 hours"),
        (365 * 86400 + 1, "1 year, 1 second"),
    ],
)
def test_span_text_leaves_out_zeros(seconds, text):
    assert span_text(seconds) == text


@pytest.mark.parametrize(
    ("then", "text"), [(100, "Now"), (98, "2 seconds ago"), (101, "(System clock wound backward")]
)
def test_ago_text_says_it_like_wg(then, text):
    assert ago_text(then, 100).startswith(text)
