"""From the command line of an ordinary user to the kernel's own WireGuard.

The second test inside sets the clock back, of which no namespace has one of its own.
"""


def test_user_connects_and_disconnects_and_is_told_of_a_clock_that_was_set_back(vm):
    done = vm.pytest(["tests/vm/inside/whole_path.py"], with_systemd=True)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == 2
