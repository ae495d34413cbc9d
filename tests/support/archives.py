"""Archives as providers make them, and as nobody should."""

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Mapping

LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def an_archive(files: Mapping[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip of these; a name that ends in / is a folder."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packed) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def with_link(name: str, target: str) -> bytes:
    """One symbolic link."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, target)
    return content.getvalue()


def with_twins(name: str, *contents: bytes) -> bytes:
    """Several entries of one name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that the name is there already
        for data in contents:
            archive.writestr(zipfile.ZipInfo(name), data)
    return content.getvalue()


def with_field(archive: bytes, signature: bytes, offset: int, value: int, size: int = 2) -> bytes:
    """The number at `offset` of every header of that kind is `value`."""
    changed = bytearray(archive)
    at = changed.find(signature)
    while at >= 0:
        changed[at + offset : at + offset + size] = value.to_bytes(size, "little")
        at = changed.find(signature, at + 1)
    return bytes(changed)


def with_flag(archive: bytes, flag: int) -> bytes:
    """Every entry has that bit of its general purpose flags as well."""
    return with_field(with_field(archive, LOCAL, 6, flag), CENTRAL, 8, flag)


def with_raw_name(archive: bytes, name: bytes, raw: bytes) -> bytes:
    """The name's bytes replaced by as many others, which no program marked as UTF-8."""
    assert len(name) == len(raw)
    return archive.replace(name, raw)


def overlapping(count: int, name: str = "a.conf", content: bytes = b"[Interface]\n") -> bytes:
    """Many entries in the directory for one place in the file: a bomb without nesting."""
    one = an_archive({name: content})
    start, end = one.find(CENTRAL), one.find(b"PK\x05\x06")
    entry = one[start:end]
    directory = entry * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return one[:start] + directory + tail
