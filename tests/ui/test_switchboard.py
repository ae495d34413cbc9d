"""Orders go out, the picture comes back, and nobody is asked more often than somebody looks."""

from dataclasses import replace

import pytest

from tests.support.fakes import a_tunnel
from tests.support.scenes import FILES, HOME, NOW_UNIX_S, a_backend, connected_home
from wgdesk.client.backend import Hello
from wgdesk.domain.errors import EndpointUnresolved, HelperUnreachable, NotAuthorized
from wgdesk.domain.health import Light
from wgdesk.domain.options import HookMode
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.ui.picture import HelperState, Order
from wgdesk.wire.names import API_VERSION


def light(made, name: str) -> Light | None:
    row = made.switchboard.picture.find_row(name)
    return row.health.light if row and row.health else None


def asked(made, method: str) -> int:
    return sum(1 for call, _ in made.backend.calls if call == method)


def test_rows_are_profiles_and_tunnels_without_one(make_desktop):
    made = make_desktop({"work": FILES["work"]}, a_backend(connected_home()))
    names = [(row.name, row.profile is None) for row in made.switchboard.picture.rows]
    assert names == [("home", True), ("work", False)]


def test_order_is_shown_at_once_and_then_its_effect(make_desktop):
    made = make_desktop()
    made.switchboard.toggle("home")
    assert light(made, "home") is Light.STARTING
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the tunnel")
    made.switchboard.toggle("home")
    assert light(made, "home") is Light.STOPPING
    made.wait_until(lambda: light(made, "home") is Light.OFF, "the end")
    orders = [call for call in made.backend.calls if call[0] in {"up", "down"}]
    assert orders == [("up", "home"), ("down", "id1")]


def test_disconnect_saves_into_a_file_that_asks_for_it(make_desktop):
    text = HOME.replace(b"[Peer]", b"SaveConfig = true\n[Peer]")
    made = make_desktop({"home": text, "work": FILES["work"]})
    for name in ("home", "work"):
        made.switchboard.toggle(name)
        made.wait_until(lambda name=name: light(made, name) is Light.WAITING, "the tunnel")
        made.switchboard.toggle(name)
        made.wait_until(lambda name=name: light(made, name) is Light.OFF, "the end")
    assert made.profiles.saved == [("home", "id1")]
    assert [call for call in made.backend.calls if call[0] == "status"] == [("status", "id1")]


def test_order_never_shows_the_old_state_again(make_desktop):
    made = make_desktop()
    made.backend._watchers.clear()  # the worst case: the answer comes before the news
    seen: list[Light | None] = []
    made.switchboard.picture_changed.connect(lambda: seen.append(light(made, "home")))
    made.switchboard.connect_tunnel("home")
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the tunnel")
    assert list(dict.fromkeys(seen)) == [Light.STARTING, Light.WAITING]
    assert seen[-1] is Light.WAITING


def test_second_click_while_under_way_is_no_second_order(make_desktop):
    made = make_desktop()
    made.switchboard.toggle("home")
    made.switchboard.toggle("home")
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the tunnel")
    assert asked(made, "up") == 1


def test_refusal_is_remembered_until_the_next_try(make_desktop, qtbot):
    made = make_desktop()
    made.backend.errors["up"] = NotAuthorized()
    with qtbot.waitSignal(made.switchboard.tunnel_failed) as failed:
        made.switchboard.connect_tunnel("home")
    assert failed.args == ["home"]
    failure = made.switchboard.picture.find_row("home").failure
    assert (failure.order, failure.error.code) == (Order.CONNECT, "NotAuthorized")
    assert light(made, "home") is Light.FAILED
    made.backend.errors.clear()
    made.switchboard.connect_tunnel("home")
    assert made.switchboard.picture.find_row("home").failure is None


def test_dismissed_failure_is_plain_off(make_desktop, qtbot):
    made = make_desktop()
    made.backend.errors["up"] = EndpointUnresolved("x.example", "no network")
    with qtbot.waitSignal(made.switchboard.tunnel_failed):
        made.switchboard.connect_tunnel("home")
    made.switchboard.dismiss("home")
    assert light(made, "home") is Light.OFF


def test_failed_disconnect_leaves_the_tunnel_as_it_is(make_desktop, qtbot):
    made = make_desktop(FILES, a_backend(connected_home()))
    made.backend.errors["down"] = NotAuthorized()
    with qtbot.waitSignal(made.switchboard.tunnel_failed):
        made.switchboard.toggle("home")
    assert light(made, "home") is Light.CONNECTED
    assert made.switchboard.picture.find_row("home").failure.order is Order.DISCONNECT


def test_taken_over_tunnels_are_named(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    made.switchboard.connect_tunnel("work")
    made.wait_until(lambda: light(made, "work") is Light.WAITING, "work")
    assert made.switchboard.picture.find_row("work").took_over == ("home",)
    assert light(made, "home") is Light.OFF


def test_nothing_is_known_without_the_helper_and_everything_again_with_it(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    made.backend.errors["hello"] = HelperUnreachable("it is not installed", "Install it.")
    made.tell(made.backend.vanish)
    made.wait_until(lambda: made.switchboard.picture.helper_error is not None, "the reason")
    assert made.switchboard.picture.helper is HelperState.GONE
    assert {row.health for row in made.switchboard.picture.rows} == {None}
    made.backend.errors.clear()
    made.tell(made.backend.come_back)
    made.wait_until(lambda: light(made, "home") is Light.CONNECTED, "home")


def test_answered_is_told_once_for_each_time_up(make_desktop):
    made = make_desktop()
    made.switchboard.connect_tunnel("home")
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the tunnel")
    assert made.answered == []
    for second in (1, 2):
        made.tell(lambda second=second: made.backend.shake_hands("home", NOW_UNIX_S + second))
    made.wait_until(lambda: light(made, "home") is Light.CONNECTED, "the handshake")
    assert made.answered == ["home"]


def test_tunnel_that_was_up_at_the_start_is_no_news(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    made.tell(lambda: made.backend.shake_hands("home", NOW_UNIX_S))
    made.wait_until(lambda: made.switchboard.picture.find_row("home").heard_unix_s > 0, "news")
    assert made.answered == []


def test_tunnel_that_breaks_while_up_is_told_once(make_desktop, qtbot):
    made = make_desktop(FILES, a_backend(connected_home()))
    told: list[str] = []
    made.switchboard.tunnel_failed.connect(told.append)
    made.tell(lambda: made.backend.break_down("home", "the engine died"))
    made.wait_until(lambda: light(made, "home") is Light.FAILED, "the failure")
    made.tell(lambda: made.backend.break_down("home", "the engine died"))
    qtbot.wait(50)
    assert told == ["home"]
    assert made.switchboard.picture.find_row("home").health.cause == "the engine died"


def test_dismissed_fall_is_forgotten_by_the_helper_too(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    made.tell(lambda: made.backend.break_down("home", "the engine died"))
    made.wait_until(lambda: light(made, "home") is Light.FAILED, "the failure")
    made.switchboard.dismiss("home")
    made.wait_until(lambda: light(made, "home") is Light.OFF, "the end of it")


def test_failed_order_is_told_once_though_the_helper_lists_it_too(make_desktop, qtbot):
    made = make_desktop()
    told: list[str] = []
    made.switchboard.tunnel_failed.connect(told.append)
    made.backend.errors["up"] = EndpointUnresolved("x.example", "no network")
    made.switchboard.connect_tunnel("home")
    fallen = replace(connected_home(), lifecycle=Lifecycle.FAILED, cause="no network")
    made.tell(lambda: made.backend.show((fallen,)))
    made.wait_until(lambda: made.switchboard.picture.find_row("home").failure, "the failure")
    made.tell(lambda: made.backend.show((fallen,)))
    qtbot.wait(50)
    assert told == ["home"]


def test_counters_are_asked_for_while_somebody_looks(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    assert made.switchboard._timer.interval() == 15_000
    made.switchboard.set_watched(True)
    assert made.switchboard._timer.interval() == 1_000
    made.wait_until(lambda: asked(made, "tunnels") >= 2, "a second question")


def test_nobody_is_asked_while_nothing_is_up(make_desktop):
    made = make_desktop()
    made.switchboard.set_watched(True)
    assert not made.switchboard._timer.isActive()


def test_data_that_arrives_is_noticed(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    assert made.switchboard.picture.find_row("home").heard_unix_s == 0
    made.now_unix_s = NOW_UNIX_S + 7
    made.tell(lambda: made.backend.shake_hands("home", NOW_UNIX_S, received=1))
    made.wait_until(
        lambda: made.switchboard.picture.find_row("home").heard_unix_s == NOW_UNIX_S + 7, "data"
    )


@pytest.mark.parametrize("lifecycle", [Lifecycle.FALLING, Lifecycle.RISING])
def test_tunnel_that_somebody_else_changes_is_not_touched(make_desktop, lifecycle):
    made = make_desktop({"home": HOME}, a_backend(replace(connected_home(), lifecycle=lifecycle)))
    made.switchboard.toggle("home")
    made.tell(lambda: None)
    assert asked(made, "up") + asked(made, "down") == 0


def test_engine_is_what_the_helper_says_that_came_last(make_desktop):
    made = make_desktop()
    made.tell(made.backend.vanish)
    made.backend.greeting = Hello(API_VERSION, {"engine": "userspace"})
    made.tell(made.backend.come_back)
    made.wait_until(lambda: made.switchboard.picture.engine == "userspace", "the engine")


def test_commands_run_as_it_was_chosen_for_the_profile(make_desktop, tmp_path):
    hooks = f"PostUp = touch {tmp_path}/up\nPostDown = rm {tmp_path}/up\n".encode()
    made = make_desktop({"home": HOME.replace(b"[Peer]", hooks + b"[Peer]", 1)})
    made.profiles.modes["home"] = HookMode.ME
    made.switchboard.toggle("home")
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the tunnel")
    assert (tmp_path / "up").exists()
    made.switchboard.toggle("home")
    made.wait_until(lambda: light(made, "home") is Light.OFF, "the end")
    assert not (tmp_path / "up").exists()
    made.profiles.modes["home"] = HookMode.ROOT
    made.switchboard.toggle("home")
    made.wait_until(lambda: light(made, "home") is Light.WAITING, "the tunnel")
    assert made.backend.options == {"hooks": "root"}
    assert not (tmp_path / "up").exists()


def test_a_command_that_fails_is_a_failure_of_the_order(make_desktop):
    made = make_desktop({"home": HOME.replace(b"[Peer]", b"PreUp = exit 9\n[Peer]", 1)})
    made.profiles.modes["home"] = HookMode.ME
    made.switchboard.toggle("home")
    made.wait_until(lambda: light(made, "home") is Light.FAILED, "the failure")
    failure = made.switchboard.picture.find_row("home").failure
    assert "PreUp 1 failed: it ended with status 9" in str(failure.error)
    assert asked(made, "up") == 0


def test_time_goes_on_though_nobody_answers(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    made.backend.delay_s = 60
    made.switchboard._ask()
    made.now_unix_s += 600
    made.switchboard._on_timer_timeout()
    made.wait_until(lambda: light(made, "home") is Light.NO_REPLY, "the state of then")


def test_all_are_disconnected_and_what_is_off_is_not_asked_for(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home(), a_tunnel("work", FILES["work"])))
    made.switchboard.disconnect_all()
    made.wait_until(lambda: not made.switchboard._look.tunnels, "the end of both")
    assert sorted(made.backend.calls)[:2] == [("down", "id-home"), ("down", "id-work")]
    assert asked(made, "down") == 2
