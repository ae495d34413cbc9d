"""Notifications: what nobody sees in the window already, no more often than bearable, and the answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from tests.support.scenes import FILES, NOW_UNIX_S, a_backend, connected_home
from wgdesk.client.notice import Answer, Choice, Kind, Notice
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.errors import NotAuthorized
from wgdesk.domain.finding import Finding
from wgdesk.domain.health import Light
from wgdesk.ui.announcer import Announcer
from wgdesk.ui.flapping import MOST, WITHIN_S


class FakeNotices:
    """Shows what it is given, unless told that nobody is there."""

    def __init__(self) -> None:
        self.shown: list[Notice] = []
        self.withdrawn: list[str] = []
        self.is_there = True
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()

    async def show(self, notice: Notice) -> bool:
        self.shown.append(notice)
        return self.is_there

    async def withdraw(self, tunnel: str) -> None:
        self.withdrawn.append(tunnel)

    async def answers(self) -> AsyncIterator[Answer]:
        while True:
            yield await self._answers.get()

    def answer(self, answer: Answer) -> None:
        self._answers.put_nowait(answer)

    def titles(self) -> list[str]:
        return [notice.title for notice in self.shown]


@dataclass
class FakeEyes:
    is_active: bool = False
    shows: str = ""

    def isActiveWindow(self) -> bool:  # noqa: N802  # Qt's name
        return self.is_active

    def is_showing(self, name: str) -> bool:
        return self.is_active and self.shows == name


@pytest.fixture
def announce(make_desktop):
    """A desktop, what it says, and what the tray shows where nobody else does."""
    kept: list[Announcer] = []  # nobody else holds them

    def make(backend=None, *, eyes=None, wants=True):
        made = make_desktop(FILES, backend)
        notices, balloons = FakeNotices(), []

        def balloon(title: str, body: str, *, is_urgent: bool) -> None:
            balloons.append((title, is_urgent))

        announcer = Announcer(
            made.switchboard, made.bridge, notices, balloon, eyes or FakeEyes(), lambda: wants
        )
        announcer.start()
        made.switchboard._repaint()  # the first look is over
        kept.append(announcer)
        return made, notices, announcer, balloons

    return make


def come_up(made, name: str = "home") -> None:
    made.backend.handshake_unix_s = NOW_UNIX_S - 1
    made.switchboard.connect_tunnel(name)
    made.wait_until(lambda: name in made.answered, "the tunnel")


def light(made, name: str) -> Light:
    return made.switchboard.picture.find_row(name).health.light


def find(made, finding: Finding | None) -> None:
    """Let the helper have found out this about home."""
    machine = made.backend._machine
    found = tuple(replace(tunnel, finding=finding) for tunnel in machine.tunnels)
    made.tell(lambda: made.backend.show(found))


def fall_silent(made) -> None:
    find(made, Finding.UDP_BLOCKED)
    made.wait_until(lambda: light(made, "home") is Light.NO_REPLY, "the silence")


def answer_again(made) -> None:
    find(made, None)
    made.wait_until(lambda: light(made, "home") is Light.CONNECTED, "the answer")


def choices(notice: Notice) -> list[Choice]:
    return [choice for choice, _ in notice.choices]


def test_tunnel_that_comes_up_is_announced_with_the_truth_about_it(announce):
    made, notices, _, _ = announce()
    come_up(made)
    made.wait_until(lambda: bool(notices.shown), "the notification")
    (notice,) = notices.shown
    assert (notice.tunnel, notice.title) == ("home", "Connected to home")
    assert notice.body == "Handshake 1 s ago · all traffic goes through 203.0.113.7."
    assert notice.choices == ((Choice.DISCONNECT, "Disconnect"), (Choice.SHOW, "Show"))
    assert (notice.kind, notice.is_urgent) == (Kind.CONNECTED, False)


def test_take_over_is_named(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    come_up(made, "work")
    made.wait_until(lambda: bool(notices.shown), "the notification")
    assert notices.shown[0].body.endswith("Disconnected for it: home.")


def test_take_over_of_an_earlier_time_up_is_not(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    come_up(made, "work")
    made.wait_until(lambda: len(notices.shown) == 1, "the notification")
    made.tell(lambda: made.backend.show(()))
    made.wait_until(lambda: light(made, "work") is Light.OFF, "the end")
    again = replace(connected_home(), id="id-again", name="work")  # in a terminal
    made.tell(lambda: made.backend.show((again,)))
    made.wait_until(lambda: len(notices.shown) == 2, "the second one")
    assert "Disconnected for it" not in notices.shown[1].body


def test_success_is_quiet_while_the_window_has_focus(announce, qtbot):
    made, notices, _, _ = announce(eyes=FakeEyes(is_active=True))
    come_up(made)
    qtbot.wait(50)
    assert notices.shown == []


@pytest.mark.parametrize(("shows", "count"), [("home", 0), ("work", 1)])
def test_failure_is_quiet_only_where_its_own_page_is_looked_at(announce, qtbot, shows, count):
    made, notices, _, _ = announce(eyes=FakeEyes(is_active=True, shows=shows))
    made.backend.errors["up"] = NotAuthorized()
    with qtbot.waitSignal(made.switchboard.tunnel_failed):
        made.switchboard.connect_tunnel("home")
    qtbot.wait(50)
    assert len(notices.shown) == count


def test_failure_says_what_to_do_and_offers_another_try(announce):
    made, notices, _, _ = announce()
    made.backend.errors["up"] = NotAuthorized()
    made.switchboard.connect_tunnel("home")
    made.wait_until(lambda: bool(notices.shown), "the notification")
    (notice,) = notices.shown
    assert notice.title == "home was not connected"
    assert notice.body == "You are not authorised to do that. Ask an administrator of this machine."
    assert choices(notice) == [Choice.RETRY, Choice.SHOW]
    assert not notice.is_urgent


def test_tunnel_that_breaks_by_itself_is_urgent(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    made.tell(lambda: made.backend.break_down("home", "the engine died"))
    made.wait_until(lambda: bool(notices.shown), "the notification")
    assert (notices.shown[0].title, notices.shown[0].is_urgent) == ("home went down", True)


def test_lost_and_back_again_are_told_once_each(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    fall_silent(made)
    made.switchboard._repaint()
    answer_again(made)
    made.wait_until(lambda: len(notices.shown) == 2, "both")
    assert notices.titles() == ["home does not reply", "Connected to home"]
    assert choices(notices.shown[0]) == [Choice.RETRY, Choice.SHOW]
    assert notices.shown[0].kind is Kind.DISCONNECTED


def test_what_is_lost_at_the_start_is_no_news_but_its_return_is(announce):
    silent = replace(connected_home(), finding=Finding.UDP_BLOCKED)
    made, notices, _, _ = announce(a_backend(silent))
    assert notices.shown == []
    answer_again(made)
    made.wait_until(lambda: bool(notices.shown), "the return")
    assert "Connected to home" in notices.titles()


def test_cause_of_a_silence_is_told_once_when_it_is_found(announce):
    made, notices, _, _ = announce()
    made.switchboard.connect_tunnel("home")
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the wait")
    assert notices.shown == []
    for _ in range(2):
        find(made, Finding.UDP_BLOCKED)
        made.switchboard._repaint()
    made.wait_until(lambda: bool(notices.shown), "the notification")
    assert len(notices.shown) == 1
    assert choices(notices.shown[0]) == [Choice.RETRY, Choice.SHOW]
    assert notices.shown[0].body.startswith("The server's machine is there, but no UDP gets")


def test_name_servers_that_are_not_asked_are_told_with_the_reason(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    dns = DnsStatus(
        backend=DnsBackend.RESOLVED, state=DnsState.NOT_APPLIED, reason="it asked another"
    )
    made.tell(lambda: made.backend.show((replace(connected_home(), dns=dns),)))
    made.wait_until(lambda: bool(notices.shown), "the notification")
    (notice,) = notices.shown
    assert (notice.title, notice.body) == ("home: DNS not applied", "It asked another.")
    assert notice.kind is Kind.ERROR


def test_flapping_tunnel_is_told_a_few_times_then_that_it_keeps_changing_then_not(announce, qtbot):
    made, notices, _, _ = announce(a_backend(connected_home()))
    for _ in range(5):
        fall_silent(made)
        answer_again(made)
    qtbot.wait(50)
    assert len(notices.shown) == MOST + 1
    assert notices.titles()[-1] == "home keeps changing"
    made.switchboard.disconnect_tunnel("home")
    made.wait_until(lambda: light(made, "home") is Light.OFF, "the end")
    qtbot.wait(50)
    assert notices.withdrawn == []  # what is on the screen is still true
    made.tell(lambda: made.backend.show((connected_home(),)))
    made.wait_until(lambda: light(made, "home") is Light.CONNECTED, "home")
    made.now_unix_s += WITHIN_S + 1
    find(made, Finding.UDP_BLOCKED)
    made.wait_until(lambda: len(notices.shown) == MOST + 2, "the next one")
    assert notices.titles()[-1] == "home does not reply"


def test_what_is_over_is_taken_away(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    made.switchboard.disconnect_tunnel("home")
    made.wait_until(lambda: notices.withdrawn == ["home"], "the end of it")
    assert notices.shown == []


def test_switched_off_means_silence(announce, qtbot):
    made, notices, _, balloons = announce(wants=False)
    come_up(made)
    qtbot.wait(50)
    assert (notices.shown, balloons) == ([], [])


def test_tray_shows_it_where_there_is_no_notification_server(announce):
    made, notices, _, balloons = announce()
    notices.is_there = False
    come_up(made)
    made.wait_until(lambda: bool(balloons), "the balloon")
    assert balloons == [("Connected to home", False)]


def test_disconnect_in_the_notification_disconnects(announce):
    made, notices, _, _ = announce(a_backend(connected_home()))
    made.tell(lambda: notices.answer(Answer("home", Choice.DISCONNECT)))
    made.wait_until(lambda: ("down", "id-home") in made.backend.calls, "the order")


def test_show_and_retry_are_passed_on(announce):
    made, notices, announcer, _ = announce(a_backend(connected_home()))
    told: list[tuple[str, ...]] = []
    announcer.show_asked.connect(lambda *words: told.append(words))
    announcer.retry_asked.connect(lambda *words: told.append(words))
    made.tell(lambda: notices.answer(Answer("home", Choice.SHOW, "token-1")))
    made.tell(lambda: notices.answer(Answer("home", Choice.RETRY)))
    made.wait_until(lambda: len(told) == 2, "both")
    assert told == [("home", "token-1"), ("home",)]


def test_answer_about_a_tunnel_that_is_gone_is_answered_in_words(announce):
    made, notices, _, _ = announce()
    made.tell(lambda: notices.answer(Answer("cellar", Choice.RETRY)))
    made.wait_until(lambda: bool(notices.shown), "the words")
    assert notices.titles() == ["cellar is not there any more"]
