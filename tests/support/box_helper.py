"""The installed helper of a box, looked at from outside."""

import json
import re
from typing import Any

from tests.labs.box import Box
from wgdesk.wire import names

UNIT = "wgdesk-helper.service"
RULES = "/etc/polkit-1/rules.d"
APPROVE_ALL = """polkit.addRule(function (action) {
    if (action.id.indexOf("org.wgdesk.") == 0) return polkit.Result.YES;
});
"""


def approve_all(box: Box) -> None:
    """Let everybody do everything: what polkit says is not the matter here."""
    box.write(f"{RULES}/10-test.rules", APPROVE_ALL)
    box.run(["systemctl", "restart", "polkit"])


def listed(box: Box, user: str = "alice") -> dict[str, Any]:
    where = [names.BUS_NAME, names.OBJECT_PATH, names.INTERFACE]
    answer = box.run(["busctl", "--json=short", "call", *where, "List"], user=user)
    return json.loads(json.loads(answer.stdout)["data"][0])


def helper_pid(box: Box) -> str:
    return main_pid(box, UNIT)


def engine_pid(box: Box, name: str = "home") -> str:
    return main_pid(box, f"wgdesk-go@{name}.service")


def main_pid(box: Box, unit: str) -> str:
    """ "0" where it does not run."""
    show = ["systemctl", "show", "--value", "--property=MainPID", unit]
    return box.run(show).stdout.strip()


def kill_helper(box: Box) -> None:
    box.run(["kill", "-KILL", helper_pid(box)])


def network(box: Box) -> str:
    """Links, addresses, routes, rules and nftables, less what changes by itself."""
    routes = ("route show table all", "-6 route show table all")
    commands = ("link", "address", *routes, "rule", "-6 rule")
    text = "\n".join(box.ip(*words.split()) for words in commands)
    text += box.run(["nft", "list", "ruleset"]).stdout
    return re.sub(r"(valid_lft|preferred_lft) \d+sec|expires \d+sec", "", text)
