"""Every method, called over a real bus."""

import json

import pytest
from dbus_next.introspection import Node

from tests.support.conf_vectors import PRIVATE
from tests.support.private_bus import HOME
from wgdesk.domain.errors import (
    ClientTooOld,
    InvalidName,
    InvalidProfile,
    InvalidRequest,
    NoSuchTunnel,
)
from wgdesk.helper import service
from wgdesk.wire import codec, names


@pytest.fixture(autouse=True)
def willing(polkit):
    polkit.allow(*names.ACTIONS)
    return polkit


async def test_hello_tells_versions_and_the_engine(client):
    api, abilities = await client.call("Hello", "u", [1])
    assert api == names.API_VERSION
    assert abilities["engine"] == "userspace"
    assert abilities["engine_reason"] == "the test says so"
    assert "version" in abilities


async def test_hello_refuses_a_caller_that_it_no_longer_speaks_with_and_serves_the_rest(
    client, monkeypatch
):
    monkeypatch.setattr(service, "OLDEST_CLIENT_API", 3)
    error = await client.refusal("Hello", "u", [2])
    assert isinstance(error, ClientTooOld)
    assert str(error) == ClientTooOld.default
    assert (await client.call("Hello", "u", [3]))[0] == names.API_VERSION
    assert (await client.call("Hello", "u", [4_000_000_000]))[0] == names.API_VERSION
    await client.call("List")


async def test_hello_says_so_when_there_is_no_engine(client, helper):
    helper.tunnels.engine = None
    _, abilities = await client.call("Hello", "u", [1])
    assert abilities["engine"] == "none"
    assert "no WireGuard" in abilities["engine_reason"]


async def test_up_list_status_down(client, helper):
    outcome = codec.up_from(codec.decode(await client.up("home", HOME)))
    machine = codec.machine_from(codec.decode((await client.call("List"))[0]))
    assert [it.name for it in machine.tunnels] == ["home"]
    tunnel = codec.tunnel_from(codec.decode((await client.call("GetStatus", "s", [outcome.id]))[0]))
    assert tunnel.id == outcome.id
    assert await client.call("Down", "s", [outcome.id]) == []
    assert helper.tunnels.tunnels == {}
    assert await client.call("Down", "s", [outcome.id]) == []


async def test_check_says_whether_an_approval_is_needed_and_shows_no_key(client):
    async def check():
        answer = (await client.call("Check", "saya{ss}", ["home", HOME, {}]))[0]
        assert PRIVATE not in answer
        return codec.check_from(codec.decode(answer))

    before = await check()
    await client.up("home", HOME)
    after = await check()
    assert (before.needs_approval, after.needs_approval) == (True, False)
    assert before.digest == after.digest
    assert len(after.digest) == 64


@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("no", False)])
async def test_up_passes_the_option_on(client, helper, word, meant):
    await client.up("home", HOME, {"allow_lan": word})
    assert helper.tunnels.options.allow_lan is meant


@pytest.mark.parametrize("options", [{"allow_lan": "maybe"}, {"hooks": "yes"}, {"": "yes"}])
async def test_up_refuses_an_option_it_does_not_know(client, helper, options):
    error = await client.refusal("Up", "saya{ss}", ["home", HOME, options])
    assert isinstance(error, InvalidRequest)
    assert not helper.tunnels.tunnels


@pytest.mark.parametrize("name", ["", "..", "../x", "a b", "x" * 16, "-h", "lo", "a\nb", "%i"])
@pytest.mark.parametrize("member", ["Up", "Check"])
async def test_a_bad_name_is_refused(client, polkit, member, name):
    error = await client.refusal(member, "saya{ss}", [name, HOME, {}])
    assert error.code == InvalidName.code
    assert str(error).isprintable()
    assert polkit.asked == []


async def test_a_bad_profile_is_refused_with_its_place_and_without_its_key(client, polkit):
    bad = HOME.replace(PRIVATE.encode(), PRIVATE[:-3].encode() + b"!!!")
    error = await client.refusal("Up", "saya{ss}", ["home", bad, {}])
    assert error.code == InvalidProfile.code
    assert str(error).startswith("line 2, column ")
    assert PRIVATE[:10] not in str(error)
    assert polkit.asked == []


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\0",
        b"\xff\xfe\0",
        b"\xef\xbb\xbf[Interface]",
        b"[\xc3\x28]",
        b"a=\x1b[31m",
        b"\r" * 9,
    ],
)
@pytest.mark.parametrize("place", ["whole", "key", "value"])
async def test_every_profile_gets_an_answer(client, place, garbage):
    where = {"whole": HOME, "key": b"Address", "value": b"10.66.0.2/32"}[place]
    reply = await client.reply("Check", "saya{ss}", ["home", HOME.replace(where, garbage), {}])
    assert reply.error_name in {None, f"{names.ERROR_PREFIX}.{InvalidProfile.code}"}
    assert reply.body[0].isprintable()


async def test_status_of_no_tunnel_is_an_error(client):
    assert isinstance(await client.refusal("GetStatus", "s", ["0" * 32]), NoSuchTunnel)


async def test_answers_are_versioned_json(client):
    nothing = {"tunnels": [], "others": [], "foreign": [], "degraded": []}
    assert json.loads((await client.call("List"))[0]) == {"v": 1, **nothing}


async def test_properties_can_be_read(client):
    where = {"interface": "org.freedesktop.DBus.Properties"}
    (version,) = await client.call("Get", "ss", [names.INTERFACE, "ApiVersion"], **where)
    (everything,) = await client.call("GetAll", "s", [names.INTERFACE], **where)
    assert version.value == names.API_VERSION
    assert set(everything) == {"Version", "ApiVersion"}
    error = await client.refusal("Get", "ss", [names.INTERFACE, "Secret"], **where)
    assert isinstance(error, InvalidRequest)


async def test_introspection_names_every_argument(client):
    where = {"interface": "org.freedesktop.DBus.Introspectable"}
    (xml,) = await client.call("Introspect", **where)
    (interface,) = [it for it in Node.parse(xml).interfaces if it.name == names.INTERFACE]
    methods = {it.name: it for it in interface.methods}
    assert set(methods) == {
        *("Hello", "Check", "Up", "Sync", "Down"),
        *("List", "GetStatus", "GetLog", "Subscribe", "Unsubscribe"),
        *("GetRouting", "WatchRouting"),
        *("ListApprovals", "Revoke", "ApproveHooks"),
        *("ListSystemProfiles", "ReadSystemProfiles"),
        *("SetBoot", "ClearBoot", "ListBoot", "StartBoot", "StopBoot"),
    }
    up = methods["Up"]
    assert [(it.name, it.signature) for it in up.in_args] == [
        ("name", "s"),
        ("profile", "ay"),
        ("options", "a{ss}"),
    ]
    assert [(it.name, it.signature) for it in up.out_args] == [("outcome", "s")]
    sync = methods["Sync"]
    assert [(it.name, it.signature) for it in sync.in_args] == [
        ("id", "s"),
        ("profile", "ay"),
        ("options", "a{ss}"),
    ]
    assert {it.name for it in interface.signals} == {
        "TunnelChanged",
        "LogWritten",
        "Generation",
        "RoutingChanged",
    }


@pytest.mark.parametrize("path", ["/", "/org", "/org/wgdesk"])
async def test_introspection_leads_to_the_object(client, path):
    where = {"interface": "org.freedesktop.DBus.Introspectable", "path": path}
    (xml,) = await client.call("Introspect", **where)
    (child,) = Node.parse(xml).nodes
    assert names.OBJECT_PATH.startswith(f"{path.rstrip('/')}/{child.name}")


async def test_ping_is_answered(client):
    assert await client.call("Ping", interface="org.freedesktop.DBus.Peer") == []
