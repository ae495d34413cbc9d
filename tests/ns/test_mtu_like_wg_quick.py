"""The automatic MTU beside the one that wg-quick chooses on the same network."""

import pytest

from tests.support.far import Far
from tests.support.quick_up import QuickUp
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.conf import read_profile

V4 = "0.0.0.0/0"


@pytest.fixture
def quick(two_hosts, tmp_path):
    with two_hosts.user.enter():
        found = QuickUp(tmp_path)
        yield found
        found.uncover()


@pytest.mark.parametrize("path_mtu", [1500, 1400, 1360, 9000])
@on_loop
async def test_automatic_mtu_is_what_wg_quick_chooses(two_hosts, quick, path_mtu):
    far = Far(two_hosts)
    two_hosts.user.ip("link", "set", "eth0", "mtu", str(path_mtu))
    text = far.server.profile(far.server.add_client(), allowed_ips=V4).encode()
    raised = quick.up(text)
    quick.down()
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", read_profile(text))
        assert far.mtu("home") == raised.mtu == path_mtu - 80
