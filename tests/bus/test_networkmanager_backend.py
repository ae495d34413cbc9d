"""NetworkManager in the helper's place, as far as talking goes: a stand-in on a bus of the test's."""

import asyncio
import os
import pwd

import pytest
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from tests.support.machine_services import NM
from tests.support.networkmanager_stand_in import ACTIVATING, DEACTIVATED, NetworkManagerStandIn
from tests.support.texts import ATTACHED_HOME, HOME, PRIVATE_KEY
from wgdesk.cli.main import main
from wgdesk.client import networkmanager_activation
from wgdesk.client.backend import CARRIER, NETWORKMANAGER
from wgdesk.client.chosen_backend import ChosenBackend
from wgdesk.client.networkmanager_activation import Activations
from wgdesk.client.networkmanager_backend import NetworkManagerBackend
from wgdesk.client.networkmanager_tunnels import NetworkManagerTunnels
from wgdesk.client.system_service import SystemService
from wgdesk.domain.errors import (
    AlreadyUp,
    AuthRequired,
    HelperUnreachable,
    HooksUnavailable,
    NameConflict,
    NeedsHelper,
    NetworkManagerFailed,
    NoSuchTunnel,
    NotAuthorized,
    UpOtherwise,
)
from wgdesk.domain.health import Light, health
from wgdesk.domain.snapshot import ForeignLink, Lifecycle

TEXT = HOME.encode()
DENIED = f"{NM}.PermissionDenied"


@pytest.fixture
async def manager(bus):
    async with NetworkManagerStandIn().serve(bus.address) as service:
        yield service


@pytest.fixture
async def backend(bus):
    made = NetworkManagerBackend()
    yield made
    await made.close()


@pytest.fixture
async def chosen(bus):
    made = ChosenBackend()
    yield made
    await made.close()


async def test_tunnel_comes_up_for_its_user_alone_and_is_forgotten_afterwards(manager, backend):
    outcome = await backend.up("home", TEXT)
    (made,), (options,) = manager.made.values(), manager.options.values()
    assert options == {"persist": "volatile", "bind-activation": "none"}
    assert made["connection"]["uuid"] == outcome.id
    assert made["ipv4"]["routing-rules"][2]["to"] == "192.168.7.0"
    assert outcome.notices[0] == "NetworkManager carries this tunnel, not wgdesk's helper."
    seen = await backend.status(outcome.id)
    assert (seen.lifecycle, seen.mtu, seen.device.listen_port) == (Lifecycle.UP, 1420, 40000)
    await backend.down(outcome.id)
    assert manager.up == {}
    await backend.down(outcome.id)
    with pytest.raises(NoSuchTunnel):
        await backend.status(outcome.id)


async def test_bytes_are_counted_from_the_first_look_on(manager, backend):
    outcome = await backend.up("home", TEXT)
    manager.received, manager.sent = 0, 148
    seen = await backend.status(outcome.id)
    assert manager.rate_ms == 1000
    assert (seen.received_bytes, seen.sent_bytes) == (0, 148)
    assert health(seen, seen.since_unix_s).light is Light.WAITING
    manager.received = 92
    seen = await backend.status(outcome.id)
    assert seen.was_answered
    assert health(seen, seen.since_unix_s).light is Light.CONNECTED


async def test_who_may_not_have_bytes_counted_is_told_no_state_that_nobody_knows(manager, backend):
    manager.refusals["Set"] = DENIED
    outcome = await backend.up("home", TEXT)
    manager.received = 92
    seen = await backend.status(outcome.id)
    assert health(seen, seen.since_unix_s).light is Light.ACTIVE
    await backend.status(outcome.id)
    assert [member for member, _ in manager.calls].count("Set") == 1


async def test_second_up_and_an_edited_one_are_refused(manager, backend):
    await backend.up("home", TEXT)
    with pytest.raises(AlreadyUp):
        await backend.up("home", TEXT)
    with pytest.raises(UpOtherwise):
        await backend.up("home", ATTACHED_HOME.encode())
    assert len(manager.made) == 1


async def test_tunnel_whose_routes_meet_makes_room_once_the_new_one_is_up(manager, backend):
    first = await backend.up("home", TEXT)
    subnets = await backend.up("attached", ATTACHED_HOME.encode())
    assert subnets.took_over == ()
    third = await backend.up("other", TEXT)
    assert third.took_over == ("home",)
    tables = [it["ipv4"]["route-table"] for it in manager.made.values()]
    assert len(set(tables)) == 3
    with pytest.raises(NoSuchTunnel):
        await backend.status(first.id)


async def test_tunnel_that_does_not_come_up_says_why_and_leaves_the_others(manager, backend):
    await backend.up("home", TEXT)
    manager.was_asked.clear()
    manager.next_state = ACTIVATING
    task = asyncio.create_task(backend.up("other", TEXT))
    await manager.was_asked.wait()
    manager.tell(12, DEACTIVATED, 13)
    with pytest.raises(NetworkManagerFailed, match="the kernel may have no WireGuard"):
        await task
    assert [it.name for it in (await backend.tunnels()).tunnels] == ["home"]


async def test_tunnel_that_takes_too_long_is_taken_down(manager, backend, monkeypatch):
    monkeypatch.setattr(networkmanager_activation, "UP_TIMEOUT_S", 0.3)
    manager.next_state = ACTIVATING
    with pytest.raises(NetworkManagerFailed, match="not up after"):
        await backend.up("home", TEXT)
    assert manager.up == {}


async def test_a_call_that_is_given_up_leaves_no_tunnel(manager, backend):
    manager.next_state = ACTIVATING
    task = asyncio.create_task(backend.up("home", TEXT))
    await manager.was_asked.wait()
    await asyncio.sleep(networkmanager_activation.LOOK_AGAIN_S)  # the answer is on its way
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert manager.up == {}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (DENIED, NotAuthorized),
        ("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", AuthRequired),
        (f"{NM}.UnknownConnection", NetworkManagerFailed),
    ],
)
async def test_refusals_are_told_in_words_and_without_a_key(manager, backend, name, error):
    manager.refusals["AddAndActivateConnection2"] = name
    with pytest.raises(error) as refused:
        await backend.up("home", TEXT)
    assert PRIVATE_KEY not in f"{refused.value!r}{refused.value}{refused.value.__cause__!r}"


async def test_what_is_not_possible_is_refused_before_anything_is_made(manager, backend):
    manager.interfaces.add("home")
    with pytest.raises(NameConflict):
        await backend.up("home", TEXT)
    assert (await backend.check("home", TEXT)).conflicts
    hooks = HOME.replace("[Interface]\n", "[Interface]\nPostUp = true\n").encode()
    with pytest.raises(HooksUnavailable):
        await backend.up("other", hooks, {"hooks": "root"})
    keyless = HOME.replace(f"PrivateKey = {PRIVATE_KEY}\n", "").encode()
    with pytest.raises(NetworkManagerFailed, match="no private key"):
        await backend.up("other", keyless)
    manager.version = "1.18.4"
    with pytest.raises(NetworkManagerFailed, match=r"1\.18\.4 is too old"):
        await backend.up("other", TEXT)
    assert not await backend.is_running()
    assert manager.made == {}


async def test_each_ability_of_the_helpers_alone_is_named(manager, backend):
    for question in (
        backend.sync("id", TEXT),
        backend.revoke("digest"),
        backend.log(),
        backend.routing(),
        backend.system_profiles(),
        backend.read_system_profiles(["home"]),
        anext(backend.log_changes()),
        anext(backend.routing_changes()),
    ):
        with pytest.raises(NeedsHelper, match="cannot be had through NetworkManager"):
            await question
    assert await backend.approvals() == ()


@pytest.mark.parametrize(("flags", "program"), [(0, "NetworkManager"), (8, "")])
async def test_others_connections_are_foreign(manager, backend, flags, program):
    manager.foreign = {"connection": {"id": Variant("s", "wg0")}}
    manager.foreign_flags = flags
    machine = await backend.tunnels()
    assert machine.tunnels == ()
    assert machine.foreign == (ForeignLink("wg0", program),)


async def test_connection_of_another_user_is_foreign_too(manager, backend):
    manager.foreign = {"connection": {"id": Variant("s", "wg0")}}
    manager.refusals["GetSettings"] = DENIED
    assert (await backend.tunnels()).foreign == (ForeignLink("wg0", "NetworkManager"),)


async def test_a_connection_that_others_share_is_never_taken_for_our_own(manager, backend, chosen):
    user = pwd.getpwuid(os.getuid()).pw_name
    shared = Variant("as", [f"user:{user}:", "user:mallory:"])
    manager.foreign = {
        "connection": {"id": Variant("s", "home"), "permissions": shared},
        "user": {"data": Variant("a{ss}", {"org.wgdesk.profile": "home"})},
    }
    machine = await backend.tunnels()
    assert machine.tunnels == ()
    assert machine.foreign == (ForeignLink("wg0", "NetworkManager"),)
    manager.foreign["connection"]["permissions"] = Variant("as", [f"user:{user}:"])
    assert [it.name for it in (await chosen.tunnels()).tunnels] == ["home"]


async def test_nothing_is_kept_of_connections_that_are_gone(manager, bus):
    service = SystemService(NM)
    tunnels = NetworkManagerTunnels(service, "alice", 1000)
    manager.foreign = {"connection": {"id": Variant("s", "wg0")}}
    await tunnels.look()
    assert len(tunnels._known) == 1
    manager.foreign = None
    await tunnels.look()
    assert tunnels._known == {}
    await service.close()


def test_what_became_of_others_connections_is_not_remembered_without_end():
    activations = Activations(SystemService(NM))
    for number in range(5000):
        activations.hear(
            Message(
                message_type=MessageType.SIGNAL,
                path=f"/org/freedesktop/NetworkManager/ActiveConnection/{number}",
                interface=f"{NM}.Connection.Active",
                member="StateChanged",
                signature="uu",
                body=[DEACTIVATED, 2],
            )
        )
    assert len(activations._fates) == networkmanager_activation.MAX_FATES


async def test_verb_that_needs_the_helper_says_so_on_the_command_line(manager, capsys):
    code = await asyncio.to_thread(main, ["log"], NetworkManagerBackend)
    assert code == 4
    assert "a log of what was done cannot be had through NetworkManager" in capsys.readouterr().err


async def test_changes_are_told_and_networkmanager_may_come_and_go(bus, backend):
    stream = backend.changes()
    async with NetworkManagerStandIn().serve(bus.address) as manager:
        assert (await anext(stream)).tunnels == ()
        outcome = await backend.up("home", TEXT)
        assert [it.id for it in (await anext(stream)).tunnels] == [outcome.id]
        manager.tell(11, DEACTIVATED, 2)  # somebody else takes it down
        async with asyncio.timeout(10):
            while (await anext(stream)).tunnels:
                pass
    async with asyncio.timeout(10):
        while await anext(stream) is not None:
            pass
    with pytest.raises(NetworkManagerFailed, match="does not answer"):
        await backend.tunnels()
    async with NetworkManagerStandIn().serve(bus.address), asyncio.timeout(10):
        while await anext(stream) is None:
            pass
    await stream.aclose()


async def test_networkmanager_is_chosen_only_where_no_helper_is_installed(manager, chosen):
    assert (await chosen.hello()).abilities[CARRIER] == NETWORKMANAGER
    outcome = await chosen.up("home", TEXT)
    assert [it.id for it in (await chosen.tunnels()).tunnels] == [outcome.id]
    await chosen.down(outcome.id)


async def test_where_there_is_neither_the_helper_is_what_is_missing(chosen):
    with pytest.raises(HelperUnreachable, match="it is not installed") as refused:
        await chosen.tunnels()
    assert "wgdesk-helper" in refused.value.remedy
    assert await anext(chosen.changes()) is None


async def test_stream_goes_over_to_networkmanager_by_itself(manager, chosen):
    stream = chosen.changes()
    async with asyncio.timeout(10):
        while await anext(stream) is None:
            pass
    await chosen.up("home", TEXT)
    async with asyncio.timeout(10):
        while not (await anext(stream)).tunnels:
            pass
    await stream.aclose()
