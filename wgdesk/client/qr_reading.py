"""QR codes are read out of pictures, by a program of their own that is bounded."""

import json
import subprocess
import sys
from typing import Any, Final

from wgdesk.client.qr_program import MAX_PIXELS, TIME_S
from wgdesk.domain.profile_errors import PictureRefused

MAX_PICTURE_BYTES: Final = 32 << 20
# -P: what lies in the folder we were started in is no module of ours.
_PROGRAM: Final = (sys.executable, "-P", "-m", "wgdesk.client.qr_program")
_LATE: Final = "finding a QR code in the picture took too long"
_CUT_IT_OUT: Final = "Cut the code out of the picture, and try again."


def read_codes(
    pixels: bytes | memoryview, width: int, height: int, bytes_per_line: int
) -> tuple[str, ...]:
    """The text of every QR code in a picture in 8-bit grey; none is an empty tuple.

    Blocking, for some seconds at most.

    Raises:
        PictureRefused: It is too large, or nothing that reads codes is installed.
    """
    if width * height > MAX_PIXELS:
        raise PictureRefused("the picture has more than 50 million pixels", _CUT_IT_OUT)
    if not width * height:
        return ()
    rows = memoryview(pixels).cast("B")
    lines = (
        rows[start : start + width] for start in range(0, height * bytes_per_line, bytes_per_line)
    )
    return _ask("pixels", b"".join((b"P5 %d %d 255\n" % (width, height), *lines)))


def codes_in(picture: bytes) -> tuple[str, ...]:
    """The same of a picture file's content, which is PNG, JPEG, WebP, GIF or BMP.

    Raises:
        PictureRefused: Also where it is none of these, or damaged.
    """
    if len(picture) > MAX_PICTURE_BYTES:
        raise PictureRefused("the picture is larger than 32 MiB", _CUT_IT_OUT)
    return _ask("file", picture)


def _ask(kind: str, picture: bytes) -> tuple[str, ...]:
    try:
        done = subprocess.run(
            (*_PROGRAM, kind), input=picture, capture_output=True, timeout=TIME_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PictureRefused(_LATE, _CUT_IT_OUT) from error
    except OSError as error:
        why = (error.strerror or "the system refused").lower()
        raise PictureRefused(f"the program that reads QR codes does not start: {why}") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise PictureRefused("reading the picture failed", _CUT_IT_OUT) from error
    if "refused" in answer:
        raise PictureRefused(*answer["refused"])
    return tuple(answer["codes"])
