"""Profiles leave for another device: as a file, or several as one archive. They hold keys."""

import io
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from wgdesk.client.private_folder import write_new
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.profile_errors import ExportRefused

ZIP_SUFFIX: Final = ".zip"
ZIP_NAME: Final = "wgdesk-profiles.zip"
_UNIX: Final = 3
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # when a profile was exported is nobody's business


def export_conf(path: Path, content: bytes) -> None:
    """Write one profile into a new file of mode 0600.

    Raises:
        ExportRefused: There is something of that name, or it cannot be written.
    """
    try:
        write_new(path, content)
    except FileExistsError as error:
        raise ExportRefused(
            _shown(path), "there is a file of that name already", "Choose another name."
        ) from error
    except OSError as error:
        why = (error.strerror or "the system refused").lower()
        raise ExportRefused(_shown(path), why) from error


def export_zip(path: Path, profiles: Iterable[tuple[str, bytes]]) -> None:
    """Write profiles, each by the name of its tunnel, into a new archive; as `export_conf`."""
    export_conf(path, zipped(profiles))


def zipped(profiles: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive without folders, links or anything else but those files.

    They are not packed: it stays small, and no program takes it for one that is to do harm.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, content in profiles:
            entry = zipfile.ZipInfo(f"{name}{PROFILE_SUFFIX}", _EARLIEST)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o600) << 16
            archive.writestr(entry, content)
    return whole.getvalue()


def is_exposed(path: Path) -> bool:
    """Whether others may read it, as on a stick whose file system knows no owners."""
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def _shown(path: Path) -> str:
    return printable(str(path), 200)
