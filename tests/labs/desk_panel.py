"""Lab desk's panel and notifications, beyond looking: menus read over D-Bus, buttons, restarts."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.labs.desk import WAIT_S, WATCHER, Desk
from tests.labs.desk_home import CHOICE
from tests.labs.desk_sights import TrayItem
from tests.labs.programs import end_processes

MENU = "com.canonical.dbusmenu"
MENU_PATH = "/MenuBar"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A row of a menu as a panel is told of it; `ticked` is None where there is no tick."""

    id: int
    label: str
    enabled: bool = True
    ticked: bool | None = None
    entries: tuple["MenuEntry", ...] = ()


def read_menu(desk: Desk, item: TrayItem) -> list[MenuEntry]:
    """What is visible of the icon's menu; a line has the label "---"."""
    text = _ask_menu(desk, item, "GetLayout", "iias", "0", "--", "-1", "0")
    return list(_entries(json.loads(text)["data"][1]))


def choose_entry(desk: Desk, item: TrayItem, number: int) -> None:
    """Click on an entry as another panel would, or one that has not heard of the last change."""
    _ask_menu(desk, item, "Event", "isvu", str(number), "clicked", "s", "", "0", check=False)


def _ask_menu(
    desk: Desk, item: TrayItem, method: str, signature: str, *words: str, check: bool = True
) -> str:
    address = f"--address={desk.env['DBUS_SESSION_BUS_ADDRESS']}"
    call = ("call", item.service, MENU_PATH, MENU, method, signature, *words)
    return desk.run("busctl", address, "--json=short", *call, check=check)


def _entries(node: list[Any]) -> tuple[MenuEntry, ...]:
    found = []
    for child in node[2]:
        number, members, _ = part = child["data"]
        known = {name: value["data"] for name, value in members.items()}
        if not known.get("visible", True):
            continue
        label = "---" if known.get("type") == "separator" else known.get("label", "")
        ticked = bool(known.get("toggle-state", 0)) if "toggle-type" in known else None
        found.append(MenuEntry(number, label, known.get("enabled", True), ticked, _entries(part)))
    return tuple(found)


def stop_panel(desk: Desk) -> None:
    """The panel and all its icons go; nobody is the watcher any more."""
    panels = [pid for pid in desk.processes() if _name(pid) in {"xfce4-panel", "wrapper-2.0"}]
    end_processes(panels)
    desk.wait_for(
        lambda: True if desk._find_owner(WATCHER) is None else None, "the panel to end", WAIT_S
    )


def start_panel(desk: Desk) -> None:
    desk.start("xfce4-panel", "--disable-wm-check")
    desk.wait_for(lambda: desk._find_owner(WATCHER), "the panel", WAIT_S)


def shown_notifications(desk: Desk) -> int:
    """How many are on the screen now."""
    return int(desk.run("dunstctl", "count", "displayed"))


def press_in_notification(desk: Desk, label: str) -> subprocess.Popen[bytes]:
    """Press that button of what is on the screen, by the menu that dunst offers."""
    (desk.home / CHOICE).write_text(label, encoding="utf-8")
    return desk.start("dunstctl", "context")


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
