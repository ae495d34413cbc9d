"""A profile with a title is called by it wherever people read of it."""

from dataclasses import replace

import pytest

from tests.support.scenes import BROKEN, HOME, a_look, an_entry, connected_home
from wgdesk.domain.errors import NotAuthorized
from wgdesk.domain.health import Light
from wgdesk.domain.route_entries import Group, Place
from wgdesk.domain.situation import Exit, Share, Situation, Way
from wgdesk.ui.facts import interface_facts
from wgdesk.ui.naming import name_in, names_in, shown_name, titles_in
from wgdesk.ui.picture import Failure, Memory, Order, Picture, RowBook
from wgdesk.ui.route_words import group_title
from wgdesk.ui.sentences import headline
from wgdesk.ui.situation_words import called, situation_text
from wgdesk.ui.summary import status_text
from wgdesk.ui.troubles import trouble

TITLE = "Heim – Büro"  # noqa: RUF001  # as people write


def a_row(memory: Memory | None = None, content: bytes = HOME, look=None):
    entry = replace(an_entry("home", content), title=TITLE)
    (row,) = RowBook().write((entry,), look, memory or Memory())
    return row


def test_title_goes_before_the_name_of_the_interface():
    row = a_row()
    assert shown_name(row) == TITLE
    assert shown_name(replace(row, title="")) == "home"


def test_names_are_looked_up_in_the_picture():
    picture = Picture(rows=(a_row(),))
    assert name_in(picture, "home") == TITLE
    assert names_in(picture, ("home", "other")) == (TITLE, "other")
    assert titles_in(picture) == {"home": TITLE}


@pytest.mark.parametrize("light", list(Light))
def test_headline_has_it_in_every_state(light):
    row = a_row(look=a_look(connected_home()))
    assert TITLE in headline(replace(row, health=replace(row.health, light=light)))


def test_trouble_has_it():
    failed = Memory(failures={"home": Failure(Order.CONNECT, NotAuthorized())})
    assert trouble(a_row(failed)).title == f"{TITLE} was not connected"
    assert TITLE in trouble(a_row(content=BROKEN)).title


def test_title_of_the_window_has_it():
    row = a_row(look=a_look(connected_home()))
    assert status_text(Picture(rows=(row,))) == f"Connected to {TITLE}"


def test_routes_have_it():
    titles = {"home": TITLE}
    whole = Exit(Way.TUNNEL, "home")
    now = Situation(exit_v4=whole, exit_v6=whole)
    assert situation_text(called(now, titles)) == f"Everything goes through {TITLE}."
    (network,) = HOME and (connected_home().routes[0].destination,)
    shared = Situation(shares=(Share("home", (network,)),), idle=("home",))
    assert TITLE in situation_text(called(shared, titles))
    assert called(Situation(exit_v4=Exit(Way.LINK, "home")), titles).exit_v4.name == "home"


def test_groups_of_routes_have_it():
    group = Group(place=Place.TUNNEL, name="home", entries=())
    assert group_title(group, TITLE) == f"Goes through {TITLE}"


def test_interface_is_named_where_it_is_called_otherwise():
    assert interface_facts(a_row(), 0)[0].value == "home"
    assert interface_facts(replace(a_row(), title=""), 0)[0].label == "Addresses"
