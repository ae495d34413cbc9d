from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wgdesk.domain.allowed_choice import (
    LOCAL_RANGES,
    Reach,
    all_but_local,
    all_networks,
    explain,
    left_out,
    reach_of,
)
from wgdesk.domain.coverage import Coverage


def nets(*texts):
    return tuple(map(ip_network, texts))


# What the official apps write for “exclude private IPs”.
OFFICIAL = nets(
    *[
        "0.0.0.0/5",
        "8.0.0.0/7",
        "11.0.0.0/8",
        "12.0.0.0/6",
        "16.0.0.0/4",
        "32.0.0.0/3",
        "64.0.0.0/2",
        "128.0.0.0/3",
    ],
    *[
        "160.0.0.0/5",
        "168.0.0.0/6",
        "172.0.0.0/12",
        "172.32.0.0/11",
        "172.64.0.0/10",
        "172.128.0.0/9",
    ],
    *[
        "173.0.0.0/8",
        "174.0.0.0/7",
        "176.0.0.0/4",
        "192.0.0.0/9",
        "192.128.0.0/11",
        "192.160.0.0/13",
    ],
    *["192.169.0.0/16", "192.170.0.0/15", "192.172.0.0/14", "192.176.0.0/12", "192.192.0.0/10"],
    *["193.0.0.0/8", "194.0.0.0/7", "196.0.0.0/6", "200.0.0.0/5", "208.0.0.0/4"],
)


@pytest.mark.parametrize(
    ("allowed", "reach"),
    [
        ((), Reach.ONLY),
        (nets("10.0.0.0/8"), Reach.ONLY),
        (nets("0.0.0.0/0"), Reach.ALL),
        (nets("::/0"), Reach.ALL),
        (nets("0.0.0.0/1", "128.0.0.0/1"), Reach.ALL),
        (nets("0.0.0.0/0", "fd00::/64"), Reach.ONLY),
        (all_but_local(), Reach.ALL_BUT_LOCAL),
        (all_but_local([4]), Reach.ALL_BUT_LOCAL),
        (all_but_local([4], nets("10.64.0.1/32")), Reach.ALL_BUT_LOCAL),
        ((*all_but_local([4]), *nets("::/0")), Reach.ALL_BUT_LOCAL),
        (OFFICIAL, Reach.ONLY),  # 240.0.0.0/4 is not there: nobody's local network
        ((*OFFICIAL, *nets("240.0.0.0/4")), Reach.ALL_BUT_LOCAL),
        (nets("0.0.0.0/1"), Reach.ONLY),
    ],
)
def test_knows_the_choice(allowed, reach):
    assert reach_of(allowed) is reach


@pytest.mark.parametrize("families", [(4,), (6,), (4, 6)])
def test_all_but_local_is_all_but_that(families):
    covered = Coverage(all_but_local(families))
    for it in LOCAL_RANGES:
        assert not covered.has(it.network.network_address)
        assert not covered.has(it.network[-1])
    assert covered.has(ip_address("203.0.113.9")) == (4 in families)
    assert covered.has(ip_address("2001:db8::1")) == (6 in families)
    assert covered.has(ip_address("172.32.0.0")) == (4 in families)


def test_what_is_inside_stays_inside():
    inside = nets("10.64.0.1/32", "192.168.7.0/24", "8.8.8.8/32", "fd00::1/128")
    made = all_but_local([4], inside)
    assert set(made) - set(all_but_local([4])) == set(nets("10.64.0.1/32", "192.168.7.0/24"))


networks = st.one_of(
    st.builds(
        lambda at, bits: ip_network((at >> (32 - bits) << (32 - bits) if bits else 0, bits)),
        st.integers(0, 2**32 - 1),
        st.integers(0, 32),
    ),
    st.builds(
        lambda at, bits: ip_network(
            (ip_address(at >> (128 - bits) << (128 - bits) if bits else 0).packed, bits)
            if at >> 32
            else ("::", bits)
        ),
        st.integers(2**120, 2**128 - 1),
        st.integers(16, 128),
    ),
)


@given(st.lists(networks, max_size=8))
def test_what_is_left_out_and_what_is_not_are_everything(allowed):
    rest = left_out(allowed)
    assert not Coverage(rest).meets(Coverage(allowed))
    whole = Coverage([*rest, *allowed])
    assert whole.is_everything(4)
    assert whole.is_everything(6)
    assert left_out([*rest, *allowed]) == ()


def test_all():
    assert all_networks() == nets("0.0.0.0/0", "::/0")
    assert all_networks([4]) == nets("0.0.0.0/0")


@pytest.mark.parametrize(
    ("allowed", "sentences"),
    [
        (all_networks(), ()),
        (all_networks([4]), ("No IPv6 goes through it.",)),
        (
            all_but_local([4], nets("10.64.0.1/32")),
            (
                "No IPv6 goes through it.",
                "Outside stay 172.16.0.0/12, 192.168.0.0/16: local networks.",
                "Outside stay 169.254.0.0/16: addresses of one link.",
                "Outside stay 224.0.0.0/4: multicast.",
                "Outside stay 255.255.255.255/32: broadcast.",
                "Outside stay parts of 10.0.0.0/8: local networks.",
            ),
        ),
        (nets("10.0.0.0/8", "fd00::/8"), ()),
    ],
)
def test_explains(allowed, sentences):
    assert explain(allowed) == sentences
