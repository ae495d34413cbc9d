"""What somebody drops on the window or pastes into it, measured before it is decoded."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.names import printable
from wgdesk.domain.units import bytes_text
from wgdesk.ui.language import tr
from wgdesk.ui.troubles import Words

MOST_LIST_BYTES: Final = 1 << 20  # of paths: several thousand
MOST_PICTURE_BYTES: Final = 32 << 20  # what client/qr_reading.py takes
FILE_LISTS: Final = ("text/uri-list", "x-special/gnome-copied-files", "x-special/mate-copied-files")
TEXTS: Final = ("text/plain;charset=utf-8", "text/plain")
PICTURES: Final = ("image/png", "image/jpeg", "image/bmp", "image/webp", "image/gif", "image/tiff")
QT_PICTURE: Final = "application/x-qt-image"  # one that is an image in this process already
LIST_WORDS: Final = frozenset({"copy", "cut"})  # the first line of what file managers copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One of these, and nothing of the others.

    Attributes:
        paths: Files and folders, as they were named; nobody has looked whether they are there.
        picture: A picture file's bytes, not decoded.
        image: A picture that is decoded already.
        refusal: Why it is nothing that could be imported.
    """

    paths: tuple[Path, ...] = ()
    text: str = ""
    picture: bytes = b""
    image: QImage | None = None
    refusal: Words | None = None


def may_hold(data: QMimeData) -> bool:
    """Whether there may be something in it for us; only its formats are looked at."""
    formats = set(data.formats())
    return not formats.isdisjoint((*FILE_LISTS, *TEXTS, *PICTURES, QT_PICTURE))


def read_incoming(data: QMimeData) -> Incoming:
    """The best of what it holds: files before text before a picture."""
    for kind in FILE_LISTS:
        if data.hasFormat(kind):
            return _files(_taken(data, kind))
    text = _first(data, TEXTS)
    picture = _first(data, PICTURES)
    if text and not (picture or data.hasFormat(QT_PICTURE)):
        return _text(text)
    if picture:
        return _picture(picture)
    if data.hasFormat(QT_PICTURE):
        image = data.imageData()
        return Incoming(image=image) if isinstance(image, QImage) else _nothing()
    return _nothing()


def _taken(data: QMimeData, kind: str) -> bytes:
    return bytes(data.data(kind).data())


def _first(data: QMimeData, kinds: Iterable[str]) -> bytes:
    return next((_taken(data, kind) for kind in kinds if data.hasFormat(kind)), b"")


def _files(content: bytes) -> Incoming:
    if len(content) > MOST_LIST_BYTES:
        return _too_large(tr("The list of files"), content, MOST_LIST_BYTES)
    lines = content.decode("utf-8", "replace").splitlines()
    named = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    named = [line for line in named if line not in LIST_WORDS]
    paths = [_path(line) for line in named]
    strange = next((line for line, path in zip(named, paths, strict=True) if path is None), "")
    if strange:
        return _refused(
            tr("Only files of this machine can be imported"),
            tr("“{address}” is none. Save it first.").format(address=printable(strange)),
        )
    return Incoming(paths=tuple(path for path in paths if path)) if paths else _nothing()


def _path(line: str) -> Path | None:
    """None for what is not on this machine; a name need not be UTF-8."""
    if line.startswith("/"):
        return Path(line)
    try:
        address = urlsplit(line)
    except ValueError:
        return None
    name = os.fsdecode(unquote_to_bytes(address.path))
    is_here = address.scheme == "file" and address.netloc in ("", "localhost")
    return Path(name) if is_here and name.startswith("/") and "\0" not in name else None


def _text(content: bytes) -> Incoming:
    if len(content) > MAX_PROFILE_BYTES:
        return _too_large(tr("The text"), content, MAX_PROFILE_BYTES)
    text = content.decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip(" \t\0")]
    if lines and all(line.startswith(("/", "file:///")) for line in lines):
        return _files(content)
    return Incoming(text=text) if lines else _nothing()


def _picture(content: bytes) -> Incoming:
    if len(content) > MOST_PICTURE_BYTES:
        return _too_large(tr("The picture"), content, MOST_PICTURE_BYTES)
    return Incoming(picture=content)


def _too_large(what: str, content: bytes, most: int) -> Incoming:
    return _refused(
        tr("That is too much to be a profile"),
        tr("{what} has {size}; at most {most} are read.").format(
            what=what, size=bytes_text(len(content)), most=bytes_text(most)
        ),
    )


def _nothing() -> Incoming:
    return _refused(
        tr("There is nothing to import"),
        tr("Copy a profile's text, its file, or a picture of its QR code, and paste again."),
    )


def _refused(title: str, body: str) -> Incoming:
    return Incoming(refusal=Words(title, body))
