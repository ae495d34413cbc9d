"""Profiles that are connected when the machine starts, as they were approved; root alone reads them.

Each is one file below /var/lib/wgdesk/boot and holds the private key: before anybody has logged
in there is nobody else who could give it.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.boot_copy import COPIES, COPIES_PER_USER
from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.errors import (
    BootCopyDamaged,
    HelperError,
    InvalidName,
    InvalidRequest,
    LimitExceeded,
    NameConflict,
    NoBootCopy,
)
from wgdesk.domain.names import natural_key, parse_tunnel_name
from wgdesk.domain.options import TunnelOptions
from wgdesk.engine.whole_file import FRESH, sync_folder, write_whole
from wgdesk.wire.options import decode_options, encode_options

SUFFIX: Final = ".json"
BAD_SUFFIX: Final = ".bad"
VERSION: Final = 1
# A control or a broken byte of the text takes six characters of JSON.
MAX_FILE_BYTES: Final = 6 * MAX_PROFILE_BYTES + (64 << 10)
_DAMAGED: Final = "what was approved for {} at boot is damaged and set aside; turn it on again"
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """One of them, whole.

    Attributes:
        digest: Of the profile's canonical form, as approvals have it.
        commands: How many the profile has.
    """

    name: str
    owner_uid: int
    digest: str
    when_unix_s: int
    options: TunnelOptions
    commands: int
    content: bytes = field(repr=False)


class BootCopies:
    """Blocks, so it is used beside the loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list(self) -> tuple[StoredCopy, ...]:
        """All that can be read, by their names; one that is damaged is set aside."""
        found = []
        for name in self._names(SUFFIX):
            with suppress(NoBootCopy, BootCopyDamaged, HelperError):
                found.append(self.read(name))
        return tuple(found)

    def damaged(self) -> tuple[str, ...]:
        """The names of those that were set aside and have not been made anew."""
        return tuple(it for it in self._names(BAD_SUFFIX) if not self._path(it).exists())

    def complaints(self) -> tuple[str, ...]:
        """The same in sentences."""
        return tuple(_DAMAGED.format(name) for name in self.damaged())

    def read(self, name: str) -> StoredCopy:
        """The copy of that name.

        Raises:
            NoBootCopy: There is none.
            BootCopyDamaged: It cannot be understood; from now on it is `NAME.bad`.
            HelperError: The disk does not give it.
        """
        path = self._path(name)
        try:
            return _understood(_bytes_of(path), name)
        except FileNotFoundError:
            raise self._absence(name) from None
        except OSError as error:
            text = f"the copy of {name} for the boot cannot be read: {error.strerror}"
            raise HelperError(text) from error
        except (ValueError, InvalidRequest) as error:
            raise self.set_aside(name, str(error)) from error

    def set_aside(self, name: str, why: str) -> BootCopyDamaged:
        """It is not what was written; gives what is to be raised."""
        _log.warning("%s is not usable and is set aside: %s", self._path(name), why)
        with suppress(OSError):
            self._path(name).replace(self._path(name, BAD_SUFFIX))
        return _damaged(name)

    def refuse(self, name: str, owner_uid: int) -> None:
        """Whether this user may have a copy of this name beside those that there are.

        Raises:
            NameConflict: It is another user's.
            LimitExceeded: There are as many as may be.
        """
        others = [it for it in self.list() if it.name != name]
        with suppress(NoBootCopy, BootCopyDamaged):
            if self.read(name).owner_uid != owner_uid:
                raise NameConflict(name, "another user, for the boot")
        if len(others) >= COPIES:
            raise LimitExceeded(f"this machine connects {COPIES} tunnels at boot already")
        if sum(it.owner_uid == owner_uid for it in others) >= COPIES_PER_USER:
            text = f"{COPIES_PER_USER} tunnels of yours are connected at boot; turn one off first"
            raise LimitExceeded(text)

    def save(self, copy: StoredCopy) -> None:
        """In the place of an older one. Raises HelperError; then the older one stands."""
        try:
            self._sweep()
            write_whole(self._path(copy.name), _render(copy))
            self._path(copy.name, BAD_SUFFIX).unlink(missing_ok=True)
        except OSError as error:
            text = f"the copy for the boot could not be saved: {error.strerror}"
            raise HelperError(text) from error

    def remove(self, name: str) -> None:
        """Also what was set aside; none is a success. Raises HelperError."""
        try:
            for suffix in (SUFFIX, BAD_SUFFIX):
                self._path(name, suffix).unlink(missing_ok=True)
            self._sweep()
            if self._folder.is_dir():
                sync_folder(self._folder)
        except OSError as error:
            text = f"the copy of {name} for the boot could not be removed: {error.strerror}"
            raise HelperError(text) from error

    def _absence(self, name: str) -> HelperError:
        if self._path(name, BAD_SUFFIX).exists():
            return _damaged(name)
        return NoBootCopy(f"nothing is approved for the boot as {name}")

    def _sweep(self) -> None:
        """What a power cut left half written holds a key too."""
        for path in self._folder.glob(f"*{SUFFIX}{FRESH}"):
            path.unlink(missing_ok=True)

    def _path(self, name: str, suffix: str = SUFFIX) -> Path:
        # A name may be all dots, so it is put together and never taken apart.
        return self._folder / f"{name}{suffix}"

    def _names(self, suffix: str) -> tuple[str, ...]:
        found: set[str] = set()
        try:
            with os.scandir(self._folder) as entries:
                files = [entry.name for entry in entries if entry.name.endswith(suffix)]
        except OSError:
            return ()
        for file in files:
            with suppress(InvalidName):
                found.add(parse_tunnel_name(file.removesuffix(suffix)))
        return tuple(sorted(found, key=natural_key))


def _damaged(name: str) -> BootCopyDamaged:
    return BootCopyDamaged(_DAMAGED.format(name))


def _bytes_of(path: Path) -> bytes:
    descriptor = os.open(path, _FLAGS)
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor has no path
        return file.read(MAX_FILE_BYTES + 1)


def _render(copy: StoredCopy) -> bytes:
    document = {
        "v": VERSION,
        "name": copy.name,
        "uid": copy.owner_uid,
        "digest": copy.digest,
        "when": copy.when_unix_s,
        "options": encode_options(copy.options),
        "commands": copy.commands,
        "sha256": hashlib.sha256(copy.content).hexdigest(),
        "profile": copy.content.decode("utf-8", "surrogateescape"),
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def _understood(data: bytes, name: str) -> StoredCopy:
    """Raises ValueError or InvalidRequest, neither with anything of the text in it."""
    if len(data) > MAX_FILE_BYTES:
        raise ValueError("it is too large")
    try:
        document: Any = json.loads(data)
    except ValueError:
        raise ValueError("it is not JSON") from None
    match document:
        case {
            "v": 1,
            "name": str(named),
            "uid": int(owner_uid),
            "digest": str(digest),
            "when": int(when_unix_s),
            "options": dict(options),
            "commands": int(commands),
            "sha256": str(checksum),
            "profile": str(text),
        } if named == name and owner_uid >= 0 and _are_words(options):
            content = text.encode("utf-8", "surrogateescape")
            if hashlib.sha256(content).hexdigest() != checksum:
                raise ValueError("its text is not the one that was approved")
            wanted = decode_options(options)
            return StoredCopy(name, owner_uid, digest, when_unix_s, wanted, commands, content)
        case _:
            raise ValueError("it is no copy of that profile")


def _are_words(options: Mapping[Any, Any]) -> bool:
    return all(isinstance(word, str) for pair in options.items() for word in pair)
