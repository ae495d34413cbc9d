"""A profile's commands run by the user's own process, with the real bash."""

import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from wgdesk.client.hooks import LIMIT_S, run_hooks
from wgdesk.domain.errors import HookFailed
from wgdesk.domain.profile import Hook, HookKind

PRE_UP, POST_UP, PRE_DOWN, POST_DOWN = HookKind


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hooks(*commands, kind=POST_UP):
    return [Hook(kind, command) for command in commands]


async def test_those_of_a_kind_run_in_their_order(folder):
    listed = [
        *hooks("echo %i $WGDESK_IFNAME >>log", "x=1; echo two $x >>log"),
        Hook(PRE_UP, "false"),
    ]
    await run_hooks("home", listed, POST_UP)
    assert (folder / "log").read_text() == "home home\ntwo 1\n"


async def test_it_is_the_users_own_environment_without_their_input(folder, monkeypatch):
    monkeypatch.setenv("MINE", "kept")
    await run_hooks("home", hooks('echo "$MINE $(cat) $LC_ALL" >log'), POST_UP)
    assert (folder / "log").read_text() == "kept  C\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("exit 3", "it ended with status 3"),
        ("false; touch never", "it ended with status 1"),
        ("false | true; touch never", "it ended with status 1"),
        ("kill -9 $$", "it was ended by signal 9"),
        ("if", "it ended with status 2"),
    ],
)
async def test_the_first_that_fails_is_the_last(folder, command, why):
    with pytest.raises(HookFailed, match=f"^the command PostUp 2 failed: {why}$"):
        await run_hooks("home", hooks("true", command, "touch never"), POST_UP)
    assert not (folder / "never").exists()


async def test_extended_patterns_are_known_as_in_wg_quick(folder):
    await run_hooks("home", hooks("[[ ab == +(a|b) ]]; touch seen"), POST_UP)
    assert (folder / "seen").exists()


async def test_what_takes_too_long_is_ended_with_all_it_started(folder):
    began_s = time.monotonic()
    with pytest.raises(HookFailed, match=r"it took longer than 0\.5 seconds"):
        await run_hooks("home", hooks("sleep 60 & echo $! >pid; wait"), POST_UP, limit_s=0.5)
    assert time.monotonic() - began_s < 5
    await until_gone(int((folder / "pid").read_text()))


async def test_whoever_gives_up_leaves_nothing_running(folder):
    task = asyncio.ensure_future(run_hooks("home", hooks("echo $$ >pid; sleep 60"), POST_UP))
    async with asyncio.timeout(5):
        while not (folder / "pid").exists() or not (folder / "pid").read_text():  # noqa: ASYNC110  # another process writes it
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    await until_gone(int((folder / "pid").read_text()))


async def test_what_it_prints_is_not_mixed_into_the_answer(folder, capfd):
    await run_hooks("home", hooks("echo words"), POST_UP)
    assert capfd.readouterr() == ("", "words\n")


def test_the_limit_is_half_a_minute():
    assert LIMIT_S == 30


async def until_gone(pid):
    """A process that ended may wait a moment for whoever collects it."""
    async with asyncio.timeout(5):
        while is_running(pid):  # noqa: ASYNC110  # another process ends
            await asyncio.sleep(0.02)


def is_running(pid):
    try:
        os.kill(pid, 0)
        return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
