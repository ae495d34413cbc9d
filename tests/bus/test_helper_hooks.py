"""Commands that are to run as root: what is asked, what is remembered, what reaches the engine."""

import asyncio
import os

import pytest

from tests.support.bus_fixtures import ALICE
from tests.support.private_bus import HOME
from wgdesk.domain.errors import HooksNotApproved, HooksUnavailable, InvalidRequest, NotAuthorized
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.wire import codec, names

BOB = 4321
ROOT_HOOKS = {"hooks": "root"}
HOOKED = HOME.replace(b"[Peer]", b"PostUp = touch up\n[Peer]")
LONG = HOME.replace(b"[Peer]", b"PostUp = " + b"x" * 5000 + b"\n[Peer]")
TOUCH = Hook(HookKind.POST_UP, "touch up")


async def test_commands_are_approved_once(alice, helper, polkit):
    polkit.allow(*names.ACTIONS)
    for _ in range(2):
        await alice.up("home", HOOKED, ROOT_HOOKS)
    assert polkit.actions() == ["connect", "approve-profile", "run-hooks", "connect"]
    assert polkit.details[2]["commands"] == "PostUp: touch up"
    assert helper.tunnels.profile.interface.hooks == (TOUCH,)
    assert helper.tunnels.options.hooks is HookMode.ROOT


@pytest.mark.parametrize("mode", ["ignore", "me"])
async def test_commands_that_root_does_not_run_are_not_asked_for(alice, helper, polkit, mode):
    polkit.allow(*names.ACTIONS)
    await alice.up("home", HOOKED, {"hooks": mode})
    assert polkit.actions() == ["connect", "approve-profile"]
    await alice.up("home", HOOKED, ROOT_HOOKS)
    assert polkit.actions()[2:] == ["connect", "run-hooks"]


async def test_nothing_is_remembered_and_nothing_done_when_the_commands_are_refused(
    alice, helper, polkit
):
    polkit.allow(names.ACTION_CONNECT, names.ACTION_APPROVE_PROFILE)
    error = await alice.refusal("Up", "saya{ss}", ["home", HOOKED, ROOT_HOOKS])
    assert isinstance(error, NotAuthorized)
    assert not helper.tunnels.tunnels
    assert not helper.state_dir.exists()


async def test_without_systemd_nobody_is_even_asked(alice, helper, polkit):
    polkit.allow(*names.ACTIONS)
    helper.tunnels.no_hooks = HooksUnavailable("systemd does not run this machine")
    error = await alice.refusal("Up", "saya{ss}", ["home", HOOKED, ROOT_HOOKS])
    assert error.code == HooksUnavailable.code
    assert "--hooks=me" in error.remedy
    assert polkit.actions() == []
    await alice.up("home", HOOKED)
    await alice.up("other", HOME, ROOT_HOOKS)


async def test_what_fits_no_dialog_is_refused_before_anything_is_asked(alice, polkit):
    polkit.allow(*names.ACTIONS)
    error = await alice.refusal("Up", "saya{ss}", ["home", LONG, ROOT_HOOKS])
    assert isinstance(error, HooksNotApproved)
    assert "sudo wgdesk-admin hooks approve home" in str(error)
    assert polkit.actions() == []


async def test_root_approves_for_somebody_beforehand(alice, root, helper, polkit):
    polkit.allow(*names.ACTIONS)
    await root.call("ApproveHooks", "usay", [ALICE, "home", LONG])
    assert polkit.actions() == ["run-hooks"]
    await alice.up("home", LONG, ROOT_HOOKS)
    assert polkit.actions()[1:] == ["connect", "approve-profile"]
    ((name, digest, _, kind), *_), *_ = await alice.call("ListApprovals")
    assert (name, kind) == ("home", "commands")
    await alice.call("Revoke", "s", [digest])
    assert isinstance(
        await alice.refusal("Up", "saya{ss}", ["home", LONG, ROOT_HOOKS]), HooksNotApproved
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ([2**32 - 1, "home", HOOKED], InvalidRequest),
        ([ALICE, "home", HOME], InvalidRequest),
    ],
)
async def test_what_cannot_be_approved_is_refused(root, polkit, body, kind):
    polkit.allow(*names.ACTIONS)
    assert isinstance(await root.refusal("ApproveHooks", "usay", body), kind)
    assert polkit.actions() == []


async def test_nobody_else_approves_beforehand(alice, helper, polkit):
    polkit.allow(*names.ACTIONS)
    error = await alice.refusal("ApproveHooks", "usay", [ALICE, "home", HOOKED])
    assert isinstance(error, NotAuthorized)
    assert not helper.state_dir.exists()


async def test_approvals_are_told_to_their_user_alone(alice, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    await alice.up("home", HOOKED, ROOT_HOOKS)
    bob = await join()
    helper.uids[bob.sender] = BOB
    assert await bob.call("ListApprovals") == [[]]
    (listed,) = await alice.call("ListApprovals")
    assert [(it[0], it[3]) for it in listed] == [("home", "profile"), ("home", "commands")]
    await bob.call("Revoke", "s", [listed[0][1]])
    assert (await alice.call("ListApprovals"))[0] == listed
    asked = len(polkit.asked)
    await alice.call("Revoke", "s", [listed[0][1]])
    assert len(polkit.asked) == asked, "to give something up nobody is asked"
    await alice.up("home", HOOKED, ROOT_HOOKS)
    assert polkit.actions()[asked:] == ["connect", "approve-profile"]


async def test_a_revocation_while_polkit_is_asked_counts(alice, helper, polkit):
    polkit.allow(*names.ACTIONS)
    await alice.up("home", HOOKED, ROOT_HOOKS)
    helper.tunnels.tunnels.clear()
    polkit.is_open.clear()
    again = asyncio.ensure_future(alice.refusal("Up", "saya{ss}", ["home", HOOKED, ROOT_HOOKS]))
    async with asyncio.timeout(5):
        while len(polkit.asked) < 4:  # noqa: ASYNC110  # another task changes it
            await asyncio.sleep(0.01)
    for _, digest, _, kind in (await alice.call("ListApprovals"))[0]:
        if kind == "commands":
            await alice.call("Revoke", "s", [digest])
    polkit.is_open.set()
    assert (await again).code == "Busy"
    assert not helper.tunnels.tunnels


async def test_check_says_what_is_left_to_approve(alice, polkit):
    polkit.allow(*names.ACTIONS)

    async def needs():
        (text,) = await alice.call("Check", "saya{ss}", ["home", HOOKED, ROOT_HOOKS])
        outcome = codec.check_from(codec.decode(text))
        return outcome.needs_approval, outcome.needs_hooks_approval

    assert await needs() == (True, True)
    await alice.up("home", HOOKED)
    assert await needs() == (False, True)
    await alice.up("home", HOOKED, ROOT_HOOKS)
    assert await needs() == (False, False)


async def test_the_store_keeps_the_text_for_root_alone(alice, helper, polkit):
    polkit.allow(*names.ACTIONS)
    await alice.up("home", HOOKED, ROOT_HOOKS)
    path = helper.state_dir / "approvals.json"
    assert os.stat(path).st_mode & 0o777 == 0o600  # noqa: PTH116  # the tests' own file
    assert "touch up" in path.read_text()


async def test_changed_commands_of_a_tunnel_that_is_up_are_asked_for(alice, helper, polkit):
    """It may come up again by itself, and then the new ones run."""
    polkit.allow(*names.ACTIONS)
    up = codec.decode(await alice.up("home", HOOKED, ROOT_HOOKS))
    changed = HOOKED.replace(b"touch up", b"touch more")
    asked = len(polkit.asked)
    await alice.call("Sync", "saya{ss}", [up["id"], changed, {}])
    assert polkit.actions()[asked:] == ["connect", "approve-profile", "run-hooks"]
    polkit.verdicts.pop(names.ACTION_RUN_HOOKS)
    other = HOOKED.replace(b"touch up", b"touch other")
    for options in ({}, {"hooks": "ignore"}):
        error = await alice.refusal("Sync", "saya{ss}", [up["id"], other, options])
        assert isinstance(error, NotAuthorized)
    await alice.call("Sync", "saya{ss}", [up["id"], HOOKED, {}])


async def test_changed_commands_that_root_does_not_run_are_not_asked_for(alice, polkit):
    polkit.allow(names.ACTION_CONNECT, names.ACTION_APPROVE_PROFILE)
    up = codec.decode(await alice.up("home", HOOKED))
    changed = HOOKED.replace(b"touch up", b"touch more")
    await alice.call("Sync", "saya{ss}", [up["id"], changed, ROOT_HOOKS])
