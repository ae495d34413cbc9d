"""Finds what may be profiles in files, folders, archives, pictures and texts."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from wgdesk.client.patience import within
from wgdesk.client.plain_file import NotPlain, TooLarge, read_plain
from wgdesk.client.profile_folder import profiles_below
from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.foreign_content import FileKind, find_foreign, has_sections, kind_of
from wgdesk.domain.import_report import Candidate, as_sentence, refused
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.profile_errors import PictureRefused

MAX_FILE_BYTES: Final = 32 << 20  # of an archive or a picture; a good telephone's camera writes 20
PATIENCE_S: Final = 20.0  # an archive may lie on a slow stick

_SUFFIXES: Final = (PROFILE_SUFFIX, ".txt", ".png", ".jpg", ".jpeg", ".webp")
_TOO_LARGE: Final = "It is larger than 1 MiB, and no profile needs that much."
_FAR_TOO_LARGE: Final = "It is larger than 32 MiB, which no profiles are."
_NO_CODE: Final = "There is no QR code in the picture, or it cannot be read."
_SHARPER: Final = "Take it closer and sharper, with a white margin around the code."
_OTHER_CODE: Final = "The picture has a QR code, but not of a WireGuard profile."


def gather(paths: Iterable[Path]) -> Iterator[Candidate]:
    """Each profile that is found, and a refusal for each path that gives none. Never raises.

    A file is what its content says: a text, an archive (`.zip`) or a picture with QR codes. A
    folder has the `.conf` files that lie in it and in the folders right below. Blocking.
    """
    for path, label in _labelled(list(paths)):
        yield from _at(path, label)


def from_text(text: str, source: str) -> Candidate:
    """A text that was pasted; `source` is how a person would call the place it comes from."""
    if len(text) > MAX_PROFILE_BYTES:
        why = "The text is longer than 1 MiB, and no profile needs that much."
        return Candidate(source=source, refusal=why)
    if not text.strip():
        return Candidate(source=source, refusal="There is no text in it.")
    return Candidate(source=source, content=text.encode("utf-8", "surrogatepass"))


def from_bytes(content: bytes, source: str, title: str = "") -> tuple[Candidate, ...]:
    """The profiles in a file's content, or one refusal; `source` is what a person calls it."""
    if len(content) > MAX_FILE_BYTES:
        return (Candidate(source=source, title=title, refusal=_FAR_TOO_LARGE),)
    match kind_of(content):
        case FileKind.ARCHIVE:
            return _from_archive(content, source)
        case FileKind.PICTURE:
            return _from_picture(content, source, title)
        case FileKind.TEXT if len(content) > MAX_PROFILE_BYTES:
            foreign = find_foreign(content)
            why, remedy = (foreign.why, foreign.remedy) if foreign else (_TOO_LARGE, "")
            return (Candidate(source=source, title=title, refusal=why, remedy=remedy),)
        case FileKind.TEXT:
            return (Candidate(source=source, title=title, content=content),)


def from_pixels(
    grey: bytes | memoryview, width: int, height: int, bytes_per_line: int, source: str
) -> tuple[Candidate, ...]:
    """The profiles in the QR codes of a picture in 8-bit grey, or one refusal."""
    from wgdesk.client.qr_reading import read_codes  # noqa: PLC0415  # most imports are texts

    try:
        return _from_codes(read_codes(grey, width, height, bytes_per_line), source, "")
    except PictureRefused as error:
        return (refused(source, error),)


def _at(path: Path, label: str) -> Iterable[Candidate]:
    try:
        if within(PATIENCE_S, path.is_dir):
            return profiles_below(path, label)
        content = within(PATIENCE_S, lambda: read_plain(os.path.realpath(path), MAX_FILE_BYTES))
    except TooLarge:
        return (Candidate(source=label, refusal=_FAR_TOO_LARGE),)
    except NotPlain as error:
        return (Candidate(source=label, refusal=as_sentence(str(error))),)
    except (OSError, ValueError) as error:  # a path with a zero byte is a ValueError
        return (Candidate(source=label, refusal=_why_unread(error)),)
    return from_bytes(content, label, _title(path.name))


def _from_archive(archive: bytes, source: str) -> tuple[Candidate, ...]:
    from wgdesk.client.profile_archive import profiles_in  # noqa: PLC0415  # see above

    return tuple(profiles_in(archive, source))


def _from_picture(picture: bytes, source: str, title: str) -> tuple[Candidate, ...]:
    from wgdesk.client.qr_reading import codes_in  # noqa: PLC0415  # see above

    try:
        return _from_codes(codes_in(picture), source, title)
    except PictureRefused as error:
        return (refused(source, error, title),)


def _from_codes(codes: Sequence[str], source: str, title: str) -> tuple[Candidate, ...]:
    """Codes of anything else are passed over where there is one of a profile."""
    if not codes:
        return (Candidate(source=source, title=title, refusal=_NO_CODE, remedy=_SHARPER),)
    profiles = [code for code in codes if has_sections(code)]
    if not profiles:
        return (Candidate(source=source, title=title, refusal=_OTHER_CODE),)
    one = len(profiles) == 1
    return tuple(
        replace(from_text(text, source if one else f"{source}, code {number}"), title=title)
        for number, text in enumerate(profiles, 1)
    )


def _labelled(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each with its name, or with all of its path where two have that name."""
    how_many = Counter(path.name for path in paths)
    return [
        (path, printable(path.name if how_many[path.name] == 1 and path.name else str(path), 200))
        for path in paths
    ]


def _title(name: str) -> str:
    suffix = Path(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in _SUFFIXES else name


def _why_unread(error: OSError | ValueError) -> str:
    match error:
        case TimeoutError():
            return f"Its file system has not answered for {PATIENCE_S:g} seconds."
        case FileNotFoundError() | ValueError():
            return "There is no such file or folder."
        case PermissionError():
            return "You have no permission to read it."
        case _:
            return as_sentence((error.strerror or "the system refused").lower())
