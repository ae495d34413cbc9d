"""The real window as a screen reader is told about it, and used without a mouse."""

import sys
from functools import partial

from tests.labs import desk_ears
from tests.labs.desk import Desk
from tests.labs.desk_ears import HEARD, Heard, listen, wait_to_hear
from tests.labs.fixtures import require
from wgdesk.sandbox.polkit import Verdict
from wgdesk.sandbox.world import World
from wgdesk.wire.names import ACTION_CONNECT

WINDOW = (sys.executable, "-m", "wgdesk")
NOTHING_UP = "No tunnel is up"
HOME_UP = "Connected to home"
USABLE = {"enabled", "focusable", "sensitive", "showing"}
MOST_TABS = 12
UNKNOWN_ROLES = {"unknown", "invalid", "redundant object"}

hear = partial(listen, application="wgdesk")
wait_for = partial(wait_to_hear, application="wgdesk")


def has_link(world: World) -> bool:
    return " home:" in world.run_on_machine(["ip", "-oneline", "link"]).stdout


def shown(tree: Heard, role: str) -> list[str]:
    return [it.name.strip() for it in tree.every(role) if "showing" in it.states]


def focused(tree: Heard) -> list[tuple[str, str]]:
    """A list says so of its current row at any time, which counts where nothing else does."""
    others = [it for it in tree.every() if it.role not in {"list", "list item"}]
    rows = [*tree.find("list", "Tunnels").every("list item")]
    found = [
        [(it.role, it.name) for it in some if "focused" in it.states] for some in (others, rows)
    ]
    return found[0] or found[1]


def go_to(desk: Desk, name: str) -> None:
    """By Tab to a button."""
    for _ in range(MOST_TABS):
        if focused(hear(desk)) == [("push button", name)]:
            return
        desk.key("Tab")
    raise AssertionError(f"Tab does not come to {name}: {focused(hear(desk))}")


def nameless(tree: Heard) -> list[str]:
    """The roles of what can be used and does not say what for."""
    return [
        it.role
        for it in tree.every()
        if it.states >= USABLE and (not it.name.strip() or it.role in UNKNOWN_ROLES)
    ]


def test_tree_has_every_part_of_the_window_by_name(place):
    desk, _ = place
    tree = hear(desk)
    assert shown(tree, "frame") == [f"{NOTHING_UP} – wgdesk"]  # noqa: RUF001  # as titles have it
    assert shown(tree.find("list", "Tunnels"), "list item") == [
        "attached_home, Off · 2 subnets",
        "home, Off · all traffic",
        "work, Off · all traffic",
    ]
    button = tree.find("push button", "Connect: attached_home")
    assert button.states >= USABLE
    labels = shown(tree, "label")
    assert "attached_home is off" in labels
    assert "Listening port: automatic" in labels
    headers = shown(tree, "table column header")
    assert {"Public key", "Endpoint", "Latest handshake", "Allowed IPs"} <= set(headers)
    assert "" not in headers
    assert nameless(tree) == []


def test_every_page_is_reached_by_arrows_and_all_in_it_has_a_name(place):
    desk, _ = place
    pages = shown(hear(desk), "radio button")
    assert pages[0] == "Tunnels"
    for _ in range(4):  # back from the list to the bar of pages
        if focused(hear(desk)) == [("radio button", "Tunnels")]:
            break
        desk.key("shift+Tab")
    for page in pages[1:]:
        desk.key("Right")
        wait_for(desk, role="radio button", name=page)
        tree = hear(desk)
        assert focused(tree) == [("radio button", page)]
        assert "checked" in tree.find("radio button", page).states
        assert nameless(tree) == []


def test_list_comes_before_what_it_chooses(place):
    """In the order in which a screen reader goes through the window."""
    desk, _ = place
    order = [it.name for it in hear(desk).every() if "showing" in it.states]
    assert order.index("Tunnels") < order.index("Connect: attached_home") < order.index("Peers")


def test_tunnel_is_switched_by_keys_alone_and_every_state_is_told(place):
    desk, world = place
    assert focused(hear(desk)) == [("list item", "attached_home, Off · 2 subnets")]
    desk.key("Down")
    item = wait_for(desk, role="list item", name="home, Off · all traffic")
    assert {"focused", "selected"} <= item.states
    go_to(desk, "Connect: home")
    desk.key("Return")

    wait_for(desk, role="list item", name="home, Connected · all traffic")
    wait_for(desk, role="frame", name=HOME_UP)
    tree = hear(desk)
    assert tree.find("push button", "Disconnect: home").states >= USABLE
    assert "Connected" in shown(tree, "label")  # the mark's word
    assert HOME_UP in shown(tree, "label")
    assert "203.0.113.10:51820" in shown(tree, "table cell")
    assert has_link(world)

    # The button that did it still has the keyboard.
    assert focused(tree) == [("push button", "Disconnect: home")]
    desk.key("Return")
    wait_for(desk, role="list item", name="home, Off · all traffic")
    wait_for(desk, role="frame", name=NOTHING_UP)
    assert not has_link(world)


def test_failure_is_told_and_put_away_by_keys(place):
    desk, world = place
    world.answer(Verdict.NO, ACTION_CONNECT)
    desk.key("Down", "Return")
    told = wait_for(desk, role="panel", name="home was not connected")
    assert "authori" in told.name
    assert "showing" in told.states
    go_to(desk, "Dismiss")
    desk.key("space")
    wait_for(desk, role="list item", name="home, Off")
    assert "Dismiss" not in shown(hear(desk), "push button")


def test_window_speaks_the_language_of_the_desktop(desk, fresh_world):
    require("desk", desk_ears.missing())
    desk.start(*WINDOW, env={**fresh_world.own_env, **HEARD, "LANGUAGE": "de:en"})
    desk.wait_for_window("Kein Tunnel ist verbunden")
    wait_for(desk, role="list item", name="home, Aus · aller Verkehr")
    assert "Verbinden: attached_home" in shown(hear(desk), "push button")
