"""The `.conf` files of a folder that somebody wants to import."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from wgdesk.client.patience import within
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.errors import NoSuchProfile, ProfileUnreadable
from wgdesk.domain.import_report import Candidate, as_sentence
from wgdesk.domain.names import PROFILE_SUFFIX, natural_key, printable

# One's own folder may hold more than a stranger's archive.
MAX_PROFILES: Final = 5_000
MAX_TOTAL_BYTES: Final = 64 << 20
MAX_ENTRIES: Final = 50_000  # that are looked at, whatever they are called
PATIENCE_S: Final = 20.0


def profiles_below(folder: Path, label: str) -> Iterator[Candidate]:
    """Each one in it and in the folders right below, and a refusal for each that is not read.

    Deeper folders, hidden ones and links to folders are left out.

    Raises:
        OSError: The folder cannot be read, or its file system does not answer; at once.
    """
    return _candidates(folder, within(PATIENCE_S, lambda: _find(folder)), label)


def _candidates(folder: Path, found: Sequence[Path], label: str) -> Iterator[Candidate]:
    bytes_left = MAX_TOTAL_BYTES
    for done, path in enumerate(found):
        if done == MAX_PROFILES or bytes_left <= 0:
            yield Candidate(source=label, refusal=_left_out(len(found) - done))
            return
        source = f"{label}/{printable(str(path.relative_to(folder)), 200)}"
        try:
            content = ProfileFile(path.stem, path, home=path.parent).read()
        except ProfileUnreadable as error:
            yield Candidate(
                source=source,
                title=path.stem,
                refusal=as_sentence(error.why),
                remedy=error.remedy,
            )
        except NoSuchProfile:  # it went away just now
            continue
        else:
            bytes_left -= len(content)
            yield Candidate(source=source, title=path.stem, content=content)
    if not found:
        yield Candidate(source=label, refusal="There is no .conf file in the folder.")


def _find(folder: Path) -> list[Path]:
    entries = _entries(folder)
    for entry in [entry for entry in entries if entry.is_dir(follow_symlinks=False)]:
        if len(entries) < MAX_ENTRIES:
            entries += _entries_of_another(entry)
    found = [Path(entry.path) for entry in entries if entry.name.lower().endswith(PROFILE_SUFFIX)]
    return sorted(found, key=lambda path: (path.parent != folder, natural_key(str(path))))


def _entries(folder: "Path | os.DirEntry[str]") -> "list[os.DirEntry[str]]":
    with os.scandir(folder) as entries:
        shown = (entry for entry in entries if not entry.name.startswith("."))
        return [entry for entry, _ in zip(shown, range(MAX_ENTRIES), strict=False)]


def _entries_of_another(folder: "os.DirEntry[str]") -> "list[os.DirEntry[str]]":
    """None of them where it is somebody else's."""
    try:
        return _entries(folder)
    except OSError:
        return []


def _left_out(count: int) -> str:
    limits = "The folder holds more than 5,000 profiles or 64 MiB"
    return f"{limits}: 1 was left out." if count == 1 else f"{limits}: {count} were left out."
