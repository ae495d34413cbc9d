"""All tunnels in a line: the worst first, few names, and numbers of the rest."""

from dataclasses import replace

import pytest

from tests.support.fakes import a_tunnel
from tests.support.scenes import HOME, NOW_UNIX_S, connected_home
from wgdesk.domain.conf import read_profile
from wgdesk.domain.health import health
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.picture import HelperState, Picture, TunnelRow
from wgdesk.ui.rates import History, Span
from wgdesk.ui.summary import addresses_text, names_text, status_text, stays_text, tooltip_text


def a_row(name: str, tunnel: TunnelSnapshot | None = None) -> TunnelRow:
    tunnel = tunnel or a_tunnel(name, HOME, handshake_unix_s=NOW_UNIX_S - 10)
    state = health(tunnel, NOW_UNIX_S)
    return TunnelRow(name=name, profile=read_profile(HOME), tunnel=tunnel, health=state)


def a_picture(*rows: TunnelRow) -> Picture:
    return Picture(rows=rows, helper=HelperState.HERE, now_unix_s=NOW_UNIX_S)


ROWS = tuple(a_row(name) for name in ("cellar", "home", "office", "work", "zoo"))


def test_status_names_a_few_and_counts_the_rest():
    assert status_text(a_picture(*ROWS)) == (
        "Connected to cellar · Connected to home · Connected to office · 2 more"
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "cellar"), (3, "cellar, home, office"), (5, "cellar, home, office and 2 more")],
)
def test_names_are_few(count, text):
    assert names_text(ROWS[:count]) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "1 tunnel stays up: cellar."), (2, "2 tunnels stay up: cellar, home.")],
)
def test_what_stays_up_is_counted_and_named(count, text):
    assert stays_text(ROWS[:count]) == text


def test_addresses_are_those_of_the_only_tunnel():
    home = a_row("home", connected_home())
    assert addresses_text(a_picture(home)) == "Addresses: 10.8.0.2, fd08::2"
    assert addresses_text(a_picture(home, a_row("work"))) == ""
    assert addresses_text(a_picture()) == ""


def test_tooltip_tells_the_state_in_words():
    assert tooltip_text(a_picture(a_row("home"))) == "wgdesk: Connected to home"
    assert tooltip_text(a_picture()) == "wgdesk: No tunnel is up"


def test_tooltip_adds_up_what_goes_through_all_that_work():
    history = History(spans=(Span(0, 1, 2048, 512),))
    rows = [replace(a_row(name), history=history) for name in ("home", "office")]
    assert tooltip_text(a_picture(*rows)) == (
        "Connected to home · Connected to office · ↓ 4.0 KiB/s ↑ 1.0 KiB/s"
    )


def test_tooltip_does_not_count_keepalives():
    row = replace(a_row("home"), history=History(spans=(Span(0, 1, 512, 500),)))
    assert tooltip_text(a_picture(row)) == "wgdesk: Connected to home"
