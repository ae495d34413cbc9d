# ruff: noqa: ARG001
"""QR codes are read out of pictures, in a process of its own that is bounded in time and memory."""

from typing import Final

from wgdesk.domain.profile_errors import PictureRefused

MAX_PICTURE_BYTES: Final = 10 << 20
MAX_PIXELS: Final = 50_000_000


def read_codes(
    pixels: bytes | memoryview, width: int, height: int, bytes_per_line: int
) -> tuple[str, ...]:
    """The text of every QR code in a picture in 8-bit grey, from the top.

    Blocking, for some seconds at most.

    Raises:
        PictureRefused: It is too large, or nothing that reads codes is installed.
    """
    raise PictureRefused("it is not made yet")


def codes_in(picture: bytes) -> tuple[str, ...]:
    """The same of a picture file's content: PNG, JPEG or WebP.

    Raises:
        PictureRefused: Also where it is none of these, or damaged.
    """
    raise PictureRefused("it is not made yet")
