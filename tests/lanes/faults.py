"""The table of `./dev faults`: each fault of the list, what became of it, and what was measured."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

FAULTS: Final = {
    1: "helper killed after each step of an up",
    2: "helper killed while connected",
    3: "helper upgraded with two tunnels up",
    4: "helper downgraded under a newer journal",
    5: "helper crash loop",
    8: "profile named like a foreign link",
    9: "names that are no names",
    10: "70,000 allowed IPs",
    11: "16,384 allowed IPs",
    13: "30 MiB of variants from ten clients",
    14: "NUL, bad UTF-8, BOM, CRLF, form feed",
    15: "wrong keys, no [Interface], duplicate peer",
    16: "profile is a link to /etc/shadow",
    17: "profile is a FIFO, a device, a directory",
    18: "profile swapped between prompt and apply",
    19: "endpoint of an approved profile changed",
    20: "hook that removes everything",
    21: "hook of 5 KB",
    22: "hook that hangs or forks a daemon",
    23: "flood of calls and connections",
    24: "caller opens a prompt and leaves",
    25: "two users toggle one tunnel",
    26: "two users start full tunnels",
    27: "caller by ssh, inactive, nobody",
    28: "polkit stopped, restarted, in error",
    29: "DHCP option 121 and huge netmasks",
    33: "wireguard-go crashes",
    34: "no WireGuard on this machine",
    36: "/var full while approving",
    37: "resolv.conf cannot or may not be kept",
    38: "resolver restarts, DHCP brings new DNS",
    39: "sync changes DNS, address, last peer",
    40: "link or rules changed from outside",
    43: "purged with tunnels up",
    45: "window killed, started twice, too old",
    46: "IPv6-only, small MTU, small path MTU",
}
_NAME: Final = re.compile(r"test_fault_(\d\d)_\w+")


@dataclass(slots=True)
class Row:
    """One fault: it passes when all its tests do."""

    number: int
    passed: int = 0
    missed: int = 0
    labs: dict[str, None] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.missed:
            return "FAIL"
        return "pass" if self.passed else "no test"


def read_rows(report: Path) -> list[Row]:
    """Every fault of the list, in order, as pytest's JUnit report tells of it."""
    rows = {number: Row(number) for number in FAULTS}
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  # our own pytest wrote it
        found = _NAME.match(case.get("name", ""))
        if found is not None and int(found[1]) in rows:
            _count(rows[int(found[1])], case)
    return list(rows.values())


def _count(row: Row, case: ET.Element) -> None:
    is_missed = any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
    row.missed += is_missed
    row.passed += not is_missed
    for kept in case.iter("property"):
        value = kept.get("value", "")
        if kept.get("name") == "lab":
            row.labs[value] = None
        elif kept.get("name") == "figure":
            row.figures.append(value)


def render_rows(rows: list[Row]) -> str:
    """Faults without a test are left out where only some were asked for."""
    is_whole = sum(bool(row.passed or row.missed) for row in rows) > len(rows) // 2
    lines = [f"{'#':>3}  {'fault':<42} {'':<8}{'lab':<8}figure"]
    lines += [_line(row) for row in rows if is_whole or row.verdict != "no test"]
    return "\n".join(lines)


def _line(row: Row) -> str:
    figures = "; ".join(row.figures)
    labs = "+".join(row.labs)
    return f"{row.number:>3}  {FAULTS[row.number]:<42} {row.verdict:<8}{labs:<8}{figures}".rstrip()
