"""What routing tables are called on this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wgdesk.domain.errors import TableTaken, TableUnknown
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Profile, TableMode
from wgdesk.domain.route_tables import find_table, table_names
from wgdesk.domain.routing import KERNEL_TABLES

# As iproute2 reads them: what comes later adds to what comes before. Files, and folders whose
# *.conf files count.
FILES: Final = (Path("/usr/share/iproute2/rt_tables"), Path("/etc/iproute2/rt_tables"))
FOLDERS: Final = (Path("/usr/share/iproute2/rt_tables.d"), Path("/etc/iproute2/rt_tables.d"))
MAX_FILE_BYTES: Final = 1 << 16
_SYSTEM_TABLES: Final = {253: "default", 254: "main", 255: "local"}  # uapi/linux/rtnetlink.h


def named_table(profile: Profile) -> int | None:
    """None where the profile names none.

    Raises:
        TableUnknown: No file of this machine has the name.
        TableTaken: It means a table of the system itself.
    """
    table = profile.interface.table
    if table.mode is not TableMode.NAME:
        return None
    number = find_table(_texts(), table.name)
    if number is None:
        raise TableUnknown(table.name)
    if number in KERNEL_TABLES:
        raise TableTaken(number, "the system itself")
    return number


def named_tables() -> dict[int, str]:
    """The tables that have a name, by number; the system's own always do."""
    told = {number: printable(name) for number, name in table_names(_texts()).items()}
    return _SYSTEM_TABLES | told


def _texts() -> Iterator[str]:
    paths = [*FILES, *(path for folder in FOLDERS for path in sorted(folder.glob("*.conf")))]
    return map(_read, paths)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MAX_FILE_BYTES)
    except OSError:
        return ""
