"""Options as strings, both ways."""

import pytest

from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.options import DEFAULT_OPTIONS, TunnelOptions
from wgdesk.wire.options import decode_options, encode_options


def test_default_says_nothing():
    assert encode_options(DEFAULT_OPTIONS) == {}
    assert decode_options({}) == DEFAULT_OPTIONS


def test_ipv6_may_be_left_alone():
    options = TunnelOptions(block_ipv6=False)
    assert encode_options(options) == {"ipv6": "leave"}
    assert decode_options({"ipv6": "leave"}) == options
    assert decode_options({"ipv6": "block"}) == DEFAULT_OPTIONS
    with pytest.raises(InvalidRequest, match="“ipv6” is block or leave, not “no”"):
        decode_options({"ipv6": "no"})
