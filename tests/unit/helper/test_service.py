"""What happens between two words of a call, while others change the same machine."""

import pytest

from tests.support.fake_tunnels import FakeTunnels
from wgdesk.domain.profile import Profile
from wgdesk.helper.approvals import Approvals
from wgdesk.helper.caller import Caller
from wgdesk.helper.service import Service
from wgdesk.wire import codec

ALICE = Caller(":1.7", 1000)


class Hurried(FakeTunnels):
    """While one tunnel is read, another one goes."""

    goes = ""

    async def snapshot(self, tunnel_id, /):
        found = await super().snapshot(tunnel_id)
        await self.down(self.goes)
        return found


class NoSubscribers:
    def tell(self, tunnel_id, owner_uid):
        pass


@pytest.fixture
def tunnels():
    return Hurried()


@pytest.fixture
def service(tunnels, tmp_path):
    async def engine():
        return tunnels

    return Service(engine, Approvals(tmp_path / "approvals.json"), NoSubscribers())


async def test_list_leaves_out_a_tunnel_that_goes_meanwhile(service, tunnels):
    await tunnels.up(ALICE.uid, "stays", Profile())
    tunnels.goes = (await tunnels.up(ALICE.uid, "goes", Profile())).id
    answer = await service.list_tunnels(ALICE)
    listed = codec.machine_from(codec.decode(answer.body[0])).tunnels
    assert [tunnel.name for tunnel in listed] == ["stays"]
