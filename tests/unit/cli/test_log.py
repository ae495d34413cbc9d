"""`log` beside a helper that lives in the test."""

import asyncio
import json
from datetime import datetime

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from tests.support.waiting import until
from wgdesk.cli.log import log
from wgdesk.domain.errors import HelperUnreachable, NoSuchProfile
from wgdesk.domain.log_line import LogKind, LogLine

AT_UNIX_MS = int(datetime(2026, 11, 27, 20, 40, 0, 123_000).timestamp() * 1000)  # noqa: DTZ001  # by this machine's clock


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    made = tmp_path / ".wireguard"
    made.mkdir(mode=0o700)
    (made / "home.conf").write_text(HOME)


def a_line(number, text, tunnel="home", kind=LogKind.DONE):
    return LogLine(number=number, at_unix_ms=AT_UNIX_MS, tunnel=tunnel, kind=kind, text=text)


async def plain(backend, name=None):
    return await log(backend, name, follow=False, as_json=False)


async def test_each_line_has_its_time_its_tunnel_and_its_text(backend, capsys):
    backend.write_log(a_line(1, "[#] ip link add"), a_line(2, "Coming up.", "a-15-letter-one"))
    assert await plain(backend) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-27 20:40:00.123  home             [#] ip link add",
        "2026-11-27 20:40:00.123  a-15-letter-one  Coming up.",
    ]


async def test_only_the_lines_of_one_tunnel(backend, capsys):
    backend.write_log(a_line(1, "one"), a_line(2, "two", "work"))
    await plain(backend, "work")
    assert capsys.readouterr().out.splitlines() == ["2026-11-27 20:40:00.123  work             two"]


async def test_a_name_that_nothing_has_is_told(backend, capsys):
    backend.write_log(a_line(1, "one"))
    with pytest.raises(NoSuchProfile):
        await plain(backend, "hmoe")
    assert await plain(backend, "home") == 0


async def test_no_lines_are_told_in_words(backend, capsys):
    await plain(backend)
    assert capsys.readouterr().out == "Nothing was done since the helper started.\n"


async def test_a_line_commands_no_terminal(backend, capsys):
    backend.write_log(a_line(1, "\x1b[2J"))
    await plain(backend)
    assert "\x1b" not in capsys.readouterr().out


async def test_json_is_one_document(backend, capsys):
    backend.write_log(a_line(1, "one"), a_line(2, "two", "work"))
    await log(backend, "work", follow=False, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert (document["v"], document["last"], document["source"]) == (1, 2, "the fake")
    assert [it["text"] for it in document["lines"]] == ["two"]


async def test_a_helper_that_is_not_there_is_an_error_even_to_who_follows(backend):
    backend.errors["log"] = HelperUnreachable("it is not installed")
    with pytest.raises(HelperUnreachable):
        await log(backend, None, follow=True, as_json=False)


async def test_following_gives_every_line_once_as_it_comes(backend, capsys):
    seen = ""

    def out():
        nonlocal seen
        seen += capsys.readouterr().out
        return seen

    backend.write_log(a_line(1, "one"))
    following = asyncio.ensure_future(log(backend, None, follow=True, as_json=True))
    await until(lambda: out().count("\n") == 1)
    backend.write_log(a_line(2, "two"), a_line(3, "three"))
    await until(lambda: out().count("\n") == 3)
    following.cancel()
    documents = [json.loads(it) for it in out().splitlines()]
    assert [(it["v"], it["number"], it["text"]) for it in documents] == [
        (1, 1, "one"),
        (1, 2, "two"),
        (1, 3, "three"),
    ]


async def test_whoever_follows_is_told_that_the_helper_went_and_stays(backend, capsys):
    backend.write_log(a_line(1, "one"))
    following = asyncio.ensure_future(log(backend, None, follow=True, as_json=False))
    await asyncio.sleep(0)
    backend.here = False
    backend.write_log()
    await until(lambda: "the helper went away" in capsys.readouterr().err)
    assert not following.done()
    backend.here = True
    backend.write_log(a_line(2, "two"))
    await until(lambda: "two" in capsys.readouterr().out)
    following.cancel()
