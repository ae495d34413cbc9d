"""Who may do what, and what a caller learns of others."""

import asyncio

import pytest
from dbus_next import Message, MessageFlag, MessageType, RequestNameReply

from tests.support.conf_vectors import PRIVATE
from tests.support.private_bus import HOME
from wgdesk.domain.errors import (
    AuthRequired,
    InternalError,
    KernelRefused,
    LimitExceeded,
    NoSuchTunnel,
    NotAuthorized,
)
from wgdesk.wire import codec, names

FULL = HOME.replace(b"10.66.0.0/24", b"0.0.0.0/0, ::/0")
BOB = 4321


async def wait_until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # another process changes it
            await asyncio.sleep(0.01)


async def test_new_content_is_approved_once_and_then_only_connected(client, polkit):
    polkit.allow(*names.ACTIONS)
    for _ in range(2):
        await client.up("home", HOME)
    assert polkit.actions() == ["connect", "approve-profile", "connect"]


async def test_changed_content_is_approved_anew(client, polkit):
    polkit.allow(*names.ACTIONS)
    await client.up("home", HOME)
    await client.up("home", FULL)
    assert polkit.actions() == ["connect", "approve-profile"] * 2


async def test_a_known_profile_under_another_name_is_approved_anew(client, polkit):
    polkit.allow(*names.ACTIONS)
    await client.up("home", HOME)
    await client.up("docker0", HOME)
    assert polkit.actions() == ["connect", "approve-profile"] * 2


async def test_an_approval_is_good_for_its_user_alone(client, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    await client.up("home", HOME)
    bob = await join()
    helper.uids[bob.sender] = BOB
    await bob.up("home", HOME)
    assert polkit.actions() == ["connect", "approve-profile"] * 2


async def test_polkit_is_told_what_the_profile_does(client, polkit):
    polkit.allow(*names.ACTIONS)
    await client.up("home", FULL)
    details = polkit.details[-1]
    assert details["profile"] == "home"
    assert details["endpoint"] == "198.51.100.7:51820"
    assert details["routes"] == "all destinations"
    assert details["full_tunnel"] == "true"
    assert PRIVATE not in str(details)


@pytest.mark.parametrize("allowed", [[], [names.ACTION_CONNECT], [names.ACTION_APPROVE_PROFILE]])
async def test_up_is_refused_when_policy_says_no(client, helper, polkit, allowed):
    polkit.allow(*allowed)
    error = await client.refusal("Up", "saya{ss}", ["home", HOME, {}])
    assert isinstance(error, NotAuthorized)
    assert not helper.tunnels.tunnels
    assert not helper.state_dir.exists()


async def test_a_password_is_not_asked_for_when_the_call_forbids_it(client, polkit):
    polkit.challenge(*names.ACTIONS)
    error = await client.refusal("Up", "saya{ss}", ["home", HOME, {}])
    assert isinstance(error, AuthRequired)
    assert [flags for *_, flags in polkit.asked] == [0]


async def test_a_password_is_asked_for_when_the_call_allows_it(client, polkit):
    polkit.challenge(names.ACTION_CONNECT)
    await client.refusal("Up", "saya{ss}", ["home", HOME, {}], may_prompt=True)
    assert [flags for *_, flags in polkit.asked] == [0, 1]


async def test_two_password_dialogs_of_one_user_do_not_open_at_once(client, join, polkit):
    polkit.challenge(names.ACTION_CONNECT)
    polkit.only_prompts_wait = True
    polkit.is_open.clear()
    other, body = await join(), ["home", HOME, {}]
    first = asyncio.ensure_future(client.reply("Up", "saya{ss}", body, may_prompt=True))
    await wait_until(lambda: len(polkit.asked) == 2)
    error = await other.refusal("Up", "saya{ss}", body, may_prompt=True)
    assert isinstance(error, LimitExceeded)
    assert [flags for *_, flags in polkit.asked] == [0, 1, 0]
    polkit.is_open.set()
    await first


async def test_after_two_closed_dialogs_nobody_is_asked_for_a_while(client, polkit):
    body = ["home", HOME, {}]
    polkit.challenge(names.ACTION_CONNECT)
    polkit.when_prompted[names.ACTION_CONNECT] = (False, False, {"polkit.dismissed": "true"})
    for _ in range(2):
        error = await client.refusal("Up", "saya{ss}", body, may_prompt=True)
        assert isinstance(error, NotAuthorized)
    error = await client.refusal("Up", "saya{ss}", body, may_prompt=True)
    assert isinstance(error, AuthRequired)
    assert [flags for *_, flags in polkit.asked] == [0, 1, 0, 1, 0]


async def test_overlapping_calls_ask_about_the_right_caller(client, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    polkit.is_open.clear()
    other = await join()
    helper.uids[other.sender] = BOB
    ups = [asyncio.ensure_future(it.up(f"of{i}", HOME)) for i, it in enumerate((client, other))]
    await wait_until(lambda: len(polkit.asked) == 2)
    assert {sender for sender, *_ in polkit.asked} == {client.sender, other.sender}
    polkit.is_open.set()
    await asyncio.gather(*ups)
    asked = [sender for sender, *_ in polkit.asked]
    assert sorted(asked) == sorted([client.sender, other.sender] * 2)
    owners = {it.name: it.owner_uid for it in helper.tunnels.tunnels.values()}
    assert owners["of1"] == BOB
    assert owners["of0"] != BOB


async def test_one_refused_caller_does_not_hinder_another(client, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    polkit.refuse_sender = client.sender
    other = await join()
    results = await asyncio.gather(
        client.refusal("Up", "saya{ss}", ["home", HOME, {}]), other.up("work", HOME)
    )
    assert isinstance(results[0], NotAuthorized)
    assert [it.name for it in helper.tunnels.tunnels.values()] == ["work"]


async def test_a_caller_who_leaves_during_the_dialog_gets_no_tunnel(client, helper, polkit):
    polkit.allow(*names.ACTIONS)
    polkit.is_open.clear()
    call = asyncio.ensure_future(client.reply("Up", "saya{ss}", ["home", HOME, {}]))
    await wait_until(lambda: len(polkit.asked) == 1)
    await client.leave()
    await wait_until(lambda: len(polkit.cancelled) == 1)
    assert polkit.cancelled == list(polkit.pending)
    polkit.is_open.set()
    await asyncio.sleep(0.2)
    assert not helper.tunnels.tunnels
    call.cancel()


async def test_without_polkit_only_root_may(join, helper):
    root, bob = await join(), await join()
    helper.uids |= {root.sender: 0, bob.sender: BOB}
    error = await bob.refusal("Up", "saya{ss}", ["home", HOME, {}])
    assert isinstance(error, NotAuthorized)
    assert "polkit is not running" in str(error)
    await root.up("home", HOME)
    assert [it.owner_uid for it in helper.tunnels.tunnels.values()] == [0]


async def test_another_users_tunnel_is_like_none_at_all(client, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    tunnel_id = codec.up_from(codec.decode(await client.up("home", FULL))).id
    bob = await join()
    helper.uids[bob.sender] = BOB
    theirs = await bob.refusal("GetStatus", "s", [tunnel_id])
    none = await bob.refusal("GetStatus", "s", ["0" * 32])
    assert isinstance(theirs, NoSuchTunnel)
    assert (theirs.code, str(theirs)) == (none.code, str(none))


async def test_the_list_shows_others_in_outline(client, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    tunnel_id = codec.up_from(codec.decode(await client.up("home", FULL))).id
    bob = await join()
    helper.uids[bob.sender] = BOB
    (answer,) = await bob.call("List")
    machine = codec.decode(answer)
    assert machine["tunnels"] == []
    assert [set(it) for it in machine["others"]] == [{"name", "owner_uid", "state", "full_tunnel"}]
    assert tunnel_id not in answer


async def test_another_users_tunnel_is_lowered_only_by_those_who_manage_others(
    client, join, helper, polkit
):
    polkit.allow(*names.ACTIONS)
    tunnel_id = codec.up_from(codec.decode(await client.up("home", FULL))).id
    bob = await join()
    helper.uids[bob.sender] = BOB
    polkit.verdicts.pop(names.ACTION_MANAGE_OTHERS)
    assert isinstance(await bob.refusal("Down", "s", [tunnel_id]), NotAuthorized)
    assert tunnel_id in helper.tunnels.tunnels
    polkit.allow(names.ACTION_MANAGE_OTHERS)
    await bob.call("Down", "s", [tunnel_id])
    assert polkit.actions()[-2:] == ["manage-others"] * 2
    assert tunnel_id not in helper.tunnels.tunnels


async def test_sync_of_new_content_is_approved_as_an_up_is(client, helper, polkit):
    polkit.allow(*names.ACTIONS)
    tunnel_id = codec.up_from(codec.decode(await client.up("home", HOME))).id
    body = [tunnel_id, FULL, {}]
    polkit.verdicts.pop(names.ACTION_APPROVE_PROFILE)
    assert isinstance(await client.refusal("Sync", "saya{ss}", body), NotAuthorized)
    assert not helper.tunnels.tunnels[tunnel_id].full_tunnel
    polkit.allow(names.ACTION_APPROVE_PROFILE)
    (answer,) = await client.call("Sync", "saya{ss}", body)
    assert codec.sync_from(codec.decode(answer)).id == tunnel_id
    assert helper.tunnels.tunnels[tunnel_id].full_tunnel
    await client.call("Sync", "saya{ss}", [tunnel_id, HOME, {}])
    assert polkit.actions()[2:] == [*["connect", "approve-profile"] * 2, "connect"]


async def test_sync_of_another_users_tunnel_and_of_none_are_answered_alike(
    client, join, helper, polkit
):
    polkit.allow(*names.ACTIONS)
    tunnel_id = codec.up_from(codec.decode(await client.up("home", HOME))).id
    asked = len(polkit.asked)
    bob = await join()
    helper.uids[bob.sender] = BOB
    for wanted in (tunnel_id, "0" * 32):
        refusal = await bob.refusal("Sync", "saya{ss}", [wanted, FULL, {}])
        assert isinstance(refusal, NoSuchTunnel)
    assert len(polkit.asked) == asked
    assert not helper.tunnels.tunnels[tunnel_id].full_tunnel


async def test_down_of_nothing_asks_nobody(client, polkit):
    await client.call("Down", "s", ["0" * 32])
    assert polkit.asked == []


async def test_subscribers_hear_of_their_own_tunnels(client, join, helper, polkit):
    polkit.allow(*names.ACTIONS)
    bob, stranger = await join(), await join()
    helper.uids[bob.sender] = BOB
    for it in (client, bob):
        await it.call("Subscribe")
    for it in (client, bob, stranger):
        await it.listen()
    tunnel_id = codec.up_from(codec.decode(await client.up("home", HOME))).id
    await client.call("Down", "s", [tunnel_id])
    await wait_until(lambda: len(stranger.signals) == 2 and len(bob.signals) == 2)
    assert client.signals == [
        ("TunnelChanged", tunnel_id),
        ("Generation", 1),
        ("TunnelChanged", tunnel_id),
        ("Generation", 2),
    ]
    assert stranger.signals == bob.signals == [("Generation", 1), ("Generation", 2)]


async def test_whoever_watches_routing_hears_of_one_change_each_time_it_asks(client, join, helper):
    stranger = await join()
    helper.uids[stranger.sender] = BOB
    for it in (client, stranger):
        await it.listen()
    await client.call("WatchRouting")
    await client.call("WatchRouting")
    helper.tunnels.routing.tell()
    helper.tunnels.routing.tell()
    await client.call("WatchRouting")  # answered behind what was told before
    assert client.signals == [("RoutingChanged", None)]
    helper.tunnels.routing.tell()
    await client.call("List")
    assert client.signals == [("RoutingChanged", None)] * 2
    assert stranger.signals == []


async def test_routing_is_told_to_everybody_alike(client, join, helper, polkit):
    stranger = await join()
    helper.uids[stranger.sender] = BOB
    assert await client.call("GetRouting") == [helper.tunnels.routing.text]
    assert await stranger.call("GetRouting") == [helper.tunnels.routing.text]
    assert polkit.asked == []


async def test_a_user_has_four_subscribers_and_leaving_makes_room(client, join, helper):
    others = [await join() for _ in range(4)]
    for it in others:
        await it.call("Subscribe")
        await it.call("Subscribe")
    assert isinstance(await client.refusal("Subscribe"), LimitExceeded)
    await others[0].leave()
    async with asyncio.timeout(5):
        while (await client.reply("Subscribe")).error_name:  # noqa: ASYNC110  # another process changes it
            await asyncio.sleep(0.05)
    await others[1].call("Unsubscribe")


async def test_a_ninth_tunnel_is_refused(client, polkit):
    polkit.allow(*names.ACTIONS)
    for number in range(8):
        await client.up(f"t{number}", HOME)
    error = await client.refusal("Up", "saya{ss}", ["t9", HOME, {}])
    assert isinstance(error, LimitExceeded)


async def test_a_flood_is_refused_and_others_are_served(client, join, helper):
    other = await join()
    helper.uids[other.sender] = BOB
    await client.call("List")  # whose calls these are is known from here on
    replies = await asyncio.gather(*(client.reply("List") for _ in range(100)))
    refused = [it for it in replies if it.error_name == f"{names.ERROR_PREFIX}.LimitExceeded"]
    assert 32 <= len(replies) - len(refused) <= 60 + 8
    await other.call("List")


async def test_a_bug_is_told_as_a_number_only(client, helper, polkit, caplog):
    polkit.allow(*names.ACTIONS)
    helper.tunnels.error = RuntimeError(f"lost {PRIVATE}")
    error = await client.refusal("Up", "saya{ss}", ["home", HOME, {}])
    assert isinstance(error, InternalError)
    assert "Traceback" not in str(error)
    assert ".py" not in str(error)
    assert "lost" not in str(error)
    incident = str(error).rpartition(" ")[2].rstrip(")")
    assert incident in caplog.text


async def test_an_error_of_the_engine_keeps_its_code_and_never_has_a_key(client, helper, polkit):
    polkit.allow(*names.ACTIONS)
    helper.tunnels.error = KernelRefused("set a key", 22, f"bad {PRIVATE}")
    error = await client.refusal("Up", "saya{ss}", ["home", HOME, {}])
    assert error.code == KernelRefused.code
    assert "the kernel refused to set a key" in str(error)
    assert PRIVATE not in str(error)


async def test_only_four_changes_of_a_user_at_once(client, helper, polkit):
    polkit.allow(*names.ACTIONS)
    helper.tunnels.is_open.clear()
    ups = [asyncio.ensure_future(client.up(f"t{i}", HOME)) for i in range(4)]
    await wait_until(lambda: len(polkit.asked) == 8)
    error = await client.refusal("Up", "saya{ss}", ["t5", HOME, {}])
    assert isinstance(error, LimitExceeded)
    helper.tunnels.is_open.set()
    await asyncio.gather(*ups)


@pytest.mark.parametrize(
    ("interface", "member", "signature", "body"),
    [
        (names.INTERFACE, "Reload", "", []),
        ("org.freedesktop.DBus.Properties", "Set", "ss", [names.INTERFACE, "Version"]),
        ("org.freedesktop.DBus.ObjectManager", "GetManagedObjects", "", []),
        ("org.freedesktop.DBus.Peer", "GetMachineId", "", []),
    ],
)
async def test_the_bus_lets_unlisted_members_not_through(
    client, interface, member, signature, body
):
    name = await client.error_name(member, signature, body, interface=interface)
    assert name == "org.freedesktop.DBus.Error.AccessDenied"


async def test_the_bus_lets_no_signal_through_to_the_helper(join):
    owner, flooder = await join(), await join()
    assert await owner.bus.request_name(names.BUS_NAME) is RequestNameReply.PRIMARY_OWNER
    await owner.listen()
    for destination in (names.BUS_NAME, owner.sender, None):
        signal = Message(
            message_type=MessageType.SIGNAL,
            destination=destination,
            path=names.OBJECT_PATH,
            interface=names.INTERFACE,
            member="Flood",
            signature="s",
            body=["x"],
        )
        await flooder.bus.send(signal)
    await flooder.reply("Ping", interface="org.freedesktop.DBus.Peer")
    assert owner.signals == []


async def test_calls_that_want_no_reply_are_dropped_and_others_served(client, join, helper):
    flooder = await join()
    for _ in range(300):
        message = Message(
            destination=names.BUS_NAME,
            path=names.OBJECT_PATH,
            interface=names.INTERFACE,
            member="List",
            flags=MessageFlag.NO_REPLY_EXPECTED,
        )
        await flooder.bus.send(message)
    # None of them was counted: the same user may still ask as often as ever.
    for _ in range(40):
        await flooder.call("List")
    await client.call("List")


async def test_wrong_arguments_are_refused_with_the_right_ones(client):
    error = await client.refusal("Up", "s", ["home"])
    assert error.code == "InvalidRequest"
    assert str(error) == "Up takes (name s, profile ay, options a{ss})"


async def test_there_is_one_object(client):
    name = await client.error_name("List", path="/org/wgdesk/Other")
    assert name == "org.freedesktop.DBus.Error.UnknownObject"
