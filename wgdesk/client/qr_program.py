"""Finds the QR codes in one picture; a program of its own, as what takes pictures apart is in C.

The picture comes on standard input, the answer is one line of JSON. A picture that eats memory
or time, or brings the decoder down, ends this process and no other.
"""

import io
import json
import resource
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS: Final = 50_000_000  # four screens of 3840 by 2160 side by side have 33 million
MAX_CODES: Final = 64
MEMORY_BYTES: Final = 1 << 30  # 50 million pixels with a colour each are a fifth of it
TIME_S: Final = 20

FILE: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
PIXELS: Final = ("PPM",)  # what qr_reading makes of pixels that somebody else has decoded

NO_READER: Final = "this program cannot read QR codes: {library} is not installed"
NO_READER_REMEDY: Final = (
    "Install python3-pil and python3-zxing-cpp (2.2 or newer), or paste the profile as text."
)


class _Refused(Exception):
    """What to say, and what to do about it."""


def main(argv: Sequence[str]) -> int:
    """Take "file" or "pixels", which says what is on standard input."""
    formats = PIXELS if argv == ["pixels"] else FILE
    try:
        answer: dict[str, Any] = {"codes": _codes_in(sys.stdin.buffer.read(), formats)}
    except _Refused as refused:
        answer = {"refused": refused.args}
    sys.stdout.write(json.dumps(answer))
    return 0


def _codes_in(picture: bytes, formats: tuple[str, ...]) -> list[str]:
    try:
        import PIL.Image  # noqa: PLC0415  # both are optional
    except ImportError as error:
        raise _Refused(NO_READER.format(library="Pillow"), NO_READER_REMEDY) from error
    try:
        import zxingcpp  # noqa: PLC0415
    except ImportError as error:
        raise _Refused(NO_READER.format(library="zxing-cpp"), NO_READER_REMEDY) from error
    _bound_this_process()
    try:
        PIL.Image.MAX_IMAGE_PIXELS = None  # ours is counted below
        image = PIL.Image.open(io.BytesIO(picture), formats=formats)
        if image.width * image.height > MAX_PIXELS:
            raise _Refused("the picture has more than 50 million pixels", "Cut the code out of it.")
        grey = _on_white(image)
    except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError) as error:
        raise _Refused("the picture is damaged", "Take it anew, as PNG or JPEG.") from error
    buffer = memoryview(grey.tobytes()).cast("B", (grey.height, grey.width))
    try:
        only_qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        found = zxingcpp.read_barcodes(buffer, formats=only_qr, text_mode=zxingcpp.TextMode.Plain)
    except (AttributeError, TypeError) as error:
        needed = NO_READER.format(library="zxing-cpp 2.2 or newer")
        raise _Refused(needed, NO_READER_REMEDY) from error
    return [code.text for code in found[:MAX_CODES]]


def _on_white(image: "Image") -> "Image":
    """In 8-bit grey; what shows through is paper, for many codes are black on nothing."""
    import PIL.Image  # noqa: PLC0415

    if not image.has_transparency_data:
        image.draft("L", image.size)  # spares a JPEG its colours
        return image.convert("L")
    coloured = image.convert("RGBA")
    paper = PIL.Image.new("L", coloured.size, 255)
    paper.paste(coloured.convert("L"), mask=coloured.getchannel("A"))
    return paper


def _bound_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # there are keys in the picture


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
