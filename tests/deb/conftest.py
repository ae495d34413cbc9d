"""The .debs of the work tree, and a Debian 13 that has nothing of them yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs import box as box_lab
from tests.labs import deb
from tests.labs.fixtures import require
from tests.support.packaged import NEWER, Packaged, packaged_machine


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
    """wgdesk is not installed on it yet."""
    require("box", box_lab.missing())
    with packaged_machine(debs, newer_debs) as made:
        yield made
