"""The watch over name servers, with a name service that does as the test says."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.build import a_plan
from tests.support.waiting import until
from wgdesk.domain.dns import DnsBackend, DnsConfig, DnsState
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine import dns_watch
from wgdesk.engine.dns_watch import MAX_REPAIRS, TRAMPLED, DnsWatch

CONFIG = DnsConfig(servers=(ip_address("10.0.0.1"),))
HOME = ApplyDns("home", DnsBackend.FILE, CONFIG)
WORK = ApplyDns("work", DnsBackend.FILE, CONFIG)


class Names:
    """Attributes: what stands, what `verify` says, what `apply` raises, who tramples on it."""

    def __init__(self):
        self.standing = {"home", "work"}
        self.answer = ""
        self.error = None
        self.applied = 0
        self.verified = 0
        self.is_trampled = False
        self.gate = asyncio.Event()
        self.gate.set()

    def on_change(self, told):
        self.change = told

    async def stands(self, step):
        return step.name in self.standing

    async def apply(self, step):
        await self.gate.wait()
        if self.error:
            raise self.error
        self.applied += 1
        if not self.is_trampled:
            self.standing.add(step.name)
        self.change()

    async def verify(self, step):
        self.verified += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def overwrite(self, name):
        self.standing.discard(name)
        self.change()


@pytest.fixture
def names():
    return Names()


@pytest.fixture
async def watch(names, monkeypatch):
    monkeypatch.setattr(dns_watch, "SETTLE_S", 0.001)
    monkeypatch.setattr(dns_watch, "RETRY_S", (0.05, 0.1))
    told, lines = [], []
    made = DnsWatch(names, told.append, lambda *line: lines.append(line))
    made.told, made.lines = told, lines
    yield made
    await made.close()


def state(watch, tunnel_id):
    status = watch.status(tunnel_id)
    return (status.state, status.reason)


VERIFIED = (DnsState.VERIFIED, "")


async def test_a_tunnel_is_checked_verified_and_told_once(watch):
    assert watch.status("1") is None
    watch.begin("1", HOME)
    assert state(watch, "1") == (DnsState.CHECKING, "")
    await until(lambda: state(watch, "1") == VERIFIED)
    status = watch.status("1")
    assert (status.backend, status.servers) == (DnsBackend.FILE, CONFIG.servers)
    assert watch.told == ["1"]
    assert watch.lines == [("1", LogKind.STATE, dns_watch.VERIFIED)]


async def test_servers_that_do_not_answer_are_asked_again_until_they_do(watch, names):
    names.answer = "the DNS server 10.0.0.1 does not answer"
    watch.begin("1", HOME)
    await until(lambda: state(watch, "1") == (DnsState.NOT_APPLIED, names.answer))
    names.answer = ""
    await until(lambda: state(watch, "1") == VERIFIED)
    assert names.applied == 0  # they stood all the time
    why = "DNS is not applied: the DNS server 10.0.0.1 does not answer."
    assert [line[1:] for line in watch.lines] == [
        (LogKind.NOTICE, why),
        (LogKind.STATE, dns_watch.VERIFIED),
    ]


async def test_what_somebody_changed_is_applied_again(watch, names):
    watch.begin("1", HOME)
    await until(lambda: state(watch, "1") == VERIFIED)
    names.overwrite("home")
    await until(lambda: names.applied == 1 and "home" in names.standing)
    await until(lambda: state(watch, "1") == VERIFIED)
    assert ("1", LogKind.REPAIR, dns_watch.APPLIED_AGAIN) in watch.lines


async def test_a_program_that_never_stops_has_the_last_word(watch, names, monkeypatch):
    watch.begin("1", HOME)
    await until(lambda: state(watch, "1") == VERIFIED)
    monkeypatch.setattr(dns_watch, "QUIET_S", 0.04)
    names.is_trampled = True
    names.overwrite("home")
    await until(lambda: state(watch, "1") == (DnsState.NOT_APPLIED, TRAMPLED))
    assert names.applied == MAX_REPAIRS
    await asyncio.sleep(0.3)
    assert names.applied == MAX_REPAIRS
    names.standing.add("home")  # the other program is gone, and somebody put it right
    await until(lambda: state(watch, "1") == VERIFIED)


async def test_a_change_now_and_then_is_repaired_for_ever(watch, names, monkeypatch):
    monkeypatch.setattr(dns_watch, "QUIET_S", 0.0)
    watch.begin("1", HOME)
    for count in range(1, MAX_REPAIRS + 3):
        names.overwrite("home")
        await until(lambda count=count: names.applied == count)
        await until(lambda: "home" in names.standing)
    await until(lambda: state(watch, "1") == VERIFIED)


async def test_why_it_cannot_be_applied_again_is_told_and_tried_again(watch, names):
    watch.begin("1", HOME)
    await until(lambda: state(watch, "1") == VERIFIED)
    names.error = DnsFailed("systemd-resolved does not run")
    names.overwrite("home")
    reason = "systemd-resolved does not run"
    await until(lambda: state(watch, "1") == (DnsState.NOT_APPLIED, reason))
    names.error = None
    await until(lambda: state(watch, "1") == VERIFIED)


async def test_the_servers_of_the_tunnel_that_came_last_are_the_ones_that_count(watch, names):
    watch.begin("1", HOME)
    watch.begin("2", WORK)
    names.overwrite("home")
    reason = "the DNS servers of “work”, which came up later, are asked"
    await until(lambda: state(watch, "1") == (DnsState.NOT_APPLIED, reason))
    await until(lambda: state(watch, "2") == VERIFIED)
    assert names.applied == 0
    await watch.end("2")
    await until(lambda: state(watch, "1") == VERIFIED)
    assert names.applied == 1


async def test_resolved_serves_every_tunnel_at_once(watch):
    for number, name in (("1", "home"), ("2", "work")):
        watch.begin(number, ApplyDns(name, DnsBackend.RESOLVED, CONFIG))
    for number in ("1", "2"):
        await until(lambda number=number: state(watch, number) == VERIFIED)


async def test_the_end_waits_for_a_repair_and_nothing_is_applied_after_it(watch, names):
    watch.begin("1", HOME)
    await until(lambda: state(watch, "1") == VERIFIED)
    names.gate.clear()
    names.overwrite("home")
    await asyncio.sleep(0.05)
    ending = asyncio.ensure_future(watch.end("1"))
    await asyncio.sleep(0.05)
    assert not ending.done()
    names.gate.set()
    await ending
    assert names.applied == 1
    assert watch.status("1") is None
    names.overwrite("home")
    await asyncio.sleep(0.05)
    assert names.applied == 1


async def test_a_bug_is_logged_and_the_watch_goes_on(watch, names, caplog):
    names.answer = RuntimeError("a bug")
    watch.begin("1", HOME)
    reason = "they could not be verified"
    await until(lambda: state(watch, "1") == (DnsState.NOT_APPLIED, reason))
    assert "a bug" in caplog.text
    names.answer = ""
    await until(lambda: state(watch, "1") == VERIFIED)


async def test_a_machine_whose_names_are_left_alone_has_nothing_to_watch():
    watch = DnsWatch(None, lambda _id: None, lambda *_line: None)
    watch.begin("1", HOME)
    assert watch.status("1") is None
    await watch.end("1")


async def test_a_tunnel_that_is_up_again_is_looked_at_again(watch, names):
    plan = replace(a_plan("home"), steps=(HOME,))
    watch.follow("1", plan)
    await until(lambda: state(watch, "1") == VERIFIED)
    names.standing.discard("home")  # with its link, of which nobody sends news
    watch.follow("1", plan)
    await until(lambda: names.applied == 1)
    assert state(watch, "1") == VERIFIED
