"""The engine on a kernel that has WireGuard."""

from tests.conformance.device import CHECKS

# Each takes many seconds there, and the others do not depend on what carries the tunnel.
ON_THE_KERNEL = (
    "test_split_tunnel",
    "(test_full_tunnel_carries and off_link)",
    "(test_failure_at_each_step and after)",
    "test_link_that_is_deleted",
)


def test_kernel_device_does_all_that_a_device_does(vm):
    done = vm.pytest(["tests/conformance/test_kernel_device.py", "--timeout=400"], timeout_s=400)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == len(CHECKS)


def test_kernel_carries_tunnels_and_a_failed_up_leaves_nothing(vm):
    chosen = ["-k", " or ".join(ON_THE_KERNEL), "--timeout=400"]
    done = vm.pytest(["tests/ns/test_engine_tunnels.py", *chosen], timeout_s=400)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == len(ON_THE_KERNEL)


SYNC_ON_THE_KERNEL = (
    "test_peers_come_and_go",
    "test_split_tunnel_becomes_full",
    "test_addresses_of_one_subnet",
    "test_list_with_signs",
    "test_sync_after_the_helper",
    "test_preshared_key_that_is_gone",
)


def test_kernel_takes_an_edited_profile_while_packets_go_through(vm):
    chosen = ["-k", " or ".join(SYNC_ON_THE_KERNEL), "--timeout=400"]
    done = vm.pytest(["tests/ns/test_engine_sync.py", *chosen], timeout_s=500)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == len(SYNC_ON_THE_KERNEL)
