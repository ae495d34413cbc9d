"""The helper as an object: against the real helper, and against one that misbehaves."""

import asyncio
from contextlib import aclosing, asynccontextmanager
from ipaddress import ip_network

import pytest
from dbus_next.aio import MessageBus
from dbus_next.message import Message

from tests.support.fakes import FakeBackend
from tests.support.helper_stand_in import HelperStandIn
from tests.support.open_bus import open_bus
from tests.support.texts import ATTACHED_HOME, HOME
from wgdesk.client import helper_backend, helper_connection
from wgdesk.client.backend import Hello
from wgdesk.client.bounded_reader import MAX_UNASKED_BYTES
from wgdesk.client.helper_backend import HelperBackend
from wgdesk.domain.errors import (
    AlreadyUp,
    ClientTooOld,
    HelperTooOld,
    HelperUnreachable,
    InvalidRequest,
    NoSuchTunnel,
    NotAuthorized,
    UpOtherwise,
)
from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
)
from wgdesk.domain.snapshot import Lifecycle, MachineSnapshot
from wgdesk.wire import names


@pytest.fixture
async def backend():
    made = HelperBackend()
    yield made
    await made.close()


@pytest.fixture
async def stand_in(bus):
    async with HelperStandIn(bus.address, FakeBackend()) as stand_in:
        yield stand_in


@asynccontextmanager
async def watching(stream):
    """Calls for the next value, each within a second."""
    async with aclosing(stream) as changes:
        yield lambda: asyncio.wait_for(anext(changes), 1)


async def test_backend_speaks_with_the_real_helper(helper, polkit, backend):
    polkit.allow(*names.ACTIONS)
    hello = await backend.hello()
    assert (hello.api, hello.abilities["engine"]) == (names.API_VERSION, "userspace")
    assert (await backend.check("home", HOME.encode())).needs_approval
    outcome = await backend.up("home", HOME.encode())
    (tunnel,) = (await backend.tunnels()).tunnels
    assert (tunnel.id, tunnel.name, tunnel.lifecycle) == (outcome.id, "home", Lifecycle.UP)
    assert await backend.status(outcome.id) == tunnel
    await backend.down(outcome.id)
    assert (await backend.tunnels()).tunnels == ()


async def test_backend_raises_what_the_real_helper_refuses(helper, polkit, backend):
    with pytest.raises(NotAuthorized):
        await backend.up("home", HOME.encode())
    with pytest.raises(NoSuchTunnel):
        await backend.status("0" * 32)
    with pytest.raises(InvalidRequest):
        await backend.up("home", HOME.encode(), {"unheard": "of"})


async def test_down_of_a_tunnel_that_is_gone_is_a_success(helper, polkit, backend):
    await backend.down("0" * 32)


async def test_call_that_the_bus_has_no_room_for_is_made_again(stand_in, backend, monkeypatch):
    await backend.hello()
    bus, refusals = backend._connection._bus, 2
    call = bus.call

    async def full(message):
        nonlocal refusals
        if message.destination != names.BUS_NAME or not refusals:
            return await call(message)
        refusals -= 1
        message.serial = bus.next_serial()
        answer = Message.new_error(message, helper_connection.FULL_QUEUE, "no room")
        answer.sender = "org.freedesktop.DBus"
        return answer

    monkeypatch.setattr(bus, "call", full)
    await backend.hello()
    assert refusals == 0


async def test_down_is_a_success_too_when_the_helper_knows_no_such_tunnel(stand_in, backend):
    stand_in.replies["Down"] = "org.wgdesk.Error.NoSuchTunnel"
    await backend.down("0" * 32)


async def test_changes_of_the_real_helper_arrive(helper, polkit, backend):
    polkit.allow(*names.ACTIONS)
    async with watching(backend.changes()) as following:
        assert await following() == MachineSnapshot()
        outcome = await backend.up("home", HOME.encode())
        assert [tunnel.id for tunnel in (await following()).tunnels] == [outcome.id]
        await backend.down(outcome.id)
        assert (await following()).tunnels == ()


async def test_values_survive_the_bus(stand_in, backend):
    outcome = await backend.up("home", HOME.encode())
    stand_in.backend.shake_hands("home", 1_700_000_000)
    assert await backend.tunnels() == await stand_in.backend.tunnels()
    assert await backend.status(outcome.id) == await stand_in.backend.status(outcome.id)
    with pytest.raises(AlreadyUp, match="“home” is up already"):
        await backend.up("home", HOME.encode())


async def test_sync_travels_both_ways(stand_in, backend):
    outcome = await backend.up("home", HOME.encode())
    edited = HOME.replace("Address", "MTU = 1300\nAddress").encode()
    assert (await backend.sync(outcome.id, HOME.encode())).changed == ()
    found = await backend.sync(outcome.id, edited)
    assert (found.name, found.changed) == ("home", ("the MTU",))
    assert found.lines == ("[#] ip link set mtu 1300 dev home",)
    with pytest.raises(UpOtherwise):
        await backend.up("home", HOME.encode())


async def test_profile_of_a_mebibyte_travels(stand_in, backend):
    comment = b"# " + b"x" * 8000 + b"\n"
    text = HOME.encode() + comment * ((1 << 20) // len(comment) - 1)
    assert (await backend.up("home", text)).name == "home"


async def test_changes_starts_with_what_is_there(stand_in, backend):
    await stand_in.backend.up("home", HOME.encode())
    async with watching(backend.changes()) as following:
        assert [tunnel.name for tunnel in (await following()).tunnels] == ["home"]
    assert [member for member, _ in stand_in.calls] == ["Subscribe", "List"]


async def test_changes_follows_a_broadcast_and_a_signal_of_ones_own(stand_in, backend):
    async with watching(backend.changes()) as following:
        await following()
        await stand_in.backend.up("home", HOME.encode())
        await stand_in.tell_all()
        assert len((await following()).tunnels) == 1
        await stand_in.backend.up("attached_home", ATTACHED_HOME.encode())
        await stand_in.tell_subscribers("id2")
        assert len((await following()).tunnels) == 2


async def test_changes_says_none_when_the_helper_vanishes_and_then_that_it_is_back(
    stand_in, backend, monkeypatch
):
    monkeypatch.setattr(helper_connection, "RETRY_FIRST_S", 0.05)
    async with watching(backend.changes()) as following:
        await following()
        stand_in.leave()
        assert await following() is None
        following_on = asyncio.ensure_future(following())
        await asyncio.sleep(0.4)
        assert not following_on.done()  # once is enough
        await stand_in.arrive()
        assert await following_on == MachineSnapshot()


async def test_changes_survives_the_bus(bus, backend, monkeypatch):
    monkeypatch.setattr(helper_connection, "RETRY_FIRST_S", 0.05)
    async with HelperStandIn(bus.address, FakeBackend()), watching(backend.changes()) as following:
        await following()
        bus.stop()
        assert await following() is None
        bus.start()
        async with HelperStandIn(bus.address, FakeBackend()) as stand_in:
            assert await following() == MachineSnapshot()
            await stand_in.backend.up("home", HOME.encode())
            await stand_in.tell_all()
            assert len((await following()).tunnels) == 1
            await stand_in.backend.up("attached_home", ATTACHED_HOME.encode())
            await stand_in.tell_subscribers("id2")
            assert len((await following()).tunnels) == 2


async def test_changes_subscribes_again_to_the_next_helper(stand_in, backend):
    async with watching(backend.changes()) as following:
        await following()
        async with HelperStandIn(stand_in._address, FakeBackend()) as heir:
            # The heir waits in the queue for the name: no moment without an owner.
            stand_in.leave()
            await following()
            await heir.backend.up("home", HOME.encode())
            await heir.tell_subscribers("id1")
            assert len((await following()).tunnels) == 1


def greeting(api, version):
    return Hello(api, {"version": version, "engine": "kernel"})


async def test_greetings_tells_of_every_other_version_that_takes_the_helpers_place(
    stand_in, backend
):
    newer, older = greeting(names.API_VERSION + 1, "9.0"), greeting(1, "0.0.9")
    async with watching(backend.greetings()) as following:
        assert await following() == stand_in.backend.greeting
        before = stand_in
        for new in (newer, older):
            async with HelperStandIn(before._address, FakeBackend()) as heir:
                heir.backend.greeting = new
                before.leave()
                assert await following() == new
                before = HelperStandIn(before._address, FakeBackend())
                await before.arrive()
                heir.leave()
                assert await following() == before.backend.greeting
        before.leave()


async def test_greetings_is_not_woken_by_what_tunnels_do(stand_in, backend):
    async with watching(backend.greetings()) as following:
        await following()
        await stand_in.tell_all()
        with pytest.raises(TimeoutError):
            await following()


async def test_a_helper_that_no_longer_speaks_with_this_program_is_told_and_asked_once(
    stand_in, backend
):
    stand_in.replies["Hello"] = "org.wgdesk.Error.ClientTooOld"
    async with watching(backend.greetings()) as following, watching(backend.changes()) as machine:
        found = await following()
        assert (found.api, type(found.refusal)) == (0, ClientTooOld)
        with pytest.raises(TimeoutError):
            await following()
        assert await machine() == MachineSnapshot()  # what still works goes on
    assert [member for member, _ in stand_in.calls].count("Hello") == 1


async def test_a_call_that_a_newer_helper_has_given_up_is_told_as_that(stand_in, backend):
    stand_in.replies |= {
        "Check": "org.freedesktop.DBus.Error.AccessDenied",
        "Hello": "org.wgdesk.Error.ClientTooOld",
    }
    with pytest.raises(ClientTooOld) as told:
        await backend.check("home", HOME.encode())
    assert "wgdesk" in told.value.remedy


@pytest.fixture
async def stranger(bus):
    """Another user's program; on the system bus it may send a signal to anybody."""
    made = await MessageBus(bus_address=bus.address).connect()
    yield made
    made.disconnect()


FORGED = [
    Message.new_signal(names.OBJECT_PATH, names.INTERFACE, member, signature, body)
    for member, signature, body in (
        (names.SIGNAL_GENERATION, "t", [1]),
        (names.SIGNAL_TUNNEL_CHANGED, "s", ["id1"]),
        (names.SIGNAL_LOG_WRITTEN, "t", [1]),
        (names.SIGNAL_ROUTING_CHANGED, "", []),
        ("NameOwnerChanged", "sss", [names.BUS_NAME, "", ":1.99"]),
        ("NameOwnerChanged", "", []),
    )
]


@pytest.mark.parametrize("follow", ["changes", "log_changes", "routing_changes"])
async def test_signals_of_a_stranger_make_nobody_ask(stand_in, backend, stranger, follow):
    async with watching(getattr(backend, follow)()) as following:
        await following()
        asked = list(stand_in.calls)
        for forged in FORGED:
            forged.destination, forged.serial = backend._connection._bus.unique_name, 0
            await stranger.send(forged)
        with pytest.raises(TimeoutError):
            await following()
        assert stand_in.calls == asked


async def test_a_long_signal_of_a_stranger_is_not_even_read(stand_in, backend, stranger):
    await backend.tunnels()
    heard = asyncio.Queue()
    backend._connection._bus.add_message_handler(lambda it: heard.put_nowait((it.member, it.body)))
    for text in ("a" * (MAX_UNASKED_BYTES + 1), "short"):
        forged = Message.new_signal(names.OBJECT_PATH, names.INTERFACE, "Told", "s", [text])
        forged.destination = backend._connection._bus.unique_name
        await stranger.send(forged)
    assert await asyncio.wait_for(heard.get(), 5) == ("Dropped", [])
    assert await asyncio.wait_for(heard.get(), 5) == ("Told", ["short"])
    assert await backend.tunnels() == MachineSnapshot()


async def test_changes_waits_when_it_asked_too_often(stand_in, backend, monkeypatch):
    monkeypatch.setattr(helper_connection, "RETRY_FIRST_S", 0.05)
    stand_in.replies["List"] = "org.wgdesk.Error.LimitExceeded"
    async with watching(backend.changes()) as following:
        first = asyncio.ensure_future(following())
        await stand_in.called.wait()
        await asyncio.sleep(0.1)
        del stand_in.replies["List"]
        assert await first == MachineSnapshot()


async def test_call_without_an_answer_ends(stand_in, backend, monkeypatch):
    monkeypatch.setattr(helper_connection, "CALL_TIMEOUT_S", 0.1)
    stand_in.replies["List"] = None
    with pytest.raises(HelperUnreachable, match="has not answered for 0 seconds"):
        await backend.tunnels()


async def test_answer_of_another_shape_is_refused(stand_in, backend, monkeypatch):
    async def odd(message):
        return "u", [1]

    monkeypatch.setattr(stand_in, "_do", odd)
    with pytest.raises(InvalidRequest, match="another shape"):
        await backend.tunnels()


async def test_backend_connects_anew_after_the_bus_was_away(bus, backend):
    async with HelperStandIn(bus.address, FakeBackend()):
        await backend.tunnels()
        bus.stop()
        with pytest.raises(HelperUnreachable):
            await backend.tunnels()
    bus.start()
    async with HelperStandIn(bus.address, FakeBackend()):
        assert await backend.tunnels() == MachineSnapshot()


async def test_refusal_of_the_bus_itself_is_not_authorised(monkeypatch, backend):
    with open_bus('<deny send_destination="org.wgdesk.Helper1"/>') as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        async with HelperStandIn(bus.address, FakeBackend()):
            with pytest.raises(NotAuthorized):
                await backend.tunnels()


async def test_bus_that_hangs_up_while_it_greets_is_told(tmp_path, monkeypatch, backend):
    async def hang_up(reader, writer):
        await reader.readline()
        writer.close()

    server = await asyncio.start_unix_server(hang_up, tmp_path / "bus")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
    with pytest.raises(HelperUnreachable, match="refused the connection"):
        await asyncio.wait_for(backend.tunnels(), 3)
    server.close()


async def test_address_that_is_none_is_told(monkeypatch, backend):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "nonsense")
    with pytest.raises(HelperUnreachable, match="DBUS_SYSTEM_BUS_ADDRESS is not the address"):
        await backend.tunnels()


ROUTING = MachineRouting(
    rules=(MachineRule(family=4, priority=32766, table=254),),
    routes=(MachineRoute(destination=ip_network("0.0.0.0/0"), table=254, link="eth0"),),
    links=(MachineLink(name="eth0"),),
    table_names={254: "main"},
)


async def test_routing_travels(stand_in, backend):
    stand_in.backend.machine_routing = ROUTING
    assert await backend.routing() == ROUTING


async def test_routing_of_the_real_helper_is_read(helper, backend):
    assert await backend.routing() == MachineRouting()


async def test_routing_changes_follows_and_asks_to_be_told_before_each_look(stand_in, backend):
    async with watching(backend.routing_changes()) as following:
        assert await following() == MachineRouting()
        stand_in.backend.machine_routing = ROUTING
        await stand_in.tell_watchers()
        assert await following() == ROUTING
        stand_in.backend.machine_routing = MachineRouting()
        await stand_in.tell_watchers()
        assert await following() == MachineRouting()
    asked = [member for member, _ in stand_in.calls]
    assert asked == ["Subscribe", *["WatchRouting", "GetRouting"] * 3]


async def test_routing_changes_is_not_woken_by_tunnels(stand_in, backend):
    async with watching(backend.routing_changes()) as following:
        await following()
        await stand_in.tell_all()
        with pytest.raises(TimeoutError):
            await following()
    asked = [member for member, _ in stand_in.calls]
    assert asked == ["Subscribe", "WatchRouting", "GetRouting"]


async def test_routing_changes_asks_the_next_helper_too(stand_in, backend):
    async with watching(backend.routing_changes()) as following:
        await following()
        async with HelperStandIn(stand_in._address, FakeBackend()) as heir:
            stand_in.leave()
            await following()
            heir.backend.machine_routing = ROUTING
            await heir.tell_watchers()
            assert await following() == ROUTING


@pytest.mark.parametrize("answer", ["AccessDenied", "UnknownMethod"])
async def test_a_helper_that_does_not_read_files_of_the_machine_yet_is_too_old(
    stand_in, backend, answer
):
    calls = ("ListSystemProfiles", "ReadSystemProfiles")
    stand_in.replies = dict.fromkeys(calls, f"org.freedesktop.DBus.Error.{answer}")
    stand_in.backend.greeting = Hello(2, {"version": "0.0.9", "engine": "kernel"})
    for ask in (backend.system_profiles, lambda: backend.read_system_profiles(["home"])):
        with pytest.raises(HelperTooOld, match="older than this program"):
            await ask()


@pytest.mark.parametrize("answer", ["AccessDenied", "UnknownMethod"])
async def test_a_helper_that_does_not_tell_routes_yet_is_told_from_one_that_refuses(
    stand_in, backend, monkeypatch, answer
):
    stand_in.replies = dict.fromkeys(
        ("GetRouting", "WatchRouting"), f"org.freedesktop.DBus.Error.{answer}"
    )
    stand_in.backend.greeting = Hello(1, {"version": "0.0.9", "engine": "kernel"})
    with pytest.raises(HelperTooOld, match="older than this program"):
        await backend.routing()
    async with watching(backend.routing_changes()) as following:
        with pytest.raises(HelperTooOld):
            await following()
    monkeypatch.setattr(helper_backend, "API_WITH_ROUTING", 1)
    with pytest.raises((NotAuthorized, InvalidRequest)):
        await backend.routing()
