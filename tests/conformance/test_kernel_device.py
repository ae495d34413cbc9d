"""The kernel's device. Run by lane vm in a machine whose kernel has WireGuard."""

import pytest

from tests.conformance import device
from wgdesk.domain.plan import EngineKind


@pytest.mark.parametrize("check", device.CHECKS, ids=device.title)
def test_kernel_device(in_ns, check):
    device.run(check, EngineKind.KERNEL)
