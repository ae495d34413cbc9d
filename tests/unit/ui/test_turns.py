"""Up or fallen since the last look: each is told once."""

from dataclasses import replace

import pytest

from tests.support.scenes import NOW_UNIX_S, connected_home, with_peers
from wgdesk.domain.health import health
from wgdesk.domain.snapshot import Lifecycle, TunnelSnapshot
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.turns import Turn, Turns

WELL = connected_home()
WAITING = with_peers(WELL, latest_handshake_unix_s=0)
RISING = replace(WELL, lifecycle=Lifecycle.RISING)
FALLEN = replace(WELL, lifecycle=Lifecycle.FAILED)
OFF = None
UP = Turn("home", has_fallen=False)
DOWN = Turn("home", has_fallen=True)


def rows(tunnel: TunnelSnapshot | None) -> list[TunnelRow]:
    state = health(tunnel, NOW_UNIX_S) if tunnel is not None else None
    return [TunnelRow(name="home", tunnel=tunnel, health=state)]


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ([OFF, RISING, WAITING, WELL, WELL], [UP]),
        ([WELL, RISING, WELL], [UP]),
        ([WELL, OFF, WELL], [UP, UP]),
        ([WELL, FALLEN, FALLEN], [UP, DOWN]),
        ([RISING, WAITING], []),
    ],
)
def test_each_turn_is_told_once(story, told):
    turns = Turns()
    assert [it for each in story for it in turns.since_last(rows(each), quietly=False)] == told


def test_what_was_so_from_the_start_is_no_news():
    turns = Turns()
    assert turns.since_last(rows(WELL), quietly=True) == []
    assert turns.since_last(rows(WELL), quietly=False) == []
    assert turns.since_last(rows(FALLEN), quietly=False) == [DOWN]
