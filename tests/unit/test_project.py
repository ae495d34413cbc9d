"""What stands in two places of the project, and must be the same in both."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import wgdesk

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


def linked(page: Path) -> set[Path]:
    """Where the links of a page lead inside the project."""
    found = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve() for target in found}


def test_every_page_is_reached_from_the_readme_and_no_link_is_dead():
    reached, new = set(), {REPO / "README.md"}
    while new:
        reached |= new
        assert [path for path in new if not path.exists()] == []
        pages = [path for path in new if path.suffix == ".md"]
        new = set().union(*map(linked, pages)) - reached
    folders = (REPO, REPO / "docs", *(REPO / "tests").iterdir())
    assert {page for folder in folders for page in folder.glob("*.md")} <= reached
