"""The profiles in a .zip archive, which may have been made to do harm.

Nothing is ever unpacked onto a disk. What an archive says of itself is believed only where it
speaks against it: the limits count what is really read.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.foreign_content import UNPACK
from wgdesk.domain.import_report import Candidate
from wgdesk.domain.names import PROFILE_SUFFIX, printable

MAX_PROFILES: Final = 1_000
MAX_ENTRIES: Final = 10_000  # beside the profiles there may be folders, pictures, texts to read
MAX_TOTAL_BYTES: Final = 10 << 20
MAX_RATIO: Final = 100  # text shrinks to a third or a tenth of its size

_PIECE_BYTES: Final = 64 << 10
_HEADER_BYTES: Final = 30  # before each entry, and a name of any length
_ENTRY: Final = b"PK\x01\x02"
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCKED: Final = 0x41  # general purpose bits 0 and 6: encrypted, strongly encrypted
_UTF8_NAME: Final = 0x800  # bit 11
# What zipfile raises where an archive is damaged, or was made to look so.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_AGAIN: Final = "Fetch it again."


class _Unfit(Exception):
    """A sentence that says why an entry is not read; perhaps a remedy."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy


def profiles_in(archive: bytes, label: str) -> Iterator[Candidate]:
    """Each `.conf` file in it, in whatever folder, and a refusal for each that is not read.

    `label` is what a person calls the archive. Never raises.
    """
    try:
        reader = _Reader(archive)
    except _Unfit as unfit:
        yield Candidate(source=label, refusal=unfit.why, remedy=unfit.remedy)
        return
    yield from reader.candidates(label)


class _Reader:
    def __init__(self, archive: bytes) -> None:
        # As zipfile makes an object of each entry at once, they are counted before.
        if archive.count(_ENTRY) > MAX_ENTRIES:
            raise _Unfit("The archive has more than 10,000 entries.", UNPACK)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(archive))
        except _DAMAGE as error:
            raise _Unfit("The archive is damaged, or only a part of one.", _AGAIN) from error
        self._bytes_left = MAX_TOTAL_BYTES
        self._overlapping = _overlapping(self._zip.infolist())

    def candidates(self, label: str) -> Iterator[Candidate]:
        entries = [(entry, _name_of(entry)) for entry in self._zip.infolist()]
        names = [(entry, name) for entry, name in entries if _is_wanted(name)]
        how_many = Counter(_base(name) for _, name in names)
        for done, (entry, name) in enumerate(names):
            if done == MAX_PROFILES or self._bytes_left <= 0:
                yield Candidate(source=label, refusal=_left_out(len(names) - done), remedy=UNPACK)
                return
            title = _title(name, is_alone=how_many[_base(name)] == 1)
            source = f"{label}, {printable(name, 200)}"
            try:
                yield Candidate(source=source, title=title, content=self._read(entry, name))
            except _Unfit as unfit:
                yield Candidate(source=source, title=title, refusal=unfit.why, remedy=unfit.remedy)
        if not names:
            yield Candidate(source=label, refusal=_nothing_in(name for _, name in entries))

    def _read(self, entry: zipfile.ZipInfo, name: str) -> bytes:
        _check_name(name)
        if name.lower().endswith(".zip"):
            raise _Unfit("It is an archive in an archive, which is not opened.", UNPACK)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _Unfit("It is a link, and links in an archive are not followed.")
        if entry.flag_bits & _LOCKED:
            raise _Unfit("It is locked with a password.", UNPACK)
        if entry.compress_type not in _PACKED:
            raise _Unfit("It is packed in a way that is not read.", UNPACK)
        if entry.header_offset in self._overlapping:
            raise _Unfit("It shares its place in the archive with another entry.")
        if entry.file_size > MAX_PROFILE_BYTES:
            raise _too_large()
        try:
            content = self._unpack(entry)
        except _DAMAGE as error:
            raise _Unfit("It is damaged in the archive.", _AGAIN) from error
        if len(content) > MAX_PROFILE_BYTES:
            raise _too_large()
        if len(content) > MAX_RATIO * max(entry.compress_size, 1):
            raise _Unfit("It is packed a hundred times smaller than it is, as no profile can be.")
        return content

    def _unpack(self, entry: zipfile.ZipInfo) -> bytes:
        content = bytearray()
        with self._zip.open(entry) as stream:
            while len(content) <= MAX_PROFILE_BYTES and (piece := stream.read(_PIECE_BYTES)):
                self._bytes_left -= len(piece)
                content += piece
        return bytes(content)


def _overlapping(entries: Sequence[zipfile.ZipInfo]) -> frozenset[int]:
    """Where entries begin whose packed bytes reach into the next one, or begin at one place."""
    starts = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    found: set[int] = set()
    for (start, packed_bytes), (following, _) in pairwise(starts):
        if start + _HEADER_BYTES + packed_bytes > following:
            found |= {start, following}
    return frozenset(found)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """As it was meant: many programs write UTF-8 and do not say so, or a code page of DOS."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _is_wanted(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    is_hidden = parts[-1].startswith(".") or "__MACOSX" in parts
    return name.lower().endswith((PROFILE_SUFFIX, ".zip")) and not is_hidden


def _check_name(name: str) -> None:
    is_drive = len(name) > 1 and name[1] == ":"
    if name.startswith("/") or is_drive or "\\" in name or ".." in name.split("/"):
        raise _Unfit("Its name leads out of the archive.")
    if "\0" in name:
        raise _Unfit("Its name has a zero byte in it.")


def _base(name: str) -> str:
    return PurePosixPath(name).stem


def _title(name: str, *, is_alone: bool) -> str:
    """The file's name; with its folder where others in other folders have that name too."""
    parts = PurePosixPath(name).parts
    return _base(name) if is_alone or len(parts) < 2 else f"{parts[-2]} {_base(name)}"


def _too_large() -> _Unfit:
    return _Unfit("It is larger than 1 MiB, and no profile needs that much.")


def _left_out(count: int) -> str:
    limits = "The archive holds more than 1,000 profiles or 10 MiB"
    return f"{limits}: 1 was left out." if count == 1 else f"{limits}: {count} were left out."


def _nothing_in(names: Iterator[str]) -> str:
    if any(name.lower().endswith(".ovpn") for name in names):
        return "There are only OpenVPN profiles in it, and OpenVPN is another protocol."
    return "There is no .conf file in it."
