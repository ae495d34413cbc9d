"""What stands in two places of the project, and must be the same in both."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import wgdesk
from tests.lanes.lane import LANES
from tests.pages import markdown

REPO = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
LOCK = (REPO / "requirements-dev.lock").read_text()


def test_version_is_the_same_in_the_package_and_in_the_project_file():
    assert wgdesk.__version__ == PROJECT["version"]


def test_lock_pins_every_dependency_of_the_project_file():
    asked = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    names = {re.split("[<>=~!; ]", text)[0].lower().replace("_", "-") for text in asked}
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", LOCK))
    assert names - locked == set()


def test_lock_names_no_host_and_no_place_of_a_machine():
    assert re.findall(r"https?://\S+|(?m:^-\S+.*)|/home/\S+|file:\S+", LOCK) == []


def test_lock_has_a_hash_for_every_pin():
    pins = re.split(r"(?m)^(?=[a-z0-9-]+==)", LOCK)[1:]
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_no_link_of_a_page_is_dead():
    dead = [
        f"{page.relative_to(REPO)}: {path.name}#{anchor}"
        for page in markdown.pages()
        for path, anchor in markdown.links(page)
        if not path.exists() or (anchor and anchor not in markdown.anchors(path))
    ]
    assert dead == []


def test_every_page_is_reached_from_the_readme():
    reached, new = set(), {REPO / "README.md"}
    while new:
        reached |= new
        found = {path for page in new for path, _ in markdown.links(page)}
        new = {path for path in found if path.suffix == ".md"} - reached
    assert set(markdown.pages()) - reached == set()


def test_what_a_newcomer_may_run_is_in_the_page_for_them():
    page = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8")
    verbs = set(re.findall(r"(?m)^  ([a-z]+) ", (REPO / "dev").read_text(encoding="utf-8")))
    assert verbs
    assert verbs - set(re.findall(r"(?m)^\./dev ([a-z]+)", page)) == set()
    assert {lane.name for lane in LANES} - set(re.findall(r"(?m)^\| `(\w+)`", page)) == set()
