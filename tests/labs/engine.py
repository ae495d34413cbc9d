"""The bundled engine, built from packaging/engine: what `./dev engine` makes."""

import platform
from functools import cache
from pathlib import Path
from typing import Final

from tests.labs import programs

PROJECT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = PROJECT / "packaging" / "engine" / "build"
ARCHS: Final = {"x86_64": "amd64", "aarch64": "arm64"}
_TIMEOUT_S: Final = 600.0  # with a cold cache, on two cores that have other work


def missing() -> str | None:
    """One sentence why it cannot be built here, or None."""
    done = programs.run([str(BUILD), "--check"], check=False)
    return None if done.returncode == 0 else done.stderr.strip()


@cache
def built() -> Path:
    """The program, up to date with its sources.

    Raises:
        ProgramFailed: It cannot be built; tells why.
    """
    arch = ARCHS.get(platform.machine(), platform.machine())
    folder = PROJECT / "build" / "engine" / arch
    programs.run([str(BUILD), arch, str(folder)], timeout_s=_TIMEOUT_S)
    return folder / "wireguard-go"
