"""Sets of addresses: the same answers as comparing every network with every other."""

from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from wgdesk.domain.coverage import Coverage

V4 = st.builds(
    lambda bits, length: ip_network((bits, length), strict=False),
    st.integers(0, (1 << 32) - 1),
    st.integers(0, 32),
)
V6 = st.builds(
    lambda bits, length: ip_network((bits, length), strict=False),
    st.integers(0, (1 << 128) - 1),
    st.integers(0, 128),
)
NETWORKS = st.lists(st.one_of(V4, V6), max_size=6)


@given(NETWORKS, NETWORKS)
def test_meets_is_some_network_overlapping_another(mine, theirs):
    slow = any(
        one.version == other.version and one.overlaps(other) for one in mine for other in theirs
    )
    assert Coverage(mine).meets(Coverage(theirs)) is slow


def test_everything_is_a_whole_family():
    halves = Coverage(map(ip_network, ("128.0.0.0/1", "0.0.0.0/1")))
    assert halves.is_everything(4)
    assert not halves.is_everything(6)
    assert not Coverage([ip_network("0.0.0.0/1")]).is_everything(4)
    assert Coverage([ip_network("::/0")]).is_everything(6)


def test_long_lists_meet_in_one_walk():
    """20,000 against 20,000 would be 400 million comparisons, which no test would see the end of."""
    ours = Coverage(ip_network((0x0A000000 + (number << 9), 24)) for number in range(20_000))
    theirs = Coverage(ip_network((0x0A000100 + (number << 9), 24)) for number in range(20_000))
    assert not ours.meets(theirs)
    assert ours.meets(Coverage([ip_network("10.0.2.7/32")]))
