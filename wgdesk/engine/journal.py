"""The write-ahead journal: one record a tunnel, written before the machine is touched.

It lies in a folder of the volatile /run: what it speaks of is gone after a reboot too.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from wgdesk.domain.errors import InvalidName, StateNotSaved
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.engine.record import NO_HEADER, Header, Record, UnknownRecord, decode, encode
from wgdesk.engine.whole_file import write_whole

SUFFIX: Final = ".json"
# 20,000 allowed IPs and 10,000 peers make 3 MB.
MAX_RECORD_BYTES: Final = 16 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that this version cannot read; it stays as it is until the tunnel is down."""

    name: str
    why: str
    header: Header = NO_HEADER


class Journal(Protocol):
    def write(self, record: Record) -> None:
        """Note it, whole, in place of what was noted of that name; raises StateNotSaved."""

    def remove(self, name: str) -> None:
        """Nothing of that name is on the machine any more; raises StateNotSaved."""

    def read(self) -> Iterator[Record | Unread]:
        """Everything that is noted."""


class FolderJournal:
    """Implements Journal with one file a tunnel, readable by root only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, record: Record) -> None:
        try:
            write_whole(self._path(record.name), encode(record))
        except OSError as error:
            raise StateNotSaved((error.strerror or "the system refused").lower()) from error

    def remove(self, name: str) -> None:
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StateNotSaved((error.strerror or "the system refused").lower()) from error

    def read(self) -> Iterator[Record | Unread]:
        try:
            paths = sorted(self._folder.glob(f"*{SUFFIX}"))
        except OSError:
            return
        for path in paths:
            name = path.name.removesuffix(SUFFIX)
            try:
                yield _read(path, parse_tunnel_name(name))
            except UnknownRecord as error:
                _log.warning("the record of %s cannot be used: %s", path.name, error)
                yield Unread(name, str(error), error.header)
            except (OSError, InvalidName) as error:
                _log.warning("the record of %s cannot be used: %s", path.name, error)
                yield Unread(name, str(error))

    def _path(self, name: str) -> Path:
        return self._folder / f"{parse_tunnel_name(name)}{SUFFIX}"


class NoJournal:
    """Implements Journal for engines that nobody takes over: it remembers nothing."""

    def write(self, record: Record) -> None:
        pass

    def remove(self, name: str) -> None:
        pass

    def read(self) -> Iterator[Record | Unread]:
        return iter(())


def _read(path: Path, name: str) -> Record:
    with path.open("rb") as file:
        data = file.read(MAX_RECORD_BYTES + 1)
    if len(data) > MAX_RECORD_BYTES:
        raise UnknownRecord("it is too big")
    record = decode(data)
    if record.name != name:
        raise UnknownRecord("it is about another tunnel")
    return record
