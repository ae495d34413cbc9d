"""Which tunnels can stand side by side, for one user and for two."""

import pytest

from tests.support.build import a_profile
from wgdesk.domain.claim import Claim
from wgdesk.domain.profile import Table, TableMode

FULL = ("0.0.0.0/0", "::/0")
HOME = ("10.9.0.0/24", "fd00:9::/64")


def claim(*allowed_ips: str, table: Table | None = None, addresses: tuple[str, ...] = ()) -> Claim:
    return Claim(a_profile(*allowed_ips, table=table, addresses=addresses))


@pytest.mark.parametrize(
    ("mine", "theirs", "meets", "takes"),
    [
        (FULL, FULL, True, True),
        (("0.0.0.0/0",), ("::/0",), False, False),
        (FULL, HOME, False, True),
        (HOME, HOME, True, True),
        (("10.0.0.0/8",), ("10.9.0.0/24",), True, True),
        (("10.8.0.0/24",), ("10.9.0.0/24",), False, False),
        (("10.8.0.0/24", "fd00::/64"), ("fd00::1/128",), True, True),
        (("0.0.0.0/1", "128.0.0.0/1"), ("0.0.0.0/0",), True, True),
        (("0.0.0.0/1", "128.0.0.0/1"), HOME, False, True),
    ],
)
def test_claims_are_compared_both_ways(mine, theirs, meets, takes):
    one, other = claim(*mine), claim(*theirs)
    assert [one.meets(other), other.meets(one)] == [meets] * 2
    assert [one.takes_from(other), other.takes_from(one)] == [takes] * 2


def test_table_of_the_profile_makes_no_room_but_takes_from_others():
    own_table = claim(*HOME, table=Table(TableMode.NUMBER, 1234))
    assert not own_table.meets(claim(*HOME))
    assert own_table.takes_from(claim(*HOME))


def test_networks_of_the_addresses_count_between_users_whatever_the_table():
    wide = claim(*HOME, table=Table(TableMode.OFF), addresses=("128.0.0.1/1",))
    assert wide.takes_from(claim("198.51.100.0/24"))
    assert not wide.takes_from(claim("10.9.0.0/24"))
    assert not wide.meets(claim("198.51.100.0/24"))
