import asyncio
import os

import pytest

from tests.support.waiting import until
from wgdesk.engine.child import Child

SHELL = "/bin/sh"


class Ended(asyncio.Event):
    __call__ = asyncio.Event.set


def start(script: str, environment: dict[str, str] | None = None) -> tuple[Child, Ended]:
    ended = Ended()
    return Child([SHELL, "-c", script], environment or {}, ended), ended


async def test_child_tells_when_and_how_it_ended():
    child, ended = start("exit 3")
    async with asyncio.timeout(5):
        await ended.wait()
    assert not child.is_running
    assert child.end_in_words() == "it ended with status 3"


async def test_child_gets_only_the_environment_it_is_given():
    child, ended = start("env", {"LOG_LEVEL": "error", "PWD": "/"})
    await ended.wait()
    assert set(child._tail.decode().split()) <= {"LOG_LEVEL=error", "PWD=/", "_=/usr/bin/env"}


async def test_child_keeps_its_last_line_made_safe():
    child, ended = start("printf 'one\\ntwo\\033[31m\\n\\n' >&2; exit 1")
    await ended.wait()
    assert child.last_words() == "two?[31m"


async def test_child_is_not_held_up_by_what_it_prints():
    child, ended = start("yes | head -c 1000000; exit 0")
    async with asyncio.timeout(10):
        await ended.wait()
    assert len(child._tail) <= 4096


async def test_end_asks_first():
    child, _ = start("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done")
    await until(lambda: child._tail)
    await child.end()
    assert child.end_in_words() == "it ended with status 5"


async def test_end_makes_it_stop_when_asking_does_not_help(monkeypatch):
    monkeypatch.setattr("wgdesk.engine.child._GRACE_S", 0.05)
    child, _ = start("trap '' TERM; echo ready; while :; do sleep 0.01; done")
    await until(lambda: child._tail)
    await child.end()
    assert child.end_in_words() == "it was ended by SIGKILL"
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


async def test_end_of_one_that_ended_is_nothing():
    child, ended = start("exit 0")
    await ended.wait()
    await child.end()
    assert child.end_in_words() == "it ended with status 0"


async def test_program_that_is_not_there_is_an_error():
    with pytest.raises(FileNotFoundError):
        Child(["/nonexistent"], {}, lambda: None)
