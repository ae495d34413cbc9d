"""wireguard-go's device does all that a device does."""

import pytest

from tests.conformance import device
from wgdesk.domain.device import EngineKind


@pytest.mark.parametrize("check", device.CHECKS, ids=device.title)
def test_userspace_device(in_ns, check):
    device.run(check, EngineKind.USERSPACE)
