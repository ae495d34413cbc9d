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


def test_lab_ns_runs_in_the_machine(vm):
    done = vm.pytest(["tests/ns/test_lab_ns.py", "-k", "off_the_link or network_state"])
    assert done.exit_code == 0, done.output
    assert [done.count(what) for what in ("passed", "failures", "skipped")] == [2, 0, 0]


def test_machine_boots_the_whole_system_when_asked(vm):
    done = vm.run_script(
        "set -e; systemctl start polkit; systemctl is-active polkit systemd-logind dbus\n"
        "systemctl list-units --failed --quiet; ip link add wg0 type wireguard; ls /dev/net/tun",
        with_systemd=True,
    )
    assert done.exit_code == 0, done.output
    assert done.output == "active\nactive\nactive\n/dev/net/tun\n"
