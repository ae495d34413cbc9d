"""The page on security names tests that are there, and leaves nothing out that can be reached."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.pages import bus_page, markdown
from wgdesk.wire.names import ACTIONS

REPO = Path(__file__).resolve().parents[2]
PAGE = REPO / "docs" / "security.md"
NAMED = [it for it in markdown.code(PAGE) if ".py" in it]


@cache
def functions(path: Path) -> set[str]:
    return set(re.findall(r"(?m)^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def words() -> set[str]:
    """All that stands in code on the page."""
    return set(markdown.code(PAGE))


def test_every_test_that_is_named_is_there():
    missing = []
    for named in NAMED:
        file, _, function = named.partition("::")
        path = REPO / "tests" / file
        if not path.is_file() or (function and function not in functions(path)):
            missing.append(named)
    assert NAMED
    assert missing == []


def test_every_method_is_told(words):
    methods = [method.member for method in bus_page.table().methods]
    assert [it for it in methods if it not in words] == []


def test_every_action_is_told(words):
    assert [it for it in ACTIONS if it.removeprefix(bus_page.ACTION_PREFIX) not in words] == []


def test_every_unit_is_told(words):
    kinds = {".conf", ".service", ".socket", ".timer"}
    folders = (REPO / "resources" / "systemd", REPO / "resources" / "reset")
    units = [it.name for folder in folders for it in folder.iterdir() if it.suffix in kinds]
    assert "wgdesk-helper.service" in units
    assert [it for it in units if it not in words] == []
