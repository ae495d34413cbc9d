"""Every profile of the table by wg-quick and by wgdesk: the same, or a difference that is meant."""

from collections.abc import Iterator

import pytest

from tests.labs import ns
from tests.labs.fixtures import require
from tests.support.agreement import listed_codes
from tests.support.differential import Contest, Hosts
from tests.support.differential_machine import INTERFACE, set_up, state_of
from tests.support.differential_profiles import CASES
from tests.support.intended import HEADING, INTENDED, code_of, must_occur, table
from tests.support.quick_up import QuickUp


@pytest.fixture(scope="module")
def contest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contest]:
    """All profiles have been brought up by both, one after the other."""
    require("ns", ns.missing())
    host = ns.new_host("differ")
    hosts = Hosts(tmp_path_factory.mktemp("hosts"))
    quick = QuickUp(tmp_path_factory.mktemp("quick"), INTERFACE)
    try:
        with host.enter():
            set_up(host)
            contest = Contest(host, quick, state_of(host))
            for case in CASES:
                contest.hold(case)
            yield contest
    finally:
        quick.uncover()
        hosts.forget()
        host.close()


def test_each_difference_is_in_the_list_and_each_of_the_list_is_seen(contest):
    codes = [(code_of(it), it) for it in contest.found]
    listed = [(code, it) for code, it in codes if code is not None]
    print(f"\n{len(contest.tried)} profiles, {len(codes)} differences:\n{table(listed)}")
    unlisted = [str(it) for code, it in codes if code is None]
    assert unlisted == []
    assert {code for code, _ in listed} == must_occur()


def test_every_profile_comes_up_here(contest):
    """What wg-quick brings up is brought up by wgdesk too, and something beyond that."""
    assert len(contest.tried) >= 40
    assert [str(it) for it in contest.found if it.what == "up" and it.ours != "up"] == []


def test_list_and_tests_name_the_same_codes():
    assert listed_codes(HEADING) == set(INTENDED)
