"""The machine's own network before and after a run: tests must leave it alone."""

import re
import subprocess
from typing import Final

COMMANDS: Final = (
    ("ip", "-oneline", "link", "show"),
    ("ip", "-4", "rule", "show"),
    ("ip", "-6", "rule", "show"),
    ("ip", "-4", "route", "show", "table", "all"),
    ("ip", "-6", "route", "show", "table", "all"),
    ("ip", "netns", "list"),
    ("nft", "list", "tables"),
)
# Counts down, or says which link happened to be asked for first; neither is a trace.
VOLATILE: Final = re.compile(r" (expires|qlen|state|mtu) \S+|<[^>]*>")


def network_traces() -> frozenset[str]:
    """One line per link, rule, route, namespace and table; less where a tool is missing."""
    return frozenset(line for command in COMMANDS for line in lines_of(command))


def lines_of(command: tuple[str, ...]) -> list[str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except FileNotFoundError:
        return []
    return [f"{command[0]}: {VOLATILE.sub('', line).strip()}" for line in done.stdout.splitlines()]


def tell_changes(before: frozenset[str], after: frozenset[str]) -> list[str]:
    return [f"left behind: {line}" for line in sorted(after - before)] + [
        f"taken away: {line}" for line in sorted(before - after)
    ]
