"""Lab vm itself: what other tests rely on."""

import pytest

from tests.labs.vm import OUT


def test_machine_has_the_kernels_own_wireguard(vm):
    done = vm.run_script(
        "set -e; ip link add wg0 type wireguard; wg genkey | wg set wg0 private-key /dev/fd/0\n"
        f"wg show wg0 public-key >{OUT}/key; uname -r; lsmod"
    )
    assert done.exit_code == 0, done.output
    assert "deb13" in done.output
    assert "wireguard" in done.output
    assert len(done.files["key"].strip()) == 44


def test_machine_tells_how_the_program_ended(vm):
    done = vm.run(["sh", "-c", "echo said; echo complained >&2; pwd; exit 7"])
    assert (done.exit_code, done.output) == (7, "said\ncomplained\n/repo\n")


def test_machine_is_ended_when_it_takes_too_long(vm):
    with pytest.raises(TimeoutError, match=r"not done after 0\.5 s"):
        vm.run(["sleep", "1000"], timeout_s=0.5)
