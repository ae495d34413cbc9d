"""Pictures with QR codes in them."""

import io
from collections.abc import Sequence

import segno
from PIL import Image


def a_code(text: str, kind: str = "PNG", **colours: str | None) -> bytes:
    """A picture file of one code."""
    drawn = io.BytesIO()
    segno.make(text, micro=False).save(drawn, kind="png", scale=4, **colours)
    return drawn.getvalue() if kind == "PNG" else saved(Image.open(drawn).convert("RGB"), kind)


def several(texts: Sequence[str]) -> bytes:
    """One picture of codes side by side."""
    codes = [Image.open(io.BytesIO(a_code(text))).convert("L") for text in texts]
    width = sum(code.width + 40 for code in codes)
    paper = Image.new("L", (width, max(code.height for code in codes)), 255)
    left = 0
    for code in codes:
        paper.paste(code, (left, 0))
        left += code.width + 40
    return saved(paper)


def blank(width: int = 50, height: int = 50) -> bytes:
    return saved(Image.new("L", (width, height), 255))


def grey(picture: bytes, padding: int = 0) -> tuple[bytes, int, int, int]:
    """As a window has it: pixels, width, height, bytes from line to line."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    pixels, step = image.tobytes(), image.width
    rows = [pixels[at : at + step] + b"\x55" * padding for at in range(0, len(pixels), step)]
    return b"".join(rows), image.width, image.height, step + padding


def saved(image: Image.Image, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()
