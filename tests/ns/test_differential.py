"""Every profile of the table by wg-quick and by wgdesk: the same, or a difference that is meant."""

import pytest

from tests.labs import ns
from tests.labs.fixtures import require
from tests.support.agreement import listed_codes
from tests.support.differential import Difference, hold_contests
from tests.support.differential_profiles import CASES
from tests.support.intended import HEADING, INTENDED, code_of, must_occur, table


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> list[Difference]:
    require("ns", ns.missing())
    return hold_contests(CASES, tmp_path_factory.mktemp("differential"))


def test_each_difference_is_in_the_list_and_each_of_the_list_is_seen(differences):
    codes = [(code_of(it), it) for it in differences]
    listed = [(code, it) for code, it in codes if code is not None]
    print(f"\n{len(CASES)} profiles, {len(codes)} differences:\n{table(listed)}")
    unlisted = [str(it) for code, it in codes if code is None]
    assert unlisted == []
    assert {code for code, _ in listed} == must_occur()


def test_every_profile_that_wg_quick_brings_up_comes_up_here(differences):
    assert len(CASES) >= 40
    assert [str(it) for it in differences if it.what == "up" and it.ours != "up"] == []


def test_list_and_tests_name_the_same_codes():
    assert listed_codes(HEADING) == set(INTENDED)
