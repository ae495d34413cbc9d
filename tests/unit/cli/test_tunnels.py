"""The verbs about tunnels, beside a helper that lives in the test."""

import json
import time
from dataclasses import replace

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import ATTACHED_HOME, HOME
from wgdesk.cli.tunnels import UpOptions, down, status, toggle, tunnel_name, up
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.snapshot import ForeignTunnel, Lifecycle

THEIRS = ForeignTunnel(name="theirs", owner_uid=7, lifecycle=Lifecycle.UP, full_tunnel=False)


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    made = tmp_path / ".wireguard"
    made.mkdir(mode=0o700)
    (made / "home.conf").write_text(HOME)
    (made / "attached_home.conf").write_text(ATTACHED_HOME)
    return made


@pytest.mark.parametrize(
    ("argument", "name"),
    [("home", "home"), ("home.conf", "home"), ("./a/home.conf", "home"), ("a.b", "a.b")],
)
def test_tunnel_name_is_that_of_the_file(argument, name):
    assert tunnel_name(argument) == name


async def test_status_shows_each_tunnel_and_other_users_in_outline(backend, capsys):
    await backend.up("home", HOME.encode())
    await backend.up("attached_home", ATTACHED_HOME.encode())
    backend.show((await backend.tunnels()).tunnels, (THEIRS,))
    assert await status(backend, None, as_json=False) == 0
    blocks = capsys.readouterr().out
    assert blocks.count("interface: ") == 2
    assert "\n\ninterface: attached_home\n" in blocks
    assert blocks.endswith("\n\nOther users\ntheirs: up, belongs to user 7\n")


async def test_status_of_one_name(backend, capsys):
    await backend.up("home", HOME.encode())
    await backend.up("attached_home", ATTACHED_HOME.encode())
    await status(backend, "home", as_json=False)
    assert "attached_home" not in capsys.readouterr().out
    await backend.down("id1")
    await status(backend, "home", as_json=False)
    assert capsys.readouterr().out == "home is not up.\n"
    with pytest.raises(NoSuchProfile):
        await status(backend, "none", as_json=False)


async def test_status_document_is_the_wires_with_the_state_that_people_see(backend, capsys):
    await backend.up("home", HOME.encode())
    backend.shake_hands("home", int(time.time()))
    backend.show((await backend.tunnels()).tunnels, (THEIRS,))
    await status(backend, None, as_json=True)
    document = json.loads(capsys.readouterr().out)
    (tunnel,) = document["tunnels"]
    assert (document["v"], tunnel["name"], tunnel["state"]) == (1, "home", "up")
    assert (tunnel["health"], tunnel["words"]) == ("connected", "Connected")
    assert tunnel["routes"] == [{"to": "0.0.0.0/0", "table": 51820}, {"to": "::/0", "table": 51820}]
    assert document["others"][0]["owner_uid"] == 7


async def test_up_document_tells_the_first_handshake(backend, capsys):
    backend.handshake_unix_s = 1_700_000_000
    options = UpOptions(wait_s=1, as_json=True)
    assert await up(backend, "home", options) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["v"], document["name"]) == (1, "home")
    assert document["latest_handshake"] == 1_700_000_000
    assert document["lines"][0] == "[#] ip link add dev home type wireguard"


async def test_up_tells_the_helper_what_to_do_about_dns(backend):
    await up(backend, "home", UpOptions())
    assert backend.options == {}  # the default needs no word
    await down(backend, "home")
    await up(backend, "home", UpOptions(use_dns=False))
    assert backend.options == {"dns": "ignore"}


async def test_up_does_not_ask_about_handshakes_unless_told_to_wait(backend, capsys):
    await up(backend, "home", UpOptions())
    assert [method for method, _ in backend.calls] == ["up"]


async def test_wait_knocks_and_ends_when_the_tunnel_goes_down(backend, capsys, monkeypatch):
    knocked = []

    def knock(tunnel):
        knocked.append(tunnel.name)
        backend.break_down("home", "the engine died")

    monkeypatch.setattr("wgdesk.client.knock.knock", knock)
    assert await up(backend, "home", UpOptions(wait_s=5)) == 1
    assert knocked == ["home"]
    assert capsys.readouterr().err == "wgdesk: home went down again: the engine died\n"


async def test_wait_that_ends_without_an_answer_leaves_the_tunnel_up(backend, capsys, monkeypatch):
    monkeypatch.setattr("wgdesk.client.knock.knock", lambda _: None)
    assert await up(backend, "home", UpOptions(wait_s=0.01)) == 1
    assert [tunnel.name for tunnel in (await backend.tunnels()).tunnels] == ["home"]
    assert capsys.readouterr().err.splitlines()[1] == (
        "Check the endpoint and the keys in the profile. The tunnel stays up; to take it down:"
        " wgdesk down home"
    )


async def test_wait_that_ends_while_it_is_put_together_again_does_not_say_that_it_is_down(
    backend, capsys, monkeypatch
):
    def mend(_):
        (tunnel,) = backend._machine.tunnels
        backend.show((replace(tunnel, lifecycle=Lifecycle.MENDING),))

    monkeypatch.setattr("wgdesk.client.knock.knock", mend)
    assert await up(backend, "home", UpOptions(wait_s=0.2)) == 1
    assert "went down again" not in capsys.readouterr().err


async def test_toggle_takes_down_what_is_in_a_state_of_a_newer_helper(backend):
    await up(backend, "home", UpOptions())
    (tunnel,) = backend._machine.tunnels
    backend.show((replace(tunnel, lifecycle=Lifecycle.UNKNOWN),))
    assert await toggle(backend, "home", UpOptions()) == 0
    assert not (await backend.tunnels()).tunnels


async def test_wait_that_ends_without_an_answer_says_why(backend, capsys, monkeypatch):
    def find(_):
        (tunnel,) = backend._machine.tunnels
        backend.show((replace(tunnel, finding=Finding.PORT_CLOSED),))

    monkeypatch.setattr("wgdesk.client.knock.knock", find)
    assert await up(backend, "home", UpOptions(wait_s=0.2)) == 1
    title, remedy = capsys.readouterr().err.splitlines()
    assert title == "wgdesk: home is up, but nobody has answered within 0.2 seconds"
    cause = CAUSES[Finding.PORT_CLOSED]
    down_words = "The tunnel stays up; to take it down: wgdesk down home"
    assert remedy == f"{cause.sentence} {cause.remedy} {down_words}"
    await down(backend, "home")
    assert await up(backend, "home", UpOptions(wait_s=0.2, as_json=True)) == 1
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (document["latest_handshake"], document["finding"]) == (None, "port-closed")


async def test_status_document_says_why_nobody_answers(backend, capsys):
    await backend.up("home", HOME.encode())
    (tunnel,) = (await backend.tunnels()).tunnels
    backend.show((replace(tunnel, finding=Finding.NO_ROUTE),))
    await status(backend, None, as_json=True)
    (told,) = json.loads(capsys.readouterr().out)["tunnels"]
    assert (told["health"], told["finding"]) == ("waiting", "no-route")
    assert told["why"] == CAUSES[Finding.NO_ROUTE].sentence


async def test_notices_follow_the_line_about_what_happened(backend, capsys, folder):
    (folder / "home.conf").write_text(HOME.replace("[Peer]", "DNS = 10.0.0.1\n[Peer]"))
    await up(backend, "home", UpOptions())
    first, note = capsys.readouterr().out.splitlines()
    assert first.startswith("home is up through ")
    assert note.startswith("Note: DNS servers")


async def test_toggle_brings_a_failed_tunnel_up_again(backend, capsys):
    await up(backend, "home", UpOptions())
    backend.break_down("home", "the engine died")
    await toggle(backend, "home", UpOptions())
    (tunnel,) = (await backend.tunnels()).tunnels
    assert tunnel.lifecycle is Lifecycle.UP
    await toggle(backend, "home", UpOptions())
    assert (await backend.tunnels()).tunnels == ()


async def test_down_saves_what_was_changed_by_hand(backend, capsys, folder):
    text = HOME.replace("Address", "SaveConfig = true\nAddress")
    (folder / "home.conf").write_text(text)
    await backend.up("home", text.encode())
    backend.alter("home", lambda peer: replace(peer, keepalive_s=5))
    assert await down(backend, "home") == 0
    out = capsys.readouterr().out.splitlines()
    assert out == ["home is down.", f"saved: 1 peer changed in {folder}/home.conf"]
    assert (folder / "home.conf").read_text() == text.replace("= 25", "= 5")


async def test_down_says_what_could_not_be_saved(backend, capsys, folder):
    text = HOME.replace("Address", "SaveConfig = true\nAddress")
    (folder / "home.conf").write_text(text)
    await backend.up("home", text.replace("0.0.0.0/0", "10.0.0.0/8").encode())
    assert await down(backend, "home") == 1
    captured = capsys.readouterr()
    assert captured.out == "home is down.\n"
    assert "is not saved in" in captured.err
    assert (folder / "home.conf").read_text() == text


async def test_down_warns_of_keys_that_nobody_can_read_back(backend, capsys, folder):
    text = HOME.replace("Address", "SaveConfig = true\nAddress")
    text = "".join(line for line in text.splitlines(keepends=True) if "PresharedKey" not in line)
    (folder / "home.conf").write_text(text)
    await backend.up("home", text.encode())
    backend.alter("home", lambda peer: replace(peer, has_preshared_key=True))
    assert await down(backend, "home") == 0
    assert "preshared key" in capsys.readouterr().err


async def test_down_takes_a_tunnel_whose_file_is_gone(backend, capsys, folder):
    await up(backend, "home", UpOptions())
    (folder / "home.conf").unlink()
    assert await down(backend, "home") == 0
    assert (await backend.tunnels()).tunnels == ()
