"""Profiles of /etc/wireguard by the bus: who gets them, and who does not."""

import asyncio
import threading

import pytest

from tests.support.conf_vectors import PRIVATE
from tests.support.private_bus import HOME
from wgdesk.client.helper_backend import HelperBackend
from wgdesk.domain.errors import (
    AuthRequired,
    HelperError,
    InvalidName,
    InvalidRequest,
    LimitExceeded,
    NotAuthorized,
)
from wgdesk.domain.system_profile import SystemProfile, Withheld
from wgdesk.helper import system_profiles
from wgdesk.wire import names

LIST, READ = names.ACTION_LIST_SYSTEM_PROFILES, names.ACTION_READ_SYSTEM_PROFILES
BOB = 4321


@pytest.fixture
async def backend():
    made = HelperBackend()
    yield made
    await made.close()


@pytest.fixture
def files(helper):
    helper.wireguard.mkdir(mode=0o700)
    for name in ("office", "home"):
        (helper.wireguard / f"{name}.conf").write_bytes(HOME)
    return helper.wireguard


async def test_names_and_files_go_to_whom_policy_lets(files, client, polkit):
    polkit.allow(LIST, READ)
    assert await client.call("ListSystemProfiles") == [["home", "office"]]
    (read,) = await client.call("ReadSystemProfiles", "as", [["office", "gone"]])
    assert read == [["office", HOME, ""], ["gone", b"", "absent"]]
    assert polkit.actions() == ["list-system-profiles", "read-system-profiles"]


async def test_nothing_goes_to_whom_policy_does_not_let(files, client, polkit):
    for allowed in ((), (LIST,), tuple(set(names.ACTIONS) - {LIST, READ})):
        polkit.verdicts.clear()
        polkit.allow(*allowed)
        error = await client.refusal("ReadSystemProfiles", "as", [["home"]])
        assert isinstance(error, NotAuthorized)
        assert PRIVATE not in str(error)
    assert isinstance(await client.refusal("ListSystemProfiles"), NotAuthorized)
    polkit.allow(READ)
    assert isinstance(await client.refusal("ListSystemProfiles"), NotAuthorized)


async def test_a_refusal_does_not_tell_whether_there_is_such_a_file(files, client, polkit):
    there = await client.refusal("ReadSystemProfiles", "as", [["home"]])
    not_there = await client.refusal("ReadSystemProfiles", "as", [["gone"]])
    assert (there.code, str(there)) == (not_there.code, str(not_there))


async def test_what_one_was_given_another_is_not(files, client, join, helper, polkit):
    polkit.allow(LIST, READ)
    await client.call("ReadSystemProfiles", "as", [["home"]])
    bob = await join()
    helper.uids[bob.sender] = BOB
    polkit.refuse_sender = bob.sender
    assert isinstance(await bob.refusal("ReadSystemProfiles", "as", [["home"]]), NotAuthorized)


async def test_every_reading_is_asked_for_and_the_dialog_names_all_of_it(files, client, polkit):
    polkit.allow(READ)
    for wanted in (["home"], ["home", "office", "home"]):
        await client.call("ReadSystemProfiles", "as", [wanted])
    assert polkit.actions() == ["read-system-profiles"] * 2
    assert polkit.details == [{"profiles": "home"}, {"profiles": "home, office"}]


async def test_more_than_a_dialog_can_name_is_refused_before_anybody_is_asked(
    files, client, polkit
):
    polkit.allow(READ)
    many = [f"profile-number{number}" for number in range(8)]
    error = await client.refusal("ReadSystemProfiles", "as", [many])
    assert isinstance(error, LimitExceeded)
    assert polkit.asked == []
    (read,) = await client.call("ReadSystemProfiles", "as", [many[:7]])
    assert len(read) == 7
    assert polkit.details == [{"profiles": ", ".join(many[:7])}]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../shadow", "/etc/shadow", "home.conf/../../shadow", "a/b", "a b", "-x", "lo",
     "home\n", "long-name-of-16-c"],
)  # fmt: skip
async def test_what_is_no_name_of_a_tunnel_is_refused_before_anybody_is_asked(
    files, client, polkit, name
):
    polkit.allow(READ)
    error = await client.refusal("ReadSystemProfiles", "as", [["home", name]])
    assert error.code == InvalidName.code
    assert polkit.asked == []


async def test_nothing_is_no_request(files, client, polkit):
    assert isinstance(await client.refusal("ReadSystemProfiles", "as", [[]]), InvalidRequest)
    many = [f"n{number}" for number in range(2000)]
    assert isinstance(await client.refusal("ReadSystemProfiles", "as", [many]), LimitExceeded)
    assert polkit.asked == []


async def test_a_folder_that_others_may_write_to_is_an_error_of_its_own(files, client, polkit):
    polkit.allow(LIST, READ)
    files.chmod(0o777)
    for call in (("ListSystemProfiles",), ("ReadSystemProfiles", "as", [["home"]])):
        error = await client.refusal(*call)
        assert error.code == HelperError.code
        assert "others than root may write to /etc/wireguard" in str(error)


async def test_a_disk_that_hangs_keeps_nobody_else(files, client, polkit, helper, monkeypatch):
    polkit.allow(*names.ACTIONS)
    monkeypatch.setattr(system_profiles, "PATIENCE_S", 0.2)
    let_go = threading.Event()
    monkeypatch.setattr(
        system_profiles.WireGuardFolder, "names", lambda _self: (let_go.wait(10), ())[1]
    )
    hanging = asyncio.ensure_future(client.refusal("ListSystemProfiles"))
    await client.up("home", HOME)
    assert "does not answer" in str(await hanging)
    let_go.set()


async def test_the_reading_is_noted_without_a_key(files, client, polkit, caplog):
    caplog.set_level("INFO")
    polkit.allow(READ)
    await client.call("ReadSystemProfiles", "as", [["home"]])
    assert "reads from /etc/wireguard: home" in caplog.text
    assert PRIVATE not in caplog.text


async def test_the_backend_reads_them(files, backend, polkit):
    polkit.allow(LIST, READ)
    assert await backend.system_profiles() == ("home", "office")
    assert await backend.read_system_profiles(["office", "gone"]) == (
        SystemProfile("office", HOME),
        SystemProfile("gone", withheld=Withheld.ABSENT),
    )


async def test_the_backend_asks_for_a_password_for_names_only_where_it_is_told_to(
    files, backend, polkit
):
    polkit.challenge(LIST, READ)
    polkit.when_prompted |= {LIST: (True, False, {}), READ: (True, False, {})}
    with pytest.raises(AuthRequired):
        await backend.system_profiles()
    assert await backend.system_profiles(may_ask=True) == ("home", "office")
    assert len(await backend.read_system_profiles(["home"])) == 1
