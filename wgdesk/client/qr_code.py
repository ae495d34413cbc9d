"""A profile as a QR code, as the WireGuard apps of phones read it."""

from dataclasses import dataclass, field
from typing import Final

from wgdesk.domain.profile_errors import QrTooBig

MAX_BYTES: Final = 2953  # version 40 with error correction L, ISO/IEC 18004 table 7
QUIET_MODULES: Final = 4  # of that standard too; scanners look for this border


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of dark and light modules.

    Attributes:
        rows: From top to bottom, without the quiet zone; True is dark.
    """

    rows: tuple[tuple[bool, ...], ...] = field(repr=False)

    @property
    def size(self) -> int:
        """Modules on each side, without the quiet zone."""
        return len(self.rows)

    def is_dark(self, row: int, column: int) -> bool:
        """Anything outside is light."""
        is_inside = 0 <= row < self.size and 0 <= column < self.size
        return is_inside and self.rows[row][column]


def qr_code(content: bytes, title: str) -> QrCode:
    """The code of a whole profile, which is called `title`.

    Raises:
        QrTooBig: No QR code holds so much.
    """
    if len(content) > MAX_BYTES:
        raise QrTooBig(title, len(content), MAX_BYTES)
    import segno  # noqa: PLC0415  # 0.03 s, and few want a picture

    made = segno.make(content, mode="byte", error="l", micro=False, boost_error=True)
    return QrCode(tuple(tuple(bool(module) for module in row) for row in made.matrix))
