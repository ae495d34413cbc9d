"""The list of profiles, beside a helper that lives in the test."""

import json
import time

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import ATTACHED_HOME, HOME, WORK
from wgdesk.cli.listing import list_profiles
from wgdesk.domain.errors import HelperUnreachable, NotAuthorized


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    made = tmp_path / ".wireguard"
    made.mkdir(mode=0o700)
    for name, text in (("home", HOME), ("attached_home", ATTACHED_HOME), ("work", WORK)):
        (made / f"{name}.conf").write_text(text)
    return made


async def listed(backend, capsys, *, as_json=False):
    assert await list_profiles(backend, as_json=as_json) == 0
    out = capsys.readouterr().out
    return json.loads(out) if as_json else out.splitlines()


async def test_list_has_name_state_and_kind_in_columns(folder, backend, capsys):
    await backend.up("home", HOME.encode())
    backend.shake_hands("home", int(time.time()))
    await backend.up("attached_home", ATTACHED_HOME.encode())
    assert await listed(backend, capsys) == [
        "attached_home  Waiting for handshake  2 subnets",
        "home           Connected              all traffic",
        "work           Off                    all traffic",
    ]


async def test_list_says_what_is_wrong_with_a_profile(folder, backend, capsys):
    (folder / "home.conf").write_text("[Interface]\nMTU\n")
    (folder / "work.conf").unlink()
    (folder / "work.conf").mkdir()
    (folder / "name_of_many_letters.conf").touch()
    rows = dict(line.split("  ", 1) for line in await listed(backend, capsys))
    assert "invalid: line 2, column 1: " in rows["home"]
    assert rows["work"].endswith("cannot be read: it is a folder, not a file")
    assert rows["name-lette-e4af (name_of_many_letters)"].endswith(
        "invalid: line 1, column 1: the file is empty"
    )


@pytest.mark.parametrize("error", [HelperUnreachable("gone", "Come back."), NotAuthorized()])
async def test_list_goes_on_without_a_helper(folder, backend, capsys, error):
    backend.errors["tunnels"] = error
    assert await list_profiles(backend, as_json=False) == 0
    out, err = capsys.readouterr()
    assert all("  Unknown  " in line for line in out.splitlines())
    assert len(out.splitlines()) == 3
    assert err == f"wgdesk: the states are unknown: {error}. {error.remedy}\n"


async def test_list_asks_nobody_about_an_empty_folder(folder, backend, capsys):
    for path in folder.iterdir():
        path.unlink()
    assert "no profiles" in (await listed(backend, capsys))[0]
    assert (await listed(backend, capsys, as_json=True))["profiles"] == []
    assert backend.calls == []


async def test_document_has_the_shape_that_is_written_down(folder, backend, capsys):
    await backend.up("attached_home", ATTACHED_HOME.encode())
    (folder / "work.conf").write_text("")
    document = await listed(backend, capsys, as_json=True)
    attached, home, work = document["profiles"]
    assert (document["v"], document["folder"]) == (1, str(folder))
    assert attached == {
        "name": "attached_home",
        "path": str(folder / "attached_home.conf"),
        "title": "attached_home",
        "tags": [],
        "keys_in_keyring": False,
        "kind": "subnets",
        "subnets": 2,
        "exposed": False,
        "problem": None,
        "state": "up",
        "health": "waiting",
        "words": "Waiting for handshake",
        "why": None,
    }
    assert (home["kind"], home["state"], home["health"]) == ("full", "off", "off")
    assert (work["kind"], work["subnets"]) == (None, None)
    assert work["problem"].startswith("invalid: line 1")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("[Peer]", "Table = off\n[Peer]", "none"), ("AllowedIPs", "#", "none"), ("", "", "subnets")],
)
async def test_document_says_none_where_nothing_is_routed(folder, backend, capsys, old, new, kind):
    for path in folder.iterdir():
        path.unlink()
    (folder / "home.conf").write_text(ATTACHED_HOME.replace(old, new) if old else ATTACHED_HOME)
    (home,) = (await listed(backend, capsys, as_json=True))["profiles"]
    assert home["kind"] == kind


async def test_document_of_unknown_states(folder, backend, capsys):
    backend.errors["tunnels"] = HelperUnreachable("gone")
    document = await listed(backend, capsys, as_json=True)
    assert {(it["state"], it["health"], it["words"]) for it in document["profiles"]} == {
        ("unknown", "unknown", None)
    }
