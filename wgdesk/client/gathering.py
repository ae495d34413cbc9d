# ruff: noqa: ARG001
"""Finds what may be profiles in files, folders, archives, pictures and texts."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from wgdesk.domain.import_report import Candidate
from wgdesk.domain.names import printable


def gather(paths: Iterable[Path]) -> Iterator[Candidate]:
    """Each profile that is found, and a refusal for each path that gives none. Never raises.

    A `.conf` file is one; a folder has those that lie in it and in the folders right below;
    an archive (`.zip`) has its `.conf` files; a picture has its QR codes. What a file is
    is told by its content, not by its name. Blocking.
    """
    for path in paths:
        yield Candidate(source=printable(path.name, 200), refusal="It is not made yet.")


def from_text(text: str, source: str) -> Candidate:
    """A text that was pasted; `source` is how a person would call the place it comes from."""
    return Candidate(source=source, content=text.encode("utf-8", "surrogatepass"))


def from_bytes(content: bytes, source: str) -> tuple[Candidate, ...]:
    """As `gather`, of a file's content that has no path."""
    return (Candidate(source=source, content=content),)


def from_pixels(
    grey: bytes, width: int, height: int, bytes_per_line: int, source: str
) -> tuple[Candidate, ...]:
    """The profiles in the QR codes of a picture, or one refusal. See `qr_reading.read_codes`."""
    return (Candidate(source=source, refusal="It is not made yet."),)
