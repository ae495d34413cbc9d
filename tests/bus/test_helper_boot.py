"""What connects at boot: who may ask for it, what is asked, what is kept, what comes up."""

import asyncio
import json
from dataclasses import replace

import pytest

from tests.support.bus_fixtures import ALICE
from tests.support.machine_services import FakeSystemd
from tests.support.private_bus import HOME
from tests.support.waiting import until
from wgdesk.domain.errors import (
    BootCopyDamaged,
    BootUnavailable,
    Busy,
    HooksNotApproved,
    InvalidName,
    InvalidRequest,
    LimitExceeded,
    NameConflict,
    NoBootCopy,
    NotAuthorized,
    NotOwner,
)
from wgdesk.domain.options import HookMode
from wgdesk.helper.boot_copies import BootCopies
from wgdesk.helper.boot_program import EXIT_TRY_AGAIN, exit_status
from wgdesk.wire import codec, names

BOB = 4321
UNIT = "wgdesk-tunnel@home.service"
ROOT_HOOKS = {"hooks": "root"}
HOOKED = HOME.replace(b"[Peer]", b"PostUp = touch up\n[Peer]")
LONG = HOME.replace(b"[Peer]", b"PostUp = " + b"x" * 5000 + b"\n[Peer]")
KEYLESS = b"\n".join(it for it in HOME.splitlines() if not it.startswith(b"PrivateKey"))


@pytest.fixture
async def systemd(private_bus):
    async with FakeSystemd().serve(private_bus.address) as service:
        yield service


@pytest.fixture
async def bob(join, helper):
    made = await join()
    helper.uids[made.sender] = BOB
    return made


@pytest.fixture
def folder(helper):
    return helper.state_dir / "boot"


@pytest.fixture
async def ready(systemd, polkit):
    """systemd runs the machine and polkit says yes."""
    polkit.allow(*names.ACTIONS)
    return systemd


async def turn_on(client, text=HOME, options=None, name="home"):
    await client.call("SetBoot", "saya{ss}", [name, text, options or {}])


async def no_to_turn_on(client, text=HOME, options=None, name="home"):
    return await client.refusal("SetBoot", "saya{ss}", [name, text, options or {}])


async def listed(client):
    (answer,) = await client.call("ListBoot")
    return codec.decode(answer)["boot"]


async def test_one_question_names_it_all_and_the_unit_is_enabled(alice, ready, polkit, folder):
    await turn_on(alice)
    assert polkit.actions() == ["boot"]
    asked = polkit.details[0]
    assert asked["profile"] == "home"
    assert asked["commands"] == "–"  # noqa: RUF001
    assert {"endpoint", "routes", "lookups"} <= set(asked)
    assert ready.enabled == {UNIT: "enabled"}
    assert [path.name for path in folder.iterdir()] == ["home.json"]
    (copy,) = await listed(alice)
    assert (copy["name"], copy["owner_uid"], copy["unit"]) == ("home", ALICE, UNIT)
    assert copy["enabled"] is True
    private_key = HOME.split(b"PrivateKey = ")[1].split()[0].decode()
    assert private_key not in json.dumps(copy)


async def test_what_was_agreed_to_for_the_boot_needs_no_second_yes(alice, ready, polkit):
    await turn_on(alice)
    await alice.up("home", HOME)
    assert polkit.actions()[1:] == ["connect"]


async def test_refusal_leaves_nothing(alice, systemd, polkit, helper):
    error = await no_to_turn_on(alice)
    assert isinstance(error, NotAuthorized)
    assert not systemd.enabled
    assert not helper.state_dir.exists()


async def test_commands_are_asked_for_apart_once(alice, ready, polkit):
    await turn_on(alice, HOOKED, ROOT_HOOKS)
    assert polkit.actions() == ["boot", "run-hooks"]
    assert [it["commands"] for it in polkit.details] == ["PostUp: touch up"] * 2
    await turn_on(alice, HOOKED, ROOT_HOOKS)
    assert polkit.actions()[2:] == ["boot"]


async def test_no_to_the_commands_is_a_no_to_it_all(alice, systemd, polkit, helper):
    polkit.allow(names.ACTION_BOOT)
    assert isinstance(await no_to_turn_on(alice, HOOKED, ROOT_HOOKS), NotAuthorized)
    assert not helper.state_dir.exists()
    await turn_on(alice, HOOKED)
    (copy,) = await listed(alice)
    assert (copy["commands"], copy["options"]) == (1, {})


@pytest.mark.parametrize(
    ("wish", "kind"),
    [
        ((HOOKED, {"hooks": "me"}), InvalidRequest),
        ((KEYLESS,), InvalidRequest),
        ((LONG, ROOT_HOOKS), HooksNotApproved),
        ((HOME, {"boot": "yes"}), InvalidRequest),
        ((HOME, {}, "../home"), InvalidName),
        ((HOME, {}, "%i"), InvalidName),
    ],
)
async def test_what_cannot_be_is_refused_unasked(alice, ready, polkit, wish, kind):
    assert (await no_to_turn_on(alice, *wish)).code == kind.code
    assert polkit.actions() == []


async def test_without_systemd_nobody_is_even_asked(alice, polkit):
    polkit.allow(*names.ACTIONS)
    assert isinstance(await no_to_turn_on(alice), BootUnavailable)
    assert polkit.actions() == []


async def test_unit_that_is_not_enabled_leaves_what_was_there(alice, ready, folder):
    ready.refusals["EnableUnitFiles"] = "org.freedesktop.systemd1.UnitMasked"
    assert isinstance(await no_to_turn_on(alice), BootUnavailable)
    assert list(folder.iterdir()) == []
    del ready.refusals["EnableUnitFiles"]
    await turn_on(alice)
    (before,) = await listed(alice)
    ready.refusals["EnableUnitFiles"] = "org.freedesktop.systemd1.UnitMasked"
    assert isinstance(await no_to_turn_on(alice, HOOKED), BootUnavailable)
    assert await listed(alice) == [before]


async def test_name_is_one_users_and_nobody_else_turns_it_off(alice, bob, root, ready):
    await turn_on(alice)
    assert (await no_to_turn_on(bob)).code == NameConflict.code
    assert isinstance(await bob.refusal("ClearBoot", "s", ["home"]), NotOwner)
    assert await listed(bob) == []
    assert [it["owner_uid"] for it in await listed(root)] == [ALICE]
    await root.call("ClearBoot", "s", ["home"])
    assert await listed(alice) == []
    assert not ready.enabled


async def test_turning_off_is_asked_for_and_none_is_a_success(alice, ready, polkit, folder):
    await alice.call("ClearBoot", "s", ["home"])
    assert polkit.actions() == []
    await turn_on(alice)
    polkit.verdicts.pop(names.ACTION_BOOT_OFF)
    assert isinstance(await alice.refusal("ClearBoot", "s", ["home"]), NotAuthorized)
    assert ready.enabled
    polkit.allow(names.ACTION_BOOT_OFF)
    await alice.call("ClearBoot", "s", ["home"])
    assert polkit.details[-1]["profile"] == "home"
    assert list(folder.iterdir()) == []


async def test_nobody_turns_off_what_became_anothers_while_polkit_was_asked(
    alice, bob, ready, polkit, folder
):
    await turn_on(bob)
    polkit.is_open.clear()
    asked = asyncio.ensure_future(bob.refusal("ClearBoot", "s", ["home"]))
    await until(lambda: "boot-off" in polkit.actions())
    copies = BootCopies(folder)
    copies.save(replace(copies.read("home"), owner_uid=ALICE))
    polkit.is_open.set()
    assert isinstance(await asked, Busy)
    assert [it["owner_uid"] for it in await listed(alice)] == [ALICE]


async def test_a_user_has_so_many(alice, ready):
    for number in range(8):
        await turn_on(alice, name=f"home{number}")
    assert isinstance(await no_to_turn_on(alice, name="more"), LimitExceeded)
    await turn_on(alice, name="home7")


async def test_only_root_starts_and_stops(alice, root, ready, helper):
    await turn_on(alice)
    for member in ("StartBoot", "StopBoot"):
        assert isinstance(await alice.refusal(member, "s", ["home"]), NotAuthorized)
    (said,) = await root.call("StartBoot", "s", ["home"])
    assert said == "Connected at boot."
    (tunnel,) = helper.tunnels.list()
    assert (tunnel.name, tunnel.owner_uid) == ("home", ALICE)
    await root.call("StopBoot", "s", ["home"])
    assert not helper.tunnels.list()
    assert isinstance(await root.refusal("StartBoot", "s", ["work"]), NoBootCopy)


async def test_of_many_units_at_once_those_that_are_too_many_try_again(alice, root, ready, polkit):
    units = [f"home{number}" for number in range(8)]
    for name in units:
        await turn_on(alice, name=name)
    polkit.is_open.clear()
    calls = [asyncio.ensure_future(root.reply("StartBoot", "s", [it])) for it in units]
    done, others = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    for call in done:
        assert exit_status(call.result().error_name) == EXIT_TRY_AGAIN
    polkit.is_open.set()
    for reply in await asyncio.gather(*others):
        assert reply.error_name is None or exit_status(reply.error_name) == EXIT_TRY_AGAIN


async def test_commands_run_as_they_were_approved(alice, root, ready, helper):
    await turn_on(alice, HOOKED, ROOT_HOOKS)
    await root.call("StartBoot", "s", ["home"])
    assert helper.tunnels.options.hooks is HookMode.ROOT
    await root.call("StopBoot", "s", ["home"])
    for _, digest, _, kind in (await alice.call("ListApprovals"))[0]:
        if kind == "commands":
            await alice.call("Revoke", "s", [digest])
    (said,) = await root.call("StartBoot", "s", ["home"])
    assert "their approval was withdrawn" in said
    assert helper.tunnels.options.hooks is HookMode.IGNORE
    (page,) = await alice.call("GetLog", "t", [0])
    assert "their approval was withdrawn" in page


async def test_damaged_copy_is_told_to_everybody(alice, bob, root, ready, polkit, folder):
    await turn_on(alice)
    (folder / "home.json").write_text("{")
    assert isinstance(await root.refusal("StartBoot", "s", ["home"]), BootCopyDamaged)
    for client in (alice, bob):
        (machine,) = await client.call("List")
        assert "home at boot is damaged" in codec.decode(machine)["degraded"][0]
    await bob.call("ClearBoot", "s", ["home"])  # whose it was nobody knows; polkit said yes
    assert polkit.details[-1]["owner"] == "?"
    assert list(folder.iterdir()) == []
