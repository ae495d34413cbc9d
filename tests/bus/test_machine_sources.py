"""Profiles that other programs of the machine keep, asked for on a bus of the test's own."""

from copy import deepcopy

import pytest
from dbus_next.signature import Variant

from tests.support.fakes import FakeBackend
from tests.support.machine_services import FakeNetworkManager, FakeSystemd
from tests.support.texts import HOME, PRESHARED_KEY, PRIVATE_KEY, SERVER_KEY
from wgdesk.client import system_service
from wgdesk.client.machine_sources import MachineSources
from wgdesk.domain.errors import HelperTooOld, HelperUnreachable, NotAuthorized
from wgdesk.domain.found_profile import FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate
from wgdesk.domain.profile_errors import AutostartKept
from wgdesk.domain.snapshot import ForeignLink, MachineSnapshot
from wgdesk.domain.system_profile import SystemProfile, Withheld

OFFICE = {
    "connection": {
        "id": "My Office",
        "uuid": "uuid-office",
        "type": "wireguard",
        "interface-name": "wgo",
        "permissions": [],
    },
    "wireguard": {
        "peers": [
            {
                "public-key": SERVER_KEY,
                "endpoint": "192.0.2.1:51820",
                "preshared-key-flags": 0,
                "allowed-ips": ["10.0.0.0/8"],
            }
        ]
    },
    "ipv4": {
        "address-data": [{"address": "10.66.0.2", "prefix": 24}],
        "addresses": [[33571338, 24, 0]],
        "dns": [16794122],
        "dns-data": ["10.66.0.1"],
        "method": "manual",
    },
    "ipv6": {"addresses": [], "address-data": [], "method": "disabled"},
}
OFFICE_SECRETS = {
    "wireguard": {
        "private-key": PRIVATE_KEY,
        "peers": [{"public-key": SERVER_KEY, "preshared-key": PRESHARED_KEY}],
    }
}
WIFI = {"connection": {"id": "Cafe", "uuid": "uuid-cafe", "type": "802-11-wireless"}}
OFFICE_PATH, WIFI_PATH = "/org/freedesktop/NetworkManager/Settings/3", "/settings/4"
NOT_RUNNING = "NetworkManager does not run here, so it was not asked for its connections."
DENIED = "org.freedesktop.DBus.Error.AccessDenied"
INTERACTIVE = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"


@pytest.fixture
def backend():
    made = FakeBackend()
    made.system_files = {"home": HOME.encode(), "office10": b"ten", "office2": b"two"}
    return made


@pytest.fixture
async def sources(bus, backend):
    made = MachineSources(backend)
    yield made
    await made.close()


@pytest.fixture
async def systemd(bus):
    async with FakeSystemd().serve(bus.address) as service:
        yield service


@pytest.fixture
async def manager(bus):
    service = FakeNetworkManager()
    service.connections = {OFFICE_PATH: deepcopy(OFFICE), WIFI_PATH: WIFI}
    service.secrets = {OFFICE_PATH: OFFICE_SECRETS}
    async with service.serve(bus.address):
        yield service


def system(name, **more):
    return FoundProfile(
        kind=SourceKind.SYSTEM,
        name=name,
        title=name,
        source=f"/etc/wireguard/{name}.conf",
        needs_authorisation=True,
        **more,
    )


async def office(sources):
    (found,) = (
        it for it in (await sources.find()).profiles if it.kind is SourceKind.NETWORKMANAGER
    )
    return found


async def test_without_anybody_to_ask_there_are_files_and_a_note(sources):
    found = await sources.find()
    assert found.profiles == (system("home"), system("office2"), system("office10"))
    assert found.notes == (NOT_RUNNING,)
    assert not found.hides_names


async def test_wg_quicks_units_tell_what_starts_at_boot_and_what_is_up(sources, systemd, backend):
    systemd.loaded = {
        "wg-quick@home.service": "active",
        "wg-quick@office2.service": "failed",
        "wg-quick@gone.service": "inactive",
        "wg-quick@no name.service": "active",
    }
    systemd.enabled = {
        "wg-quick@home.service": "enabled",
        "wg-quick@office10.service": "enabled-runtime",
    }
    backend.show_machine(
        MachineSnapshot(
            foreign=(ForeignLink("office2", "wg-quick"), ForeignLink("office10", "NetworkManager"))
        )
    )
    found = await sources.find()
    assert found.profiles == (
        system("home", is_up=True, starts_by_itself=True),
        system("office2", is_up=True),
        system("office10", starts_by_itself=True),
    )
    assert not any(may_prompt for _, may_prompt in systemd.calls)


async def test_where_the_names_are_hidden_those_that_units_tell_are_shown(
    sources, systemd, backend
):
    backend.names_are_hidden = True
    systemd.loaded = {"wg-quick@home.service": "inactive", "wg-quick@office2.service": "inactive"}
    systemd.enabled = {"wg-quick@home.service": "enabled"}
    found = await sources.find()
    assert found.profiles == (system("home", starts_by_itself=True),)
    assert found.hides_names
    assert found.notes[0].startswith("An administrator has to allow it")
    assert ("system_profiles", "may ask") not in backend.calls
    asked = await sources.find(may_ask=True)
    assert [it.name for it in asked.profiles] == ["home", "office2", "office10"]
    assert not asked.hides_names


@pytest.mark.parametrize("error", [HelperTooOld(), HelperUnreachable("it is not installed", "Do.")])
async def test_a_helper_that_cannot_read_them_is_a_note_and_the_rest_is_found(
    sources, manager, systemd, backend, error
):
    backend.errors |= {"system_profiles": error, "tunnels": error}
    systemd.loaded = {"wg-quick@home.service": "active", "wg-quick@office2.service": "inactive"}
    found = await sources.find()
    assert [it.name for it in found.profiles] == ["home", "uuid-office"]
    assert found.notes == (f"/etc/wireguard could not be looked at: {error}. {error.remedy}",)


async def test_files_are_fetched_in_one_dialog_and_in_their_order(sources, backend):
    found = (await sources.find()).profiles
    backend.calls.clear()
    candidates = await sources.fetch_all((found[2], found[0], found[1]))
    assert [it.content for it in candidates] == [b"ten", HOME.encode(), b"two"]
    assert candidates[1] == Candidate(
        source="/etc/wireguard/home.conf", title="home", content=HOME.encode()
    )
    assert backend.calls == [("read_system_profiles", "office10, home, office2")]


async def test_as_many_dialogs_as_it_takes_and_none_after_a_no(sources, backend):
    names = [f"profile-number{number}" for number in range(15)]
    backend.system_files = dict.fromkeys(names, b"x")
    candidates = await sources.fetch_all([system(name) for name in names])
    assert [it.content for it in candidates] == [b"x"] * 15
    assert [len(told.split(", ")) for _, told in backend.calls] == [7, 6, 2]
    backend.calls.clear()
    backend.errors["read_system_profiles"] = NotAuthorized("the password dialog was closed")
    candidates = await sources.fetch_all([system(name) for name in names])
    assert {it.refusal for it in candidates} == {"The password dialog was closed."}
    assert {it.remedy for it in candidates} == {NotAuthorized.remedy}
    assert len(backend.calls) == 1


@pytest.mark.parametrize("word", [*Withheld, "a-newer-word"])
async def test_a_file_that_is_withheld_has_a_sentence_and_keeps_nobody_back(
    sources, backend, monkeypatch, word
):
    async def read(names):
        return tuple(
            SystemProfile(it, withheld=word) if it == "home" else SystemProfile(it, b"x")
            for it in names
        )

    monkeypatch.setattr(backend, "read_system_profiles", read)
    home, two = await sources.fetch_all((system("home"), system("office2")))
    assert home.refusal.endswith(".")
    assert home.content == b""
    assert two.content == b"x"


async def test_what_is_too_much_at_once_is_asked_for_again(sources, backend, monkeypatch):
    asked = []

    async def read(names):
        asked.append(tuple(names))
        first, *rest = names
        return (
            SystemProfile(first, b"x"),
            *(SystemProfile(it, withheld=Withheld.TOO_MUCH) for it in rest),
        )

    monkeypatch.setattr(backend, "read_system_profiles", read)
    names = ("a", "b", "c")
    candidates = await sources.fetch_all([system(name) for name in names])
    assert [it.content for it in candidates] == [b"x"] * 3
    assert asked == [("a", "b", "c"), ("b", "c"), ("c",)]


async def test_a_helper_that_leaves_one_out_gives_a_sentence_for_it(sources, backend, monkeypatch):
    async def read(_names):
        return (SystemProfile("other", b"x"),)

    monkeypatch.setattr(backend, "read_system_profiles", read)
    assert (await sources.fetch(system("home"))).refusal == "The helper does not give the file."


async def test_connections_are_found_without_their_keys(sources, manager):
    manager.up = [OFFICE_PATH, WIFI_PATH]
    assert await office(sources) == FoundProfile(
        kind=SourceKind.NETWORKMANAGER,
        name="uuid-office",
        title="My Office",
        source="NetworkManager, My Office",
        is_up=True,
        starts_by_itself=True,
        needs_authorisation=True,
    )
    assert {member for member, _ in manager.calls} == {
        "ListConnections", "GetSettings", "GetAll"
    }  # fmt: skip
    assert not any(may_prompt for _, may_prompt in manager.calls)
    manager.active_state = 3  # deactivating
    assert not (await office(sources)).is_up
    manager.up = []
    manager.connections[OFFICE_PATH]["connection"]["autoconnect"] = False
    found = await office(sources)
    assert (found.is_up, found.starts_by_itself) == (False, False)


async def test_connections_stand_behind_files_in_the_order_of_their_titles(sources, manager):
    for number in (10, 2):
        other = deepcopy(OFFICE)
        other["connection"] |= {"id": f"office {number}", "uuid": f"uuid-{number}"}
        manager.connections[f"/settings/{number}0"] = other
    titles = [it.title for it in (await sources.find()).profiles]
    assert titles == ["home", "office2", "office10", "My Office", "office 2", "office 10"]


async def test_a_connection_becomes_a_profile(sources, manager):
    candidate = await sources.fetch(await office(sources))
    assert candidate == Candidate(
        source="NetworkManager, My Office",
        title="My Office",
        content=(
            "[Interface]\n"
            f"PrivateKey = {PRIVATE_KEY}\n"
            "Address = 10.66.0.2/24\n"
            "DNS = 10.66.0.1\n"
            "\n"
            "[Peer]\n"
            f"PublicKey = {SERVER_KEY}\n"
            f"PresharedKey = {PRESHARED_KEY}\n"
            "AllowedIPs = 10.0.0.0/8\n"
            "Endpoint = 192.0.2.1:51820\n"
        ).encode(),
        unsupported=("NetworkManager connects it by itself.",),
    )
    assert ("GetSecrets", True) in manager.calls


@pytest.mark.parametrize("answer", ["an error", "none of them"])
async def test_a_key_in_a_keyring_is_told_by_name_and_others_are_still_fetched(
    sources, manager, answer
):
    keyring_path = "/settings/9"
    other = deepcopy(OFFICE)
    other["connection"] |= {"id": "Keyring", "uuid": "uuid-keyring"}
    other["wireguard"]["private-key-flags"] = 1
    manager.connections[keyring_path] = other
    if answer == "an error":
        name = "org.freedesktop.NetworkManager.AgentManager.NoSecrets"
        manager.refusals_at[keyring_path, "GetSecrets"] = name
    refused, given = await sources.fetch_all((await sources.find()).profiles[-2:])
    assert refused.refusal == (
        "“Keyring” has its private key in a desktop's keyring, which did not give it."
    )
    assert refused.remedy
    assert refused.content == b""
    assert given.content
    assert given.refusal == ""


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            "org.freedesktop.NetworkManager.Settings.PermissionDenied",
            "NetworkManager does not give the keys of “My Office” without an administrator.",
        ),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "NetworkManager does not answer."),
        ("", "NetworkManager does not answer."),
        (
            "org.freedesktop.NetworkManager.Odd",
            "NetworkManager does not give “My Office”: as the test says",
        ),
    ],
)
async def test_keys_that_are_not_given_are_a_sentence(
    sources, manager, monkeypatch, refusal, sentence
):
    monkeypatch.setattr(system_service, "PROMPT_TIMEOUT_S", 0.2)
    found = await office(sources)
    manager.refusals["GetSecrets"] = refusal
    candidate = await sources.fetch(found)
    assert (candidate.refusal, candidate.content) == (sentence, b"")


async def test_a_connection_that_went_away_is_a_sentence(sources, manager):
    found = await office(sources)
    manager.connections.clear()
    candidate = await sources.fetch(found)
    assert candidate.refusal == "NetworkManager has no connection “My Office” any more."


@pytest.mark.parametrize(
    ("member", "refusal"),
    [("ListConnections", DENIED), ("GetAll", DENIED), ("ListConnections", "")],
)
async def test_a_networkmanager_that_does_not_tell_is_a_note(
    sources, manager, monkeypatch, member, refusal
):
    monkeypatch.setattr(system_service, "TIMEOUT_S", 0.2)
    manager.refusals[member] = refusal
    found = await sources.find()
    assert len(found.profiles) == 3
    assert len(found.notes) == 1
    assert found.notes[0].startswith("NetworkManager d")


@pytest.mark.parametrize(
    "odd",
    [
        {"ListConnections": ("s", ["x"])},
        {"GetSettings": ("a{ss}", [{}])},
        {"GetSettings": ("a{sa{sv}}", [{}])},
        {"GetAll": ("a{sv}", [{}])},
        {"GetAll": ("a{sv}", [{"ActiveConnections": Variant("u", 1)}])},
    ],
)
async def test_answers_of_another_shape_are_no_connections(sources, manager, odd):
    manager.odd = odd
    found = await sources.find()
    assert [it.name for it in found.profiles][:3] == ["home", "office2", "office10"]


async def test_networkmanagers_autostart_is_turned_off_and_on_and_nothing_else(sources, manager):
    found = await office(sources)
    await sources.turn_off_autostart(found)
    await sources.turn_on_autostart(found)
    (path, off, flags), (_, on, _) = manager.updated
    assert path == OFFICE_PATH
    assert flags == 0x41  # to disk, and what is up is left alone
    assert (off["connection"]["autoconnect"].value, on["connection"]["autoconnect"].value) == (
        False,
        True,
    )
    del off["connection"]["autoconnect"]
    asked = {name: {k: v.signature for k, v in values.items()} for name, values in off.items()}
    assert asked["ipv4"]["addresses"] == "aau"
    assert asked["wireguard"]["peers"] == "aa{sv}"
    assert list(asked) == list(OFFICE)
    assert PRIVATE_KEY not in str(off)
    changing = {member for member, may_prompt in manager.calls if may_prompt}
    assert changing == {"Update2"}


async def test_systemds_autostart_is_turned_off_and_on(sources, systemd):
    systemd.enabled = {"wg-quick@home.service": "enabled", "wg-quick@x.service": "enabled-runtime"}
    home = system("home", is_up=True, starts_by_itself=True)
    await sources.turn_off_autostart(home)
    await sources.turn_off_autostart(system("x"))
    assert systemd.enabled == {}
    await sources.turn_on_autostart(home)
    assert systemd.enabled == {"wg-quick@home.service": "enabled"}
    asked = {member for member, may_prompt in systemd.calls if may_prompt}
    assert asked == {"DisableUnitFiles", "EnableUnitFiles"}


async def test_an_autostart_that_stays_is_an_error(sources, systemd):
    systemd.enabled = {"wg-quick@home.service": "enabled"}
    systemd.odd["DisableUnitFiles"] = ("a(sss)", [[]])
    with pytest.raises(AutostartKept, match="“home” is as it was: another file of systemd"):
        await sources.turn_off_autostart(system("home"))


@pytest.mark.parametrize(
    ("refusal", "error", "words"),
    [
        (DENIED, NotAuthorized, "nobody authorised the change"),
        (INTERACTIVE, NotAuthorized, "nobody authorised the change"),
        ("org.freedesktop.systemd1.Odd", AutostartKept, "as the test says"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", AutostartKept, "does not answer"),
    ],
)
async def test_whoever_may_not_change_it_is_told_so(
    sources, systemd, manager, refusal, error, words
):
    for service, members in (
        (systemd, ("DisableUnitFiles", "EnableUnitFiles")),
        (manager, ("Update2",)),
    ):
        service.refusals = dict.fromkeys(members, refusal)
    for found in (system("home"), await office(sources)):
        for change in (sources.turn_off_autostart, sources.turn_on_autostart):
            with pytest.raises(error, match=f"“{found.title}” is as it was: .*{words}"):
                await change(found)


async def test_without_a_bus_there_are_notes(monkeypatch, backend):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    sources = MachineSources(backend)
    found = await sources.find()
    assert len(found.profiles) == 3
    assert found.notes == (NOT_RUNNING,)
    with pytest.raises(AutostartKept, match="does not answer"):
        await sources.turn_off_autostart(system("home"))
    await sources.close()


async def test_nothing_is_started_by_asking(bus, sources):
    await sources.find()
    (bus.services / "nm.service").write_text(
        "[D-BUS Service]\nName=org.freedesktop.NetworkManager\nExec=/bin/false\n"
    )
    found = await sources.find()
    assert found.notes == (NOT_RUNNING,)
