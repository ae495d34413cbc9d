"""wg-quick and wgdesk on a kernel that has WireGuard: the same differences, and no others."""


def test_profiles_come_up_alike_on_the_kernel(vm):
    # wg-quick starts some fifty programs for each of them: minutes, and more beside other work.
    done = vm.pytest(["tests/vm/inside/differential.py", "--timeout=580"], timeout_s=590)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == 1
