"""The .debs of the work tree, and a Debian 13 that has nothing of them yet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs import box as box_lab
from tests.labs import deb
from tests.labs.fixtures import require
from tests.support.packaged import NEWER, Packaged


@pytest.fixture(scope="session")
def debs() -> Path:
    """The folder of the .debs."""
    require("deb", deb.missing())
    return deb.debs()


@pytest.fixture(scope="session")
def newer_debs(debs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the version after."""
    folder = tmp_path_factory.mktemp("newer")
    deb.newer(debs, folder, NEWER)
    return folder


@pytest.fixture(scope="module")
def machine(debs: Path, newer_debs: Path) -> Iterator[Packaged]:
    """A booted Debian 13; wgdesk is not installed, and what it needs is within apt's reach."""
    require("box", box_lab.missing())
    booted = box_lab.Box(layers=[deb.needs_within_reach()])
    try:
        for folder in (debs, newer_debs):
            for package in folder.glob("*.deb"):
                shutil.copy(package, booted.seen_from_outside("/root"))
        packaged = Packaged(booted)
        yield packaged
        packaged.close()
    finally:
        booted.close()
