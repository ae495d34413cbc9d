"""The program of the userspace engine: where it is looked for, and whose build it is."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from wgdesk.domain.names import printable

BUNDLED: Final = Path("/usr/lib/wgdesk/wireguard-go")
# Never looked up in PATH: this runs as root. resources/engine/wgdesk-go has the same order.
PROGRAM_PLACES: Final = (
    BUNDLED,
    Path("/usr/bin/wireguard-go"),
    Path("/usr/sbin/wireguard-go"),
)
# What Go writes into every program of what it was made (debug/buildinfo). Its own --version
# is behind that: upstream's number stood still from one release to the next.
_MODULE: Final = re.compile(rb"\nmod\tgolang\.zx2c4\.com/wireguard\tv([\w.+-]{1,64})[\t\n]")
_UNTAGGED: Final = re.compile(r"0\.0\.0-(\d{8})\d{6}-[0-9a-f]{12}")  # go.dev/ref/mod
_MAX_BYTES: Final = 64 << 20


def find_program(places: tuple[Path, ...] = PROGRAM_PLACES) -> Path | None:
    return next((path for path in places if os.access(path, os.X_OK)), None)


def build_text(program: Path) -> str:
    """In two or three words, whose build it is: the bundled one comes first."""
    if program != BUNDLED:
        return "the distribution's build"
    version = version_of(program)
    return f"the bundled build {version}" if version else "the bundled build"


def version_of(program: Path) -> str:
    """As upstream counts, `0.0.20260522`; "" where the program does not tell."""
    try:
        state = program.stat()
        return _version_of(program, state.st_mtime_ns, state.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=4)
def _version_of(program: Path, _mtime_ns: int, size: int) -> str:
    if size > _MAX_BYTES:
        return ""
    found = _MODULE.search(program.read_bytes())
    if found is None:
        return ""
    version = found[1].decode("ascii")
    untagged = _UNTAGGED.fullmatch(version)
    return f"0.0.{untagged[1]}" if untagged else printable(version)
