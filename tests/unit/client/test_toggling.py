"""The user's own commands around up and down, beside a helper that lives in the test."""

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from wgdesk.client.toggling import EDITED, bring_up, take_down
from wgdesk.domain.errors import AlreadyUp, HookFailed, NoSuchProfile, NotAuthorized
from wgdesk.domain.options import HookMode, TunnelOptions

ME = TunnelOptions(hooks=HookMode.ME)


def text(**commands):
    lines = "".join(f"{kind} = {command}\n" for kind, command in commands.items())
    return HOME.replace("[Peer]", f"{lines}[Peer]", 1).encode()


LOGGED = text(
    PostDown="echo PostDown >>log",
    PreDown="echo PreDown >>log",
    PostUp="echo PostUp >>log",
    PreUp="echo PreUp >>log",
)


class Backend(FakeBackend):
    """Notes its calls in the same log as the commands do."""

    async def _called(self, method, what=""):
        await super()._called(method, what)
        with open("log", "a") as log:  # noqa: ASYNC230, PTH123  # a test's own log
            log.write(f"{method}\n")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def backend():
    return Backend()


def log(folder):
    return (folder / "log").read_text().split()


async def down(backend, profile):
    async def read():
        if isinstance(profile, Exception):
            raise profile
        return profile

    (tunnel,) = backend._machine.tunnels
    return await take_down(backend, tunnel, read)


async def test_commands_run_around_the_helper_in_their_order(folder, backend):
    await bring_up(backend, "home", LOGGED, ME)
    assert backend.options == {"hooks": "me"}
    assert await down(backend, LOGGED) == ()
    assert log(folder) == ["PreUp", "up", "PostUp", "PreDown", "down", "PostDown"]


@pytest.mark.parametrize("mode", [HookMode.IGNORE, HookMode.ROOT])
async def test_commands_that_are_not_the_users_are_left_alone(folder, backend, mode):
    await bring_up(backend, "home", LOGGED, TunnelOptions(hooks=mode))
    await down(backend, LOGGED)
    assert log(folder) == ["up", "down"]


async def test_a_profile_without_commands_asks_for_none(backend):
    await bring_up(backend, "home", HOME.encode(), TunnelOptions(hooks=HookMode.ROOT))
    assert backend.options == {}


async def test_a_first_command_that_fails_stops_the_up(folder, backend):
    with pytest.raises(HookFailed, match="PreUp 1"):
        await bring_up(backend, "home", text(PreUp="false", PostUp="echo PostUp >>log"), ME)
    assert not (folder / "log").exists()


async def test_a_last_command_that_fails_takes_the_tunnel_down(folder, backend):
    broken = text(PostUp="false", PostDown="echo PostDown >>log")
    with pytest.raises(HookFailed, match="PostUp 1"):
        await bring_up(backend, "home", broken, ME)
    assert log(folder) == ["up", "down"]
    assert (await backend.tunnels()).tunnels == ()


@pytest.mark.parametrize("error", [NotAuthorized(), AlreadyUp()])
async def test_a_helper_that_refuses_ends_it(folder, backend, error):
    backend.errors["up"] = error
    with pytest.raises(type(error)):
        await bring_up(backend, "home", LOGGED, ME)
    assert log(folder) == ["PreUp"]


async def test_commands_that_fail_keep_no_tunnel_up(folder, backend):
    profile = text(PreDown="exit 4", PostDown="exit 5")
    await bring_up(backend, "home", profile, ME)
    assert await down(backend, profile) == (
        "the command PreDown 1 failed: it ended with status 4",
        "the command PostDown 1 failed: it ended with status 5",
    )
    assert log(folder) == ["up", "down"]


@pytest.mark.parametrize("gone", [NoSuchProfile("home", "~/.wireguard"), b"[Broken"])
async def test_a_file_that_is_gone_keeps_no_tunnel_up(folder, backend, gone):
    await bring_up(backend, "home", LOGGED, ME)
    (note,) = await down(backend, gone)
    assert note.startswith("its commands are not run: ")
    assert log(folder)[-1] == "down"


async def test_commands_that_nobody_has_agreed_to_are_not_run(folder, backend):
    """The file is another one by now: replaced by an import, or edited."""
    await bring_up_anew(backend, text(PreDown="echo mine >>log"))
    notes = await down(backend, text(PreDown="echo theirs >>log", PostDown="echo theirs >>log"))
    assert notes == (f"its commands are not run: {EDITED}",)
    assert "theirs" not in log(folder)
    assert log(folder)[-1] == "down"


async def bring_up_anew(backend, profile):
    for tunnel in backend._machine.tunnels:
        await backend.down(tunnel.id)
    await bring_up(backend, "home", profile, ME)
