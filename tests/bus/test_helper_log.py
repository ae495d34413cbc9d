"""Lines of the log on the bus: who gets them, how many, and who is told that there are some."""

import asyncio
import json
import os
from contextlib import aclosing

import pytest

from tests.support.conf_vectors import PRIVATE
from tests.support.fakes import FakeBackend
from tests.support.helper_stand_in import HelperStandIn
from wgdesk.client import helper_backend, helper_connection
from wgdesk.client.backend import Hello
from wgdesk.client.helper_backend import HelperBackend
from wgdesk.domain.errors import HelperTooOld, HelperUnreachable, InvalidRequest, LimitExceeded
from wgdesk.domain.log_line import LogKind, LogLine
from wgdesk.engine.diary import Entry
from wgdesk.helper.logbook import LINES_PER_PAGE, LINES_PER_USER
from wgdesk.wire import codec, log_codec, names

BOB = 4321
NOBODY = 4322


@pytest.fixture
async def alice(client, helper):
    """A program of a user of her own, and her user id."""
    helper.uids[client.sender] = 4320
    await client.call("Hello", "u", [1])  # the engine is loaded from here on
    return 4320


@pytest.fixture
async def backend():
    made = HelperBackend()
    yield made
    await made.close()


@pytest.fixture
async def stand_in(bus):
    async with HelperStandIn(bus.address, FakeBackend()) as stand_in:
        yield stand_in


def line(number, text="[#] a line"):
    return LogLine(number=number, at_unix_ms=1, tunnel="home", kind=LogKind.DONE, text=text)


def write(helper, uid, text="[#] a line", number=1):
    for _ in range(number):
        helper.tunnels.write(Entry(uid, "home", LogKind.DONE, text))


async def page(client, after=0):
    (answer,) = await client.call("GetLog", "t", [after])
    return log_codec.page_from(codec.decode(answer))


async def test_the_owner_gets_the_lines_and_nobody_else_even_how_many(client, join, helper, alice):
    bob, nobody = await join(), await join()
    helper.uids |= {bob.sender: BOB, nobody.sender: NOBODY}
    write(helper, alice, "of alice", 3)
    write(helper, BOB, "of bob")
    assert [it.text for it in (await page(client)).lines] == ["of alice"] * 3
    theirs = await page(bob)
    assert ([it.text for it in theirs.lines], theirs.last) == (["of bob"], 1)
    assert theirs.lines[0].number == 1
    nothing = await nobody.call("GetLog", "t", [0])
    assert json.loads(nothing[0]) == {"v": 1, "source": None, "last": 0, "lines": []}


async def test_root_reads_no_other_users_lines_either(join, helper, alice):
    root = await join()
    helper.uids[root.sender] = 0
    write(helper, alice)
    assert (await page(root)).lines == ()


async def test_no_key_reaches_even_the_owner(client, helper, alice):
    write(helper, alice, f"[#] wg set home private-key <(echo {PRIVATE})")
    (answer,) = await client.call("GetLog", "t", [0])
    assert "wg set home private-key <(echo <key:" in answer
    assert PRIVATE not in answer


@pytest.mark.parametrize("after", [0, 1, 2, (1 << 64) - 1])
async def test_only_what_comes_after_a_number_is_given(client, helper, alice, after):
    write(helper, alice, number=2)
    found = await page(client, after)
    assert [it.number for it in found.lines] == [it for it in (1, 2) if it > after]
    assert found.last == 2


async def test_subscribers_of_the_owner_are_told_once_for_many_lines(client, join, helper, alice):
    bob, quiet = await join(), await join()
    helper.uids |= {bob.sender: BOB, quiet.sender: alice}
    for it in (client, bob):
        await it.call("Subscribe")
    for it in (client, bob, quiet):
        await it.listen()
    write(helper, alice, number=50)
    await asyncio.sleep(0.6)
    assert client.signals == [("LogWritten", 50)]
    write(helper, alice)
    await asyncio.sleep(0.6)
    assert client.signals == [("LogWritten", 50), ("LogWritten", 51)]
    assert bob.signals == quiet.signals == []  # bob is no owner, and the other did not subscribe


async def test_a_flood_of_lines_is_bounded_and_the_newest_are_there(client, helper, alice):
    write(helper, alice, "x" * 100_000, LINES_PER_USER * 2)
    first = await page(client)
    assert len(first.lines) == LINES_PER_PAGE
    assert first.last == 2 * LINES_PER_USER


async def test_asking_for_the_log_counts_as_any_call(client, helper, alice):
    replies = await asyncio.gather(
        *(client.reply("GetLog", "t", [0]) for _ in range(100)), return_exceptions=True
    )
    refused = [it for it in replies if it.error_name == f"{names.ERROR_PREFIX}.LimitExceeded"]
    assert len(refused) >= 100 - 68


async def test_another_signature_is_refused(client, alice):
    assert isinstance(await client.refusal("GetLog", "s", ["home"]), InvalidRequest)


async def test_backend_gets_all_of_a_long_log(backend, helper):
    await backend.hello()
    write(helper, os.getuid(), number=LINES_PER_PAGE + 20)
    found = await backend.log()
    assert [it.number for it in found.lines] == list(range(1, LINES_PER_PAGE + 21))
    assert found.last == LINES_PER_PAGE + 20
    assert (await backend.log(LINES_PER_PAGE + 19)).lines == found.lines[-1:]


async def test_new_lines_arrive_by_themselves(backend, helper):
    async with aclosing(backend.log_changes()) as pages:
        assert (await anext(pages)).lines == ()
        for text in ("one", "two"):
            write(helper, os.getuid(), text)
            found = await asyncio.wait_for(anext(pages), 2)
            assert [it.text for it in found.lines] == [text]


async def test_lines_of_the_next_helper_are_given_from_the_first_on(stand_in, backend, monkeypatch):
    monkeypatch.setattr(helper_connection, "RETRY_FIRST_S", 0.05)
    stand_in.backend.write_log(line(1), line(2))
    async with aclosing(backend.log_changes()) as pages:
        assert len((await anext(pages)).lines) == 2
        stand_in.leave()
        assert await asyncio.wait_for(anext(pages), 2) is None
        stand_in.backend.log_source, stand_in.backend.log_lines = "the next one", ()
        stand_in.backend.write_log(line(1), line(2), line(3))
        await stand_in.arrive()
        found = await asyncio.wait_for(anext(pages), 2)
        assert ([it.number for it in found.lines], found.source) == ([1, 2, 3], "the next one")
        stand_in.backend.write_log(line(4))
        await stand_in.tell_log()
        found = await asyncio.wait_for(anext(pages), 2)
        assert [it.number for it in found.lines] == [4]


async def test_a_helper_that_counts_less_than_was_read_has_begun_anew(stand_in, backend):
    stand_in.backend.write_log(line(1))
    async with aclosing(backend.log_changes(after=700)) as pages:
        assert [it.number for it in (await anext(pages)).lines] == [1]


async def test_a_log_that_is_asked_for_too_often_comes_later(stand_in, backend, monkeypatch):
    monkeypatch.setattr(helper_connection, "RETRY_FIRST_S", 0.05)
    stand_in.replies["GetLog"] = "org.wgdesk.Error.LimitExceeded"
    with pytest.raises(LimitExceeded):
        await backend.log()
    async with aclosing(backend.log_changes()) as pages:
        first = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0.1)
        del stand_in.replies["GetLog"]
        assert (await asyncio.wait_for(first, 2)).last == 0


@pytest.mark.parametrize("refusal", ["UnknownMethod", "AccessDenied"])
async def test_an_older_helper_is_told_in_words(stand_in, backend, refusal):
    stand_in.backend.greeting = Hello(names.API_WITH_LOG - 1, {})
    stand_in.replies["GetLog"] = f"org.freedesktop.DBus.Error.{refusal}"
    with pytest.raises(HelperTooOld, match="older than this program"):
        await backend.log()
    async with aclosing(backend.log_changes()) as pages:
        with pytest.raises(HelperTooOld):
            await anext(pages)


async def test_a_refusal_by_a_helper_that_has_a_log_stays_what_it_is(
    stand_in, backend, monkeypatch
):
    monkeypatch.setattr(helper_backend, "API_WITH_LOG", 1)
    stand_in.replies["GetLog"] = "org.freedesktop.DBus.Error.InvalidArgs"
    with pytest.raises(InvalidRequest):
        await backend.log()


async def test_nobody_there_is_told(bus, backend):
    with pytest.raises(HelperUnreachable):
        await backend.log()
