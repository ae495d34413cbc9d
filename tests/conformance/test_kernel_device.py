"""The kernel's device. Run by lane vm in a machine whose kernel has WireGuard."""

import pytest

from tests.conformance import device
from wgdesk.domain.device import EngineKind

# An emulated kernel takes minutes to delete 10,000 peers: it waits for RCU after each of them.
# That link goes with the machine.
SLOW_TO_DELETE = (device.check_10000_peers,)


@pytest.mark.parametrize("check", device.CHECKS, ids=device.title)
def test_kernel_device(in_ns, check):
    device.run(check, EngineKind.KERNEL, delete=check not in SLOW_TO_DELETE)
