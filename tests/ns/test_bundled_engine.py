"""The engine that packages bring: what it is made of, and that anybody can make it again."""

import platform
import shutil
from pathlib import Path

import pytest

from tests.bench.engine_pair import Candidate
from tests.bench.engine_trials import crash, flood, ipv6, wrong_requests
from tests.labs import engine, programs
from tests.labs.fixtures import require
from wgdesk.engine import engine_program

# The first test builds it, and the one that builds it again starts with an empty cache.
pytestmark = pytest.mark.timeout(2 * engine.BUILD_TIMEOUT_S)

LINKED = ("golang.org/x/crypto", "golang.org/x/net", "golang.org/x/sys")


@pytest.fixture
def copy(tmp_path):
    """The same sources in another folder, with a cache of its own."""
    require("engine", engine.missing())
    folder = tmp_path / "a folder" / "engine"
    shutil.copytree(engine.FOLDER, folder)
    return folder


def build(folder: Path, arch: str, out: Path, **environment: str) -> Path:
    programs.run(
        [str(folder / "build"), arch, str(out)],
        timeout_s=engine.BUILD_TIMEOUT_S,
        env=environment,
    )
    return out / "wireguard-go"


def test_it_is_the_same_to_the_byte_wherever_it_is_built(bundled_engine, copy, tmp_path):
    arch = engine.ARCHS[platform.machine()]
    again = build(
        copy,
        arch,
        tmp_path / "out",
        GOCACHE=str(tmp_path / "cache"),
        GOFLAGS="-buildvcs=true -tags=other",
        GOAMD64="v3",
    )
    assert again.read_bytes() == bundled_engine.read_bytes()
    assert str(engine.FOLDER.parents[1]).encode() not in again.read_bytes()


def test_it_is_stripped_and_needs_no_library(bundled_engine):
    said = programs.run(["readelf", "--sections", "--program-headers", str(bundled_engine)]).stdout
    assert ".text" in said
    for unwanted in (".symtab", ".debug_info", "INTERP"):
        assert unwanted not in said


def test_its_licences_come_with_it(bundled_engine):
    text = (bundled_engine.parent / "LICENSE").read_text()
    for module in ("golang.zx2c4.com/wireguard", *LINKED):
        found = programs.run(
            [engine.go(), "-C", str(engine.FOLDER), "list", "-m", "-f", "{{.Dir}}", module]
        ).stdout.strip()
        assert (Path(found) / "LICENSE").read_text() in text, module
    linked = {
        line.split()[1]
        for line in programs.run(
            [engine.go(), "version", "-m", str(bundled_engine)]
        ).stdout.splitlines()
        if line.split()[0] == "dep"
    }
    assert linked == set(LINKED)


def test_it_tells_which_release_it_is(bundled_engine):
    pinned = (engine.FOLDER / "go.mod").read_text()
    version = engine_program.version_of(bundled_engine)
    assert version.startswith("0.0.20")
    assert f"v0.0.0-{version.removeprefix('0.0.')}" in pinned


def test_other_processors_are_refused_by_name(tmp_path):
    done = programs.run([str(engine.BUILD), "mips", str(tmp_path)], check=False)
    assert done.returncode == 1
    assert "no engine is built for mips: amd64 and arm64 are" in done.stderr


def test_without_go_it_says_so_and_fails(tmp_path):
    for tool in ("dirname", "sed", "sort", "head"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    text = engine.BUILD.read_text().replace("/usr/local/go", "/nonexistent/go")
    script = tmp_path / "build"
    script.write_text(text.replace("/usr/lib/go-1", "/nonexistent/go-1"))
    done = programs.run(
        ["/bin/sh", str(script), "amd64", str(tmp_path / "out")],
        env={"PATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert "or newer is needed" in done.stderr
    assert "golang-go" in done.stderr


@pytest.mark.parametrize(
    ("trial", "outcome"),
    [
        (wrong_requests, "all refused"),
        (crash, "carries again"),
        (ipv6, "carries"),
        (flood, "carries, "),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_it_stands(bundled_engine, trial, outcome):
    assert trial(Candidate("bundled", bundled_engine)).startswith(outcome)
