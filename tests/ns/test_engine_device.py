"""wireguard-go's device does all that a device does: the installed one, and the bundled one."""

import pytest

from tests.conformance import device
from tests.labs.namespaces import HELPER_DIR
from wgdesk.domain.device import EngineKind
from wgdesk.engine.launcher import PlainLauncher


@pytest.mark.parametrize("check", device.CHECKS, ids=device.title)
def test_userspace_device(in_ns, check):
    device.run(check, EngineKind.USERSPACE)


@pytest.mark.parametrize("check", device.CHECKS, ids=device.title)
def test_bundled_userspace_device(bundled_engine, in_ns, check):
    launcher = PlainLauncher(HELPER_DIR / "engines", (bundled_engine,))
    device.run(check, EngineKind.USERSPACE, launcher=launcher)
