"""Tests of real parts that failed are asked once more, alone: a machine can be too busy for one.

What passes then is said in the table, for it is a fault to be looked for; what fails twice failed.
"""

from pathlib import Path
from xml.etree import ElementTree as ET

# More than that is no accident.
MOST = 2


def failed_tests(report: Path) -> list[str]:
    """Those that failed, as pytest takes them for arguments; [] where that cannot be said."""
    try:
        suites = ET.parse(report).getroot()  # noqa: S314  # pytest wrote it a moment ago
    except (OSError, ET.ParseError):
        return []
    cases = [case for case in suites.iter("testcase") if _has_failed(case)]
    return [
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}" for case in cases
    ]


def merge(report: Path, second: Path) -> list[str]:
    """Let `report` say what the second asking said; returns the names of what passed then."""
    try:
        asked = {_key(case): case for case in ET.parse(second).getroot().iter("testcase")}  # noqa: S314  # as above
    except (OSError, ET.ParseError):
        return []
    tree = ET.parse(report)  # noqa: S314  # as above
    passed: list[str] = []
    for suite in tree.getroot().iter("testsuite"):
        for at, case in enumerate(list(suite)):
            answer = asked.get(_key(case))
            if not _has_failed(case) or answer is None or len(answer.findall("skipped")) > 0:
                continue
            if _has_failed(answer):
                continue
            for count in ("failure", "error"):
                if case.find(count) is not None:
                    _count_down(suite, f"{count}s")
            suite[at] = answer
            passed.append(case.get("name", ""))
    tree.write(report)
    return passed


def _key(case: ET.Element) -> tuple[str, str]:
    return case.get("classname", ""), case.get("name", "")


def _has_failed(case: ET.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def _count_down(suite: ET.Element, count: str) -> None:
    suite.set(count, str(int(suite.get(count, "0")) - 1))
