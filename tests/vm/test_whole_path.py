"""From the command line of an ordinary user to the kernel's own WireGuard."""


def test_user_connects_and_disconnects_on_the_kernel(vm):
    done = vm.pytest(["tests/vm/inside/whole_path.py"], with_systemd=True)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == 1
