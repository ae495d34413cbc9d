"""What happens between two words of a call, while others change the same machine."""

import asyncio
import pwd
import threading

import pytest

from tests.support.fake_tunnels import FakeTunnel, FakeTunnels
from tests.support.private_bus import HOME
from wgdesk.domain.errors import EngineFailed, HooksNotApproved, LimitExceeded
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.profile import Hook, HookKind, Profile
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.helper.approvals import Approvals
from wgdesk.helper.ascent import TUNNELS, TUNNELS_PER_USER
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


class Watchers:
    def __init__(self):
        self.callers = []

    async def add(self, caller):
        self.callers.append(caller)


@pytest.fixture
def watchers():
    return Watchers()


@pytest.fixture
def tunnels():
    return Hurried()


@pytest.fixture
def approvals(tmp_path):
    return Approvals(tmp_path / "approvals.json")


@pytest.fixture
def service(tunnels, approvals, watchers):
    async def engine():
        return tunnels

    return Service(engine, approvals, NoSubscribers(), watchers)


async def test_list_leaves_out_a_tunnel_that_goes_meanwhile(service, tunnels):
    await tunnels.up(ALICE.uid, "stays", Profile())
    tunnels.goes = (await tunnels.up(ALICE.uid, "goes", Profile())).id
    answer = await service.list_tunnels(ALICE)
    listed = codec.machine_from(codec.decode(answer.body[0])).tunnels
    assert [tunnel.name for tunnel in listed] == ["stays"]


def add(tunnels, number, *, owner_uid=ALICE.uid, lifecycle=Lifecycle.UP):
    tunnel = FakeTunnel(f"{owner_uid}-{number}", f"t{number}", owner_uid, lifecycle)
    tunnels.tunnels[tunnel.id] = tunnel


async def up(service, name):
    deed = await service.up(ALICE, name, HOME, {})
    await deed.act()


async def test_options_that_a_sync_does_not_name_stay(service, tunnels):
    deed = await service.up(ALICE, "home", HOME, {"allow_lan": "no"})
    tunnel_id = codec.up_from(codec.decode((await deed.act())[0])).id
    await (await service.sync(ALICE, tunnel_id, HOME, {})).act()
    assert tunnels.options == TunnelOptions(allow_lan=False)
    await (await service.sync(ALICE, tunnel_id, HOME, {"dns": "ignore"})).act()
    assert tunnels.options == TunnelOptions(allow_lan=False, use_dns=False)
    await (await service.sync(ALICE, tunnel_id, HOME, {"allow_lan": "yes"})).act()
    assert tunnels.options == TunnelOptions(use_dns=False)


async def test_up_is_refused_when_the_user_has_eight_already(service, tunnels):
    for number in range(TUNNELS_PER_USER - 1):
        add(tunnels, number)
    add(tunnels, 90, lifecycle=Lifecycle.FAILED)
    add(tunnels, 91, owner_uid=1001)
    await up(service, "eighth")
    with pytest.raises(LimitExceeded, match="you have 8 tunnels already; take one down first"):
        await up(service, "ninth")
    await up(service, "eighth")  # the engine's to refuse, in its own words
    assert "ninth" not in [tunnel.name for tunnel in tunnels.list()]


async def test_up_is_refused_when_the_machine_has_too_many(service, tunnels):
    for number in range(TUNNELS - 1):
        add(tunnels, number, owner_uid=2000 + number)
    await up(service, "last")
    with pytest.raises(LimitExceeded, match="this machine has 32 tunnels already"):
        await up(service, "more")


async def test_up_counts_again_after_the_password_was_typed(service, tunnels):
    deed = await service.up(ALICE, "late", HOME, {})
    for number in range(TUNNELS_PER_USER):
        add(tunnels, number)
    with pytest.raises(LimitExceeded):
        await deed.act()
    assert len(tunnels.list()) == TUNNELS_PER_USER


async def test_failed_tunnels_are_forgotten_when_there_are_too_many(service, tunnels):
    for number in range(TUNNELS_PER_USER + 2):
        add(tunnels, number, lifecycle=Lifecycle.FAILED)
        add(tunnels, number, owner_uid=1001, lifecycle=Lifecycle.FAILED)
    await up(service, "new")
    mine = [tunnel.name for tunnel in tunnels.list() if tunnel.owner_uid == ALICE.uid]
    assert mine == ["t3", "t4", "t5", "t6", "t7", "t8", "t9", "new"]
    assert len(tunnels.list()) == len(mine) + TUNNELS_PER_USER + 2


async def test_tunnels_that_are_just_coming_up_count_too(service, tunnels):
    deeds = [await service.up(ALICE, f"t{number}", HOME, {}) for number in range(9)]
    tunnels.is_open.clear()
    rising = [asyncio.ensure_future(deed.act()) for deed in deeds]
    await asyncio.sleep(0.01)
    assert [type(it.exception()) for it in rising if it.done()] == [LimitExceeded]
    with pytest.raises(LimitExceeded):
        await service.up(ALICE, "one-more", HOME, {})
    tunnels.is_open.set()
    await asyncio.wait(rising)
    assert len(tunnels.list()) == 8


async def test_a_tunnel_that_did_not_come_up_no_longer_counts(service, tunnels):
    tunnels.error = EngineFailed("the test says so")
    for number in range(9):
        deed = await service.up(ALICE, f"t{number}", HOME, {})
        with pytest.raises(EngineFailed):
            await deed.act()


async def test_a_name_is_looked_up_while_others_are_served(service, tunnels, monkeypatch):
    """Where users come from a server, that may take as long as the network likes."""
    known = threading.Event()

    def getpwuid(uid):
        assert known.wait(5)
        return pwd.struct_passwd(("bob", "x", uid, uid, "", "/", "/"))

    monkeypatch.setattr(pwd, "getpwuid", getpwuid)
    found = await tunnels.up(4321, "theirs", Profile())
    asked = asyncio.ensure_future(service.down(ALICE, found.id))
    await service.list_tunnels(ALICE)
    await asyncio.sleep(0.01)
    assert not asked.done()
    known.set()
    (question,) = (await asked).questions
    assert question.details["owner"] == "bob"


def test_a_tunnel_comes_back_with_the_commands_that_are_approved_for_its_owner_only(
    service, tunnels, approvals
):
    hooks = (Hook(HookKind.POST_UP, "true"),)
    approvals.add_hooks(ALICE.uid, "home", hooks)
    service.let_return(FakeTunnel("1", "home", ALICE.uid, root_hooks=hooks))
    for other in (FakeTunnel("2", "home", 77), FakeTunnel("3", "work", ALICE.uid)):
        other.root_hooks = hooks
        with pytest.raises(HooksNotApproved):
            service.let_return(other)


async def test_whoever_watches_routing_is_listed_before_the_engine_looks_out(
    service, tunnels, watchers
):
    seen = []
    tunnels.routing.watch = lambda: seen.extend(watchers.callers)
    await service.watch_routing(ALICE)
    assert seen == [ALICE]


async def test_routing_goes_out_as_the_engine_has_it(service, tunnels):
    tunnels.routing.text = '{"v":1}'
    assert (await service.get_routing(ALICE)).body == ['{"v":1}']
