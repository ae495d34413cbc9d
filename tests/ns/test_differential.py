"""Every profile of the table by wg-quick and by wgdesk: the same, or a difference that is meant."""

import pytest

from tests.labs import ns
from tests.labs.fixtures import require
from tests.support.agreement import listed_codes
from tests.support.differential import Difference, hold_contests
from tests.support.differential_profiles import CASES
from tests.support.intended import HEADING, INTENDED, require_listed


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> list[Difference]:
    require("ns", ns.missing())
    return hold_contests(CASES, tmp_path_factory.mktemp("differential"))


def test_each_difference_is_in_the_list_and_each_of_the_list_is_seen(differences):
    require_listed(differences)


def test_every_profile_that_wg_quick_brings_up_comes_up_here(differences):
    assert len(CASES) >= 40
    assert [str(it) for it in differences if it.what == "up" and it.ours != "up"] == []


def test_list_and_tests_name_the_same_codes():
    assert listed_codes(HEADING) == set(INTENDED)
