"""Run in lab vm: wg-quick and wgdesk on the kernel's WireGuard, by one profile of each kind."""

from tests.support.differential import hold_contests
from tests.support.differential_profiles import KERNEL_CASES
from tests.support.intended import require_listed


def test_each_difference_is_in_the_list_and_each_of_the_list_is_seen(tmp_path):
    assert len(KERNEL_CASES) >= 40
    differences = hold_contests(KERNEL_CASES, tmp_path)
    require_listed(differences)
    assert [str(it) for it in differences if it.what == "up" and it.ours != "up"] == []
