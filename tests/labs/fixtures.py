"""The labs as fixtures. A lab that cannot run is skipped loudly; in CI it fails."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from tests.labs import box as box_lab
from tests.labs import engine, ns
from tests.labs import vm as vm_lab


def require(lab: str, reason: str | None) -> None:
    """Stop the test here when `reason` says why the lab cannot run."""
    if reason is None:
        return
    text = f"lab {lab} cannot run here: {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


@pytest.fixture
def two_hosts() -> Iterator[ns.Lab[ns.Host]]:
    """A user's machine and a server on one link."""
    require("ns", ns.missing())
    with ns.hosts() as lab:
        yield lab


@pytest.fixture
def routed_hosts() -> Iterator[ns.Lab[ns.Host]]:
    """A user's machine and a server with a router between them: the endpoint is off-link."""
    require("ns", ns.missing())
    with ns.hosts(router=True) as lab:
        yield lab


@pytest.fixture
def ns_host() -> Iterator[ns.Host]:
    """One namespace by itself."""
    require("ns", ns.missing())
    host = ns.new_host()
    yield host
    host.close()


@pytest.fixture
def in_ns(ns_host: ns.Host) -> Iterator[ns.Host]:
    """One namespace, with the whole test inside it."""
    with ns_host.enter():
        yield ns_host


@pytest.fixture(scope="session")
def bundled_engine() -> Path:
    """The wireguard-go that the package brings."""
    require("engine", engine.missing())
    return engine.program()


@pytest.fixture(scope="session")
def box() -> Iterator[box_lab.Box]:
    """A booted system with the project installed, shared by all tests that ask for it."""
    yield from booted_box()


@pytest.fixture
def fresh_box() -> Iterator[box_lab.Box]:
    """A booted system for this test alone."""
    yield from booted_box()


@pytest.fixture(scope="module")
def box_packages() -> Sequence[str]:
    """What `own_box` has besides; a module that wants something has a fixture of this name."""
    return ()


@pytest.fixture(scope="module")
def own_box(box_packages: Sequence[str]) -> Iterator[box_lab.Box]:
    """A booted system for the tests of one module alone."""
    yield from booted_box(box_packages)


def booted_box(packages: Sequence[str] = ()) -> Iterator[box_lab.Box]:
    """For a fixture: one box, closed at its end."""
    require("box", box_lab.missing())
    booted = box_lab.Box(packages)
    yield booted
    booted.close()


@pytest.fixture
def vm() -> ModuleType:
    """Debian's kernel with its own WireGuard: `vm.run`, `vm.run_script`, `vm.pytest`."""
    require("vm", vm_lab.missing())
    return vm_lab
