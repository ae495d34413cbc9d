"""NetworkManager carries tunnels on the kernel's own WireGuard, as the helper does in lab box."""

from tests.conformance.backends import CHECKS


def test_networkmanager_does_all_that_a_backend_does_and_says_what_it_cannot(vm):
    done = vm.pytest(
        ["tests/vm/inside/networkmanager.py", "--timeout=400"],
        timeout_s=580,
        with_systemd=True,
        packages=("network-manager",),
    )
    assert done.exit_code == 0, done.output
    assert done.count("passed") == len(CHECKS) + 1
