"""The words on the screen, state by state."""

from dataclasses import replace

import pytest

from tests.support.fakes import a_tunnel
from tests.support.scenes import (
    ATTACHED_HOME,
    BROKEN,
    HOME,
    NOW_UNIX_S,
    WORK,
    a_look,
    an_entry,
    connected_home,
    with_peers,
)
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import EngineMissing, NotAuthorized
from wgdesk.domain.health import Health, Light, health
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.ui.actions import action
from wgdesk.ui.faces import face
from wgdesk.ui.facts import interface_facts
from wgdesk.ui.look import Look
from wgdesk.ui.marks import Mark
from wgdesk.ui.picture import (
    Failure,
    HelperState,
    Memory,
    Order,
    Picture,
    ProfileEntry,
    RowBook,
    TunnelRow,
)
from wgdesk.ui.sentences import headline, kind_text, line_text, notice_texts, sentence
from wgdesk.ui.summary import status_text, worst_face
from wgdesk.ui.troubles import helper_trouble, trouble
from wgdesk.ui.wording import as_sentence, helper_text, plain_tooltip, short_ago


def row_of(tunnel, profile=HOME, **more) -> TunnelRow:
    return TunnelRow(
        name=tunnel.name,
        profile=read_profile(profile),
        tunnel=tunnel,
        health=health(tunnel, NOW_UNIX_S),
        **more,
    )


def off_row(name="home", profile=HOME, **more) -> TunnelRow:
    return TunnelRow(name=name, profile=read_profile(profile), **more)


WAITING = with_peers(a_tunnel("home", HOME), sent_bytes=592)
SILENT = with_peers(a_tunnel("home", HOME, handshake_unix_s=NOW_UNIX_S - 400), sent_bytes=1480)
READY = a_tunnel("attached_home", ATTACHED_HOME)
ONE_SUBNET = ATTACHED_HOME.replace(b", 192.168.51.0/24", b"")
FALLEN = replace(connected_home(), lifecycle=Lifecycle.FAILED, cause="the engine died")


@pytest.mark.parametrize(
    ("row", "mark", "line", "title", "told"),
    [
        (
            off_row(),
            Mark.OFF,
            "Off · all traffic",
            "home is off",
            "When connected, all traffic goes through it.",
        ),
        (
            off_row(health=Health(Light.STARTING)),
            Mark.BUSY,
            "Starting… · all traffic",
            "Connecting to home…",
            "The helper sets the tunnel up; it may ask for your password first.",
        ),
        (
            row_of(WAITING),
            Mark.ATTENTION,
            "Waiting for handshake · all traffic",
            "home: waiting for handshake",
            "No handshake so far · 592 B sent, no reply · all traffic goes through 203.0.113.7",
        ),
        (
            row_of(connected_home(), heard_unix_s=NOW_UNIX_S - 2),
            Mark.CONNECTED,
            "Connected · all traffic",
            "Connected to home",
            "Handshake 38 s ago · replies arriving · all traffic goes through 203.0.113.7",
        ),
        (
            row_of(connected_home(), heard_unix_s=NOW_UNIX_S - 45),
            Mark.CONNECTED,
            "Connected · all traffic",
            "Connected to home",
            "Handshake 38 s ago · last reply 45 s ago · all traffic goes through 203.0.113.7",
        ),
        (
            row_of(SILENT),
            Mark.ATTENTION,
            "No reply for 6 min · all traffic",
            "home does not reply",
            "Handshake 6 min ago · 1.45 KiB sent, no reply · all traffic goes through 203.0.113.7",
        ),
        (
            row_of(READY, ATTACHED_HOME),
            Mark.READY,
            "Ready · 2 subnets",
            "attached_home is ready",
            (
                "No traffic so far, so no handshake was needed · "
                "only 192.168.50.0/24 and 192.168.51.0/24 go through it"
            ),
        ),
        (
            row_of(FALLEN),
            Mark.FAILED,
            "Failed: the engine died · all traffic",
            "home failed",
            "When connected, all traffic goes through it.",
        ),
        (
            off_row(health=None),
            Mark.ATTENTION,
            "State unknown · all traffic",
            "home: state unknown",
            "The helper does not answer, so nobody can say what this tunnel does.",
        ),
    ],
    ids=[
        "off",
        "starting",
        "waiting",
        "connected",
        "connected-quiet",
        "silent",
        "ready",
        "failed",
        "unknown",
    ],
)
def test_state_is_told_by_mark_line_headline_and_sentence(row, mark, line, title, told):
    assert face(row).mark is mark
    assert line_text(row) == line
    assert headline(row) == title
    assert sentence(row, NOW_UNIX_S) == told


def test_a_tunnel_for_one_family_does_not_claim_all_traffic():
    only_v4 = HOME.replace(b", ::/0", b"")
    off = off_row(profile=only_v4)
    assert sentence(off, NOW_UNIX_S) == "When connected, all IPv4 traffic goes through it."
    up = row_of(a_tunnel("home", only_v4, handshake_unix_s=NOW_UNIX_S - 38), only_v4)
    told = "Handshake 38 s ago · all IPv4 traffic goes through 203.0.113.7"
    assert sentence(up, NOW_UNIX_S) == told


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        (ATTACHED_HOME, "only 192.168.50.0/24 and 192.168.51.0/24 go through it"),
        (ONE_SUBNET, "only 192.168.50.0/24 goes through it"),
        (ONE_SUBNET.replace(b"0/24", b"0/24, 10.1.0.0/16, 10.2.0.0/16"), "only 3 subnets go thr"),
        (ONE_SUBNET.replace(b"[Peer]", b"Table = off\n[Peer]"), "it changes no routes"),
    ],
    ids=["two", "one", "many", "none"],
)
def test_sentence_says_what_would_go_through(profile, told):
    assert sentence(off_row(profile=profile), NOW_UNIX_S).startswith(f"When connected, {told}")


def test_kind_of_a_server_is_the_number_of_its_peers():
    other = ATTACHED_HOME[ATTACHED_HOME.index(b"[Peer]") :].replace(b"HIgo9x", b"xTIBA5")
    assert kind_text(read_profile(ATTACHED_HOME + other)) == "2 peers"


def test_kind_of_a_tunnel_without_a_file_is_what_the_helper_knows():
    assert kind_text(None, connected_home()) == "all traffic"
    assert (kind_text(None, READY), kind_text(None)) == ("", "")


@pytest.mark.parametrize(("age_s", "told"), [(30, "replies arriving"), (31, "last reply 31 s ago")])
def test_replies_arrive_for_half_a_minute(age_s, told):
    row = row_of(connected_home(), heard_unix_s=NOW_UNIX_S - age_s)
    assert f" · {told} · " in sentence(row, NOW_UNIX_S)


def test_sentence_names_no_address_where_the_peer_has_none():
    tunnel = with_peers(connected_home(), endpoint=None)
    assert sentence(row_of(tunnel), NOW_UNIX_S).endswith(" · all traffic goes through it")


def test_a_file_that_cannot_be_used_is_said_in_every_place_unless_its_tunnel_is_up():
    error = an_entry("home", BROKEN).error
    broken = TunnelRow(name="home", profile_error=error)
    assert (face(broken).mark, face(broken).word) == (Mark.ATTENTION, "Cannot be used")
    assert headline(broken) == "home cannot be used"
    assert sentence(broken, NOW_UNIX_S).startswith("As long as its file cannot be understood")
    up = replace(row_of(connected_home()), profile=None, profile_error=error)
    assert (face(up).word, headline(up)) == ("Connected", "Connected to home")
    assert trouble(up) is None
    assert notice_texts(up)[-1].startswith("The file has changed and cannot be used: ")


def test_every_state_has_a_shape_a_colour_and_a_word():
    faces = [face(off_row(health=Health(light))) for light in Light]
    assert all(each.word for each in faces)
    quiet = {Mark.OFF, Mark.BUSY, Mark.READY}
    assert {each.mark for each in faces if each.tone == "quiet"} == quiet


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (HOME, "all traffic"),
        (ATTACHED_HOME, "2 subnets"),
        (ONE_SUBNET, "1 subnet"),
        (HOME.replace(b"[Peer]", b"Table = off\n[Peer]"), "no routes"),
        (HOME.replace(b", ::/0", b""), "all IPv4 traffic"),
        (HOME.replace(b"0.0.0.0/0, ", b""), "all IPv6 traffic"),
    ],
)
def test_kind_says_what_goes_through(text, kind):
    assert kind_text(read_profile(text)) == kind


@pytest.mark.parametrize(
    ("row", "order", "text", "can"),
    [
        (off_row(), Order.CONNECT, "Connect", True),
        (row_of(connected_home()), Order.DISCONNECT, "Disconnect", True),
        (row_of(FALLEN), Order.CONNECT, "Connect", True),
        (off_row(health=Health(Light.STARTING)), Order.DISCONNECT, "Connecting…", False),
        (off_row(health=Health(Light.STOPPING)), Order.CONNECT, "Disconnecting…", False),
        (off_row(health=None), Order.CONNECT, "Connect", True),
    ],
)
def test_button_offers_what_makes_sense(row, order, text, can):
    offered = action(row)
    assert (offered.order, offered.text, not offered.why_not) == (order, text, can)


def test_trouble_names_what_failed_why_and_the_remedy():
    words = trouble(off_row(failure=Failure(Order.CONNECT, NotAuthorized())))
    assert (words.title, words.body, words.remedy) == (
        "home was not connected",
        "You are not authorised to do that.",
        "Ask an administrator of this machine.",
    )
    words = trouble(row_of(FALLEN))
    assert (words.title, words.body) == ("home went down", "The engine died.")
    assert trouble(row_of(connected_home())) is None


def test_trouble_of_a_file_lists_its_mistakes_up_to_a_limit():
    text = BROKEN + b"Bad = 1\n" * 9
    entry = an_entry("cafe", text)
    lines = trouble(TunnelRow(name="cafe", profile_error=entry.error)).body.splitlines()
    assert lines[0].startswith("Line 2, column 1: “Adress” is not a key that wg or wg-quick knows.")
    assert len(lines) == 6
    assert lines[5] == "And 5 more problems."
    five = an_entry("cafe", BROKEN + b"Bad = 1\n" * 4)
    assert len(trouble(TunnelRow(name="cafe", profile_error=five.error)).body.splitlines()) == 5


def test_notices_say_what_is_not_done_and_what_made_room():
    assert notice_texts(off_row("work", WORK)) == ()  # what DNS comes to nobody knows yet
    assert notice_texts(row_of(a_tunnel("work", WORK), WORK, took_over=("home",))) == (
        "home was disconnected, because its routes meet those of work.",
        "DNS servers in this profile are not applied; names are still looked up as before.",
    )


def test_helper_that_is_missing_is_explained():
    error = EngineMissing("it has no module")
    gone = Picture(helper=HelperState.GONE, helper_error=error)
    assert helper_trouble(gone).remedy == error.remedy
    assert helper_text(gone) == "Helper not reachable"
    assert helper_trouble(Picture(helper=HelperState.HERE)) is None
    here = Picture(helper=HelperState.HERE, engine="kernel")
    assert helper_text(here) == "Helper ready · kernel WireGuard"


@pytest.mark.parametrize(
    ("age_s", "text"),
    [
        (0, "0 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (48 * 3600, "2 days ago"),
        (-5, "0 s ago"),
    ],
)
def test_short_ago_has_one_unit(age_s, text):
    assert short_ago(NOW_UNIX_S - age_s, NOW_UNIX_S) == text


def test_facts_say_engine_and_reason():
    facts = {
        fact.label: fact.value for fact in interface_facts(row_of(connected_home()), NOW_UNIX_S)
    }
    assert facts["Engine"] == "kernel WireGuard (the kernel module answers)"
    assert facts["Up for"] == "2 hours, 5 minutes"
    assert facts["MTU"] == "1420 bytes"


def test_facts_of_a_tunnel_that_is_off_are_the_files():
    facts = {fact.label: fact.value for fact in interface_facts(off_row(), NOW_UNIX_S)}
    assert (facts["Addresses"], facts["MTU"]) == ("10.8.0.2/24, fd08::2/64", "automatic")
    assert interface_facts(TunnelRow(name="gone"), NOW_UNIX_S) == ()


def test_no_words_contain_a_private_key():
    key = read_profile(HOME).interface.private_key.base64()
    rows = [off_row(), row_of(connected_home()), off_row("work", WORK)]
    told = [
        text
        for row in rows
        for text in (
            sentence(row, NOW_UNIX_S),
            line_text(row),
            *notice_texts(row),
            *(fact.value for fact in interface_facts(row, NOW_UNIX_S)),
        )
    ]
    assert not any(key in text for text in told)


def picture(*rows: TunnelRow, helper=HelperState.HERE) -> Picture:
    return Picture(rows=rows, helper=helper)


def test_tray_shows_the_worst_of_all_tunnels():
    fine, silent = row_of(connected_home()), row_of(replace(SILENT, name="work"))
    assert worst_face(picture(fine, off_row())).mark is Mark.CONNECTED
    assert worst_face(picture(fine, silent)).mark is Mark.ATTENTION
    assert worst_face(picture(off_row())).mark is Mark.OFF
    assert worst_face(picture(fine, helper=HelperState.GONE)).mark is Mark.ATTENTION
    assert status_text(picture(fine, silent)) == "work does not reply · Connected to home"
    assert status_text(picture()) == "No tunnel is up"


def test_broken_file_alone_does_not_trouble_the_tray():
    broken = TunnelRow(name="cafe", profile_error=an_entry("cafe", BROKEN).error)
    assert worst_face(picture(broken)).mark is Mark.OFF


def test_rows_come_in_the_order_people_count():
    entries = [ProfileEntry(name=name) for name in ("office10", "Office2", "home")]
    rows = RowBook().write(entries, Look(), Memory())
    assert [row.name for row in rows] == ["home", "Office2", "office10"]


def test_failed_order_to_disconnect_does_not_paint_a_tunnel_off():
    memory = Memory(failures={"home": Failure(Order.DISCONNECT, NotAuthorized())})
    (row,) = RowBook().write([], a_look(connected_home()), memory)
    assert row.health.light is Light.CONNECTED


@pytest.mark.parametrize(
    ("text", "shown"),
    [("it broke", "It broke."), ("“x” broke.", "“x” broke."), ("", ""), ("a (b)", "A (b).")],
)
def test_clause_becomes_a_sentence(text, shown):
    assert as_sentence(text) == shown


def test_tooltip_takes_text_literally():
    assert plain_tooltip("<img src=x>\nb") == "<qt>&lt;img src=x&gt;<br>b</qt>"
