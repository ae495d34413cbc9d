"""The number of a routing table that a profile names, on this machine."""

from pathlib import Path

from wgdesk.domain.errors import TableTaken, TableUnknown
from wgdesk.domain.profile import Profile, TableMode
from wgdesk.domain.route_tables import FILES, FOLDERS, MAX_FILE_BYTES, find_table
from wgdesk.domain.routing import KERNEL_TABLES


def named_table(profile: Profile) -> int | None:
    """None where the profile names none.

    Raises:
        TableUnknown: No file of this machine has the name.
        TableTaken: It means a table of the system itself.
    """
    table = profile.interface.table
    if table.mode is not TableMode.NAME:
        return None
    folders = (Path(folder) for folder in FOLDERS)
    paths = [*map(Path, FILES), *(path for it in folders for path in sorted(it.glob("*.conf")))]
    number = find_table(map(_read, paths), table.name)
    if number is None:
        raise TableUnknown(table.name)
    if number in KERNEL_TABLES:
        raise TableTaken(number)
    return number


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MAX_FILE_BYTES)
    except OSError:
        return ""
