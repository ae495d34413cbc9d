"""The network of a box as text, to compare before and after."""

import re

from tests.labs.box import Box

COMMANDS = ("link", "address", "route show table all", "-6 route show table all", "rule", "-6 rule")


def network_of(box: Box) -> str:
    """Links, addresses, routes, rules and firewall."""
    parts = [box.ip(*words.split()) for words in COMMANDS]
    parts.append(box.run(["nft", "list", "ruleset"]).stdout)
    return re.sub(r"(valid_lft|preferred_lft|expires) \d+sec", "", "\n".join(parts))
