"""What a helper that was killed left behind, and taking it away.

Links carry our alias and rules our protocol number, so nothing of anybody else is met.
Runs on the netlink thread.
"""

import socket
from contextlib import suppress
from typing import Any

_FAMILIES = (socket.AF_INET, socket.AF_INET6)


def clear_leftovers(
    route: Any, *, alias: str, protocol: int, refused: type[Exception]
) -> tuple[str, ...]:
    """Remove by an IPRoute socket all rules, then all links, that are marked as ours.

    `refused` is what the socket raises, for things that went meanwhile.

    Returns:
        What was removed, in words for the journal.
    """
    return (*_clear_rules(route, protocol, refused), *_clear_links(route, alias, refused))


def _clear_rules(route: Any, protocol: int, refused: type[Exception]) -> list[str]:
    cleared = []
    for family in _FAMILIES:
        for rule in route.get_rules(family=family):
            if rule.get_attr("FRA_PROTOCOL") != protocol:
                continue
            with suppress(refused):  # gone meanwhile
                _delete_rule(route, family, rule)
                cleared.append(f"rule {rule.get_attr('FRA_PRIORITY')}")
    return cleared


def _delete_rule(route: Any, family: int, rule: Any) -> None:
    words = {
        "priority": rule.get_attr("FRA_PRIORITY"),
        "table": rule.get_attr("FRA_TABLE") or rule["table"] or None,
        "action": rule["action"],
        "fwmark": rule.get_attr("FRA_FWMARK"),
        "dst": rule.get_attr("FRA_DST"),
        "dst_len": rule["dst_len"] or None,
        "protocol": rule.get_attr("FRA_PROTOCOL"),
    }
    known = {name: value for name, value in words.items() if value is not None}
    route.rule("del", family=family, **known)


def _clear_links(route: Any, alias: str, refused: type[Exception]) -> list[str]:
    cleared = []
    for link in route.get_links():
        if link.get_attr("IFLA_IFALIAS") != alias:
            continue
        with suppress(refused):  # gone meanwhile
            route.link("del", index=link["index"])
            cleared.append(f"interface {link.get_attr('IFLA_IFNAME')}")
    return cleared
