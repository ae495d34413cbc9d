import asyncio
import os
import stat

import pytest

from tests.support.waiting import until
from wgdesk.domain.errors import EngineFailed
from wgdesk.engine.launcher import PlainLauncher, is_started_by_us


class Ended(asyncio.Event):
    __call__ = asyncio.Event.set


@pytest.fixture
def program(tmp_path):
    def write(script: str) -> PlainLauncher:
        path = tmp_path / "engine"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return PlainLauncher(tmp_path / "logs", (tmp_path / "absent", path))

    return write


async def test_engine_tells_when_and_how_it_ended(program):
    ended = Ended()
    launcher = program("exit 3")
    process = await launcher.start("home", ended)
    async with asyncio.timeout(5):
        await ended.wait()
    assert not process.is_running
    assert process.end_in_words() == "it ended with status 3"
    assert not await launcher.was_asked("home", process)


async def test_engine_that_ends_in_good_order_was_asked(program):
    ended = Ended()
    launcher = program("exit 0")
    process = await launcher.start("home", ended)
    await ended.wait()
    assert await launcher.was_asked("home", process)


async def test_engine_gets_its_name_and_only_the_environment_it_is_given(program, tmp_path):
    ended = Ended()
    await program('echo "$@"; env').start("home", ended)
    await ended.wait()
    words = (tmp_path / "logs/home.log").read_text().split("\n")
    assert words[0] == "-f home"
    names = {word.partition("=")[0] for word in words[1:] if word}
    assert names <= {"LOG_LEVEL", "WG_PROCESS_FOREGROUND", "WGDESK_ENGINE", "PWD", "_"}
    assert "WGDESK_ENGINE=home" in words


async def test_engine_bears_its_mark_while_it_runs(program):
    process = await program("exec sleep 60").start("home", lambda: None)
    await until(lambda: is_started_by_us(process.pid, "home"))
    assert not is_started_by_us(process.pid, "hom")
    assert not is_started_by_us(os.getpid(), "home")
    await process.end()
    assert not is_started_by_us(process.pid, "home")


async def test_last_line_is_made_safe_and_read_by_root_only(program, tmp_path):
    ended = Ended()
    launcher = program("printf 'one\\ntwo\\033[31m\\n\\n' >&2; exit 1")
    await launcher.start("home", ended)
    await ended.wait()
    assert launcher.last_words("home") == "two?[31m"
    assert launcher.last_words("other") == ""
    log = tmp_path / "logs/home.log"
    assert (stat.S_IMODE(log.stat().st_mode), stat.S_IMODE(log.parent.stat().st_mode)) == (
        0o600,
        0o700,
    )


async def test_stop_asks_first_and_leaves_nothing(program, tmp_path):
    launcher = program("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done")
    process = await launcher.start("home", lambda: None)
    await until(lambda: launcher.last_words("home"))
    await launcher.stop("home", process)
    assert process.end_in_words() == "it ended with status 5"
    assert list((tmp_path / "logs").iterdir()) == []


async def test_stop_makes_it_end_when_asking_does_not_help(program, monkeypatch):
    monkeypatch.setattr("wgdesk.engine.process._GRACE_S", 0.05)
    launcher = program("trap '' TERM; echo ready; while :; do sleep 0.01; done")
    process = await launcher.start("home", lambda: None)
    await until(lambda: launcher.last_words("home"))
    await launcher.stop("home", process)
    assert process.end_in_words() == "it was ended by SIGKILL"
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


async def test_engine_that_is_forgotten_goes_on(program):
    told = []
    process = await program("exec sleep 60").start("home", lambda: told.append(True))
    process.forget()
    os.kill(process.pid, 0)
    os.kill(process.pid, 9)
    await asyncio.sleep(0.1)
    assert os.waitpid(process.pid, os.WNOHANG)[0] == process.pid  # noqa: ASYNC222  # does not wait
    assert told == []


async def test_program_that_is_not_there_is_an_error(tmp_path):
    launcher = PlainLauncher(tmp_path, (tmp_path / "absent",))
    assert launcher.program() is None
    with pytest.raises(EngineFailed, match="wireguard-go is not installed"):
        await launcher.start("home", lambda: None)
