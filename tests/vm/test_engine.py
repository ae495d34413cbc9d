"""The engine on a kernel that has WireGuard."""


def test_kernel_device_does_all_that_a_device_does(vm):
    done = vm.pytest(["tests/conformance/test_kernel_device.py"], timeout_s=300)
    assert done.exit_code == 0, done.output
    assert done.count("passed") >= 8
