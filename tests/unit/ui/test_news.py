"""From one picture to the next: what is news, and what is not."""

from dataclasses import replace

import pytest

from tests.support.scenes import NOW_UNIX_S, connected_home, with_peers
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.finding import Finding
from wgdesk.domain.health import health
from wgdesk.domain.snapshot import Lifecycle, TunnelSnapshot
from wgdesk.ui.news import News, NewsDesk
from wgdesk.ui.picture import HelperState, Picture, TunnelRow

WELL = connected_home()
LOST = with_peers(WELL, latest_handshake_unix_s=NOW_UNIX_S - 400)
WAITING = with_peers(WELL, latest_handshake_unix_s=0)
READY = with_peers(WAITING, sent_bytes=0, keepalive_s=0)
SILENT = replace(WAITING, finding=Finding.UDP_BLOCKED)
DNS = replace(WELL, dns=DnsStatus(backend=DnsBackend.RESOLVED, state=DnsState.NOT_APPLIED))
MENDING = replace(WELL, lifecycle=Lifecycle.MENDING)
LACKING = replace(WELL, lacks="A rule is gone.")
OFF = None


def a_picture(tunnel: TunnelSnapshot | None, helper=HelperState.HERE) -> Picture:
    is_known = helper is HelperState.HERE
    state = health(tunnel, NOW_UNIX_S) if tunnel is not None and is_known else None
    row = TunnelRow(name="home", tunnel=tunnel if is_known else None, health=state)
    return Picture(rows=(row,), helper=helper, now_unix_s=NOW_UNIX_S)


@pytest.mark.parametrize(
    ("story", "news"),
    [
        ([WELL, LOST], [News.LOST]),
        ([WELL, LOST, LOST], [News.LOST]),
        ([WELL, LOST, WELL], [News.LOST, News.BACK]),
        ([LOST, WELL], [News.BACK]),
        ([WELL, MENDING, WELL], []),
        ([LOST, MENDING, WELL], [News.BACK]),
        ([OFF, WAITING, WELL], []),  # the switchboard tells that it answers
        ([OFF, WAITING, SILENT, SILENT], [News.SILENT]),
        ([OFF, SILENT, WELL], [News.SILENT]),
        ([OFF, READY, WAITING, SILENT, WELL], [News.SILENT]),
        ([WELL, DNS], [News.FLAWED]),
        ([OFF, DNS], [News.FLAWED]),
        ([WELL, DNS, WELL], [News.FLAWED, News.MENDED]),
        ([WELL, DNS, LOST], [News.FLAWED, News.LOST]),
        ([WELL, OFF], [News.GONE]),
        ([WELL, OFF, OFF], [News.GONE]),
        ([WELL, replace(LOST, id="another")], []),
        ([WELL, replace(WELL, id="another"), OFF], [News.GONE]),
        ([DNS], []),
        ([WELL, LACKING, DNS, WELL], [News.FLAWED, News.MENDED]),
    ],
)
def test_story_has_its_news(story, news):
    desk = NewsDesk()
    found = [each for tunnel in story for each in desk.look(a_picture(tunnel))]
    assert found == [("home", each) for each in news]


def test_helper_that_is_away_changes_nothing_about_tunnels():
    desk = NewsDesk()
    desk.look(a_picture(WELL))
    assert desk.look(a_picture(None, HelperState.GONE)) == []
    assert desk.look(a_picture(LOST)) == [("home", News.LOST)]
