"""What the kernel asks of an answer's way: rp_filter, and whether marks count for it.

A strict rp_filter drops a packet whose source would be reached by another link. With a full
tunnel that is every answer of the server, unless the mark that the tunnel's firewall gives
back to it counts (src_valid_mark).
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_SWITCHES: Final = Path("/proc/sys/net/ipv4/conf")
_MARKS_COUNT: Final = _SWITCHES / "all" / "src_valid_mark"
_STRICT: Final = 1  # ip-sysctl.rst: 0 is off, 1 strict, 2 loose; the larger of `all` and the link's


def strict_links(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the links that have a strict rp_filter, for IPv4."""
    everywhere = _number(_SWITCHES / "all" / "rp_filter")
    return tuple(
        name
        for name in names
        if max(everywhere, _number(_SWITCHES / name / "rp_filter")) == _STRICT
    )


def can_let_marks_count() -> bool:
    """Whether marks count, or will once they are asked to."""
    return _number(_MARKS_COUNT) == 1 or os.access(_MARKS_COUNT, os.W_OK)


def let_marks_count() -> None:
    """Switch src_valid_mark on where it is off and this process may; it stays on."""
    if _number(_MARKS_COUNT) == 1:
        return
    try:
        _MARKS_COUNT.write_text("1", encoding="ascii")
    except OSError:
        return  # the package's sysctl.d file is for helpers that may not


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
