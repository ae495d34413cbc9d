"""A QR code in a terminal: two modules in each character, black on white in any theme."""

from collections.abc import Iterator
from typing import Final

from wgdesk.client.qr_code import QUIET_MODULES, QrCode

# The 256-colour cube's black and white, which no theme changes as it does the first sixteen.
_PAINT: Final = "\x1b[38;5;16;48;5;231m"
_PLAIN: Final = "\x1b[0m"
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr_lines(code: QrCode) -> Iterator[str]:
    """One line of characters for two rows of modules, its quiet zone around it."""
    edges = range(-QUIET_MODULES, code.size + QUIET_MODULES)
    for row in edges[::2]:
        halves = ((code.is_dark(row, at), code.is_dark(row + 1, at)) for at in edges)
        yield f"{_PAINT}{''.join(map(_HALVES.__getitem__, halves))}{_PLAIN}"


def qr_columns(code: QrCode) -> int:
    """How wide those lines are."""
    return code.size + 2 * QUIET_MODULES
