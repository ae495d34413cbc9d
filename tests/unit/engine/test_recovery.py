"""A new helper and what the one before it left: taken over, or brought to its end."""

import json

import pytest

from tests.support.build import a_plan, a_profile
from tests.support.fake_system import FakeSystem
from tests.support.seen_tunnels import ALICE, SUBNET
from wgdesk.domain.device import EngineKind
from wgdesk.domain.dns import DnsBackend, DnsChoice
from wgdesk.domain.errors import (
    EngineFailed,
    KernelRefused,
    RollbackIncomplete,
    StateNotSaved,
    TakeOverFailed,
)
from wgdesk.domain.explain import explain
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.domain.steps import AddRoute, AddRule, ApplyDns, ConfigureDevice, CreateLink
from wgdesk.engine.diary import PUT_BACK, Entry
from wgdesk.engine.journal import FolderJournal
from wgdesk.engine.record import Stage
from wgdesk.engine.recovery import HALF_DONE, JOURNAL_DEGRADED
from wgdesk.engine.tunnels import Tunnels


class World:
    """One machine, and one helper after the other on it."""

    def __init__(self, folder) -> None:
        self.system, self.folder = FakeSystem(), folder
        self.journal = FolderJournal(folder)

    def helper(self) -> Tunnels:
        return Tunnels(self.system, lambda: 5.0, self.journal)

    async def next_helper(self) -> Tunnels:
        tunnels = self.helper()
        self.entries: list[Entry] = []
        tunnels.on_entry(self.entries.append)
        await tunnels.recover()
        return tunnels

    def lines(self) -> list[str]:
        """What the newest helper tells the owner."""
        assert {it.owner_uid for it in self.entries} <= {ALICE}
        return [it.text for it in self.entries]

    def stages(self) -> dict[str, Stage]:
        return {record.name: record.stage for record in self.journal.read()}


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "tunnels")


def states(tunnels: Tunnels) -> dict[str, Lifecycle]:
    return {tunnel.name: tunnel.lifecycle for tunnel in tunnels.list()}


async def test_a_tunnel_that_is_up_is_taken_over_as_it_is(world):
    outcome = await world.helper().up(ALICE, "home", a_profile())
    standing = list(world.system.standing)
    tunnels = await world.next_helper()
    assert world.system.standing == standing
    assert world.system.redone == []
    assert world.lines() == ["Was up already when the helper started; taken over."]
    snapshot = await tunnels.snapshot(outcome.id)
    assert (snapshot.name, snapshot.owner_uid) == ("home", ALICE)
    assert (snapshot.lifecycle, snapshot.since_unix_s) == (Lifecycle.UP, 5)
    assert (snapshot.full_tunnel, len(snapshot.rules)) == (True, 8)
    await tunnels.down(outcome.id)
    assert (world.system.standing, world.stages()) == ([], {})


async def test_what_went_meanwhile_is_put_back(world):
    await world.helper().up(ALICE, "home", a_profile())
    rule = next(step for step in world.system.standing if isinstance(step, AddRule))
    world.system.lost_steps = [rule]
    await world.next_helper()
    assert world.system.redone == [rule]
    assert world.lines()[:2] == [PUT_BACK, f"[#] {explain(rule)}"]


async def test_a_tunnel_whose_link_went_meanwhile_is_cleared_and_told(world):
    await world.helper().up(ALICE, "home", a_profile())
    world.system.standing = [it for it in world.system.standing if isinstance(it, AddRule)]
    tunnels = await world.next_helper()
    (tunnel,) = tunnels.list()
    assert (tunnel.lifecycle, world.system.standing, world.stages()) == (Lifecycle.FAILED, [], {})
    assert "while the helper was not running" in tunnel.cause
    assert world.lines()[-1].startswith("Down, for it failed: it went while the helper was not")


@pytest.mark.parametrize("stage", [Stage.RISING, Stage.FALLING])
async def test_what_was_half_done_is_taken_back(world, stage):
    tunnels = world.helper()
    await tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = tunnels.list()
    tunnels._placing.note(tunnel, tunnel.plan, stage)
    assert world.stages() == {"home": stage}
    after = await world.next_helper()
    assert (world.system.standing, world.stages(), after.list()) == ([], {}, ())
    assert world.lines()[0].startswith("[#] ")
    assert world.lines()[-1] == HALF_DONE


async def test_what_could_not_be_undone_is_tried_again_by_the_next_helper(world):
    tunnels = world.helper()
    outcome = await tunnels.up(ALICE, "home", a_profile())
    rule = world.system.standing[-1]
    world.system.stuck = {rule}
    with pytest.raises(RollbackIncomplete):
        await tunnels.down(outcome.id)
    assert world.stages() == {"home": Stage.FALLING}
    await world.next_helper()
    assert world.system.standing == [rule]
    world.system.stuck = set()
    await world.next_helper()
    assert (world.system.standing, world.stages()) == ([], {})


async def test_nothing_is_done_that_cannot_be_noted(world, monkeypatch):
    def full(_record):
        raise StateNotSaved("no space left on device")

    monkeypatch.setattr(world.journal, "write", full)
    with pytest.raises(StateNotSaved):
        await world.helper().up(ALICE, "home", a_profile())
    assert world.system.log == []


async def test_the_journal_is_ahead_of_every_step(world):
    seen = []

    async def note(step):
        seen.append(world.stages())

    world.system.do = note
    await world.helper().up(ALICE, "home", a_profile())
    assert seen
    assert all(stages == {"home": Stage.RISING} for stages in seen)
    assert world.stages() == {"home": Stage.UP}


async def test_a_failed_up_leaves_no_record(world):
    world.system.fail_before = {CreateLink("home", world.system.engine.kind)}
    with pytest.raises(KernelRefused):
        await world.helper().up(ALICE, "home", a_profile())
    assert world.stages() == {}


async def test_a_newer_record_leaves_the_machine_alone_and_the_tunnel_can_be_taken_down(world):
    await world.helper().up(ALICE, "home", a_profile())
    path = world.folder / "home.json"
    path.write_text('{"v":99}')
    standing = list(world.system.standing)
    tunnels = await world.next_helper()
    assert world.system.standing == standing
    assert tunnels.degraded() == (JOURNAL_DEGRADED,)
    (tunnel,) = tunnels.list()
    assert (tunnel.name, tunnel.owner_uid, tunnel.lifecycle) == ("home", 0, Lifecycle.UP)
    assert path.exists()
    await tunnels.down(tunnel.id)
    assert not path.exists()
    assert "home" not in world.system.links
    assert tunnels.degraded() == ()


class Names:
    """Attributes: who decides, and what was taken back."""

    def __init__(self, backend: DnsBackend) -> None:
        self.backend, self.reverted = backend, []

    def on_change(self, _told) -> None:
        pass

    async def choose(self) -> DnsChoice:
        return DnsChoice(self.backend, "the test says so")

    async def recover(self, _known) -> None:
        pass

    async def revert(self, step: ApplyDns) -> None:
        self.reverted.append((step.name, step.backend))


@pytest.mark.parametrize("backend", [DnsBackend.FILE, DnsBackend.OPENRESOLV, DnsBackend.LOCAL])
async def test_name_servers_of_a_record_that_cannot_be_read_go_with_its_tunnel(world, backend):
    world.system.names = names = Names(backend)
    await world.helper().up(ALICE, "home", a_profile(SUBNET))
    await world.helper().up(ALICE, "work", a_profile("10.88.0.0/24"))
    (world.folder / "home.json").write_text('{"v":99}')
    tunnels = await world.next_helper()
    for tunnel in tunnels.list():
        await tunnels.down(tunnel.id)
    assert tunnels.list() == ()
    assert names.reverted == ([] if backend is DnsBackend.LOCAL else [("home", backend)])


async def test_a_record_of_nothing_that_cannot_be_read_goes(world):
    world.folder.mkdir()
    path = world.folder / "home.json"
    path.write_text('{"v":99}')
    tunnels = await world.next_helper()
    assert (tunnels.degraded(), tunnels.list(), path.exists()) == ((), (), False)


async def test_a_link_of_ours_without_a_record_is_taken_over_for_root(world):
    world.system.standing = list(a_plan("lost").steps)
    tunnels = await world.next_helper()
    assert states(tunnels) == {"lost": Lifecycle.UP}
    assert tunnels.degraded() == (JOURNAL_DEGRADED,)


async def test_rules_of_ours_that_belong_to_nothing_are_cleared(world):
    await world.helper().up(ALICE, "home", a_profile(SUBNET))
    standing = list(world.system.standing)
    stray = next(it for it in a_plan("other").steps if isinstance(it, AddRule))
    world.system.standing.append(stray)
    await world.next_helper()
    assert world.system.standing == standing


async def test_what_cannot_be_cleared_does_not_keep_the_helper_from_work(world):
    world.system.clear_error = KernelRefused("delete a rule", 1, "not permitted")
    tunnels = await world.next_helper()
    await tunnels.up(ALICE, "home", a_profile())
    assert states(tunnels) == {"home": Lifecycle.UP}


async def test_taken_over_tunnels_count_for_what_comes_after(world):
    await world.helper().up(ALICE, "home", a_profile())
    tunnels = await world.next_helper()
    outcome = await tunnels.up(ALICE, "work", a_profile())
    assert outcome.took_over == ("home",)
    assert not any(isinstance(it, AddRoute) and it.name == "home" for it in world.system.standing)


async def test_a_newer_record_still_tells_whose_the_tunnel_is(world):
    outcome = await world.helper().up(ALICE, "home", a_profile())
    path = world.folder / "home.json"
    path.write_text(json.dumps({"v": 99, "id": outcome.id, "owner_uid": ALICE, "more": []}))
    tunnels = await world.next_helper()
    (tunnel,) = tunnels.list()
    assert (tunnel.id, tunnel.owner_uid) == (outcome.id, ALICE)


async def test_a_tunnel_taken_over_has_its_keys_again_when_it_comes_back(world):
    profile = a_profile()
    await world.helper().up(ALICE, "home", profile)
    tunnels = await world.next_helper()
    world.system.fail_before = {CreateLink("work", EngineKind.USERSPACE)}
    with pytest.raises(TakeOverFailed, match="“home” is up again"):
        await tunnels.up(ALICE, "work", a_profile())
    (told,) = (it.config for it in world.system.standing if isinstance(it, ConfigureDevice))
    assert told.private_key == profile.interface.private_key
    assert [it.preshared_key for it in told.peers] == [it.preshared_key for it in profile.peers]
    record = next(iter(world.journal.read()))
    assert profile.interface.private_key.base64() not in record.profile_text


async def test_a_tunnel_taken_over_whose_keys_nobody_knows_does_not_come_back(world):
    await world.helper().up(ALICE, "home", a_profile())
    tunnels = await world.next_helper()
    world.system.no_config = EngineFailed("it did not answer")
    world.system.fail_before = {CreateLink("work", EngineKind.USERSPACE)}
    with pytest.raises(KernelRefused):
        await tunnels.up(ALICE, "work", a_profile())
    assert world.system.standing == []
