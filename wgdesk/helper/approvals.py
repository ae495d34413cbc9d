"""Which profiles an administrator has approved, by user, name and content."""

import json
import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.errors import HelperError

MAX_PER_USER: Final = 64
MAX_FILE_BYTES: Final = 1 << 20
VERSION: Final = 1
Approved = tuple[str, str]  # name and digest
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


class Approvals:
    """Kept in one file that only root may read.

    The name counts because it becomes the interface's, and firewalls trust some names.

    Args:
        path: A file that cannot be understood is set aside as `NAME.bad`; then nothing
            counts as approved, and people are asked again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_uid = self._load()

    def has(self, uid: int, name: str, digest: str) -> bool:
        return (name, digest) in self._by_uid.get(uid, ())

    def add(self, uid: int, name: str, digest: str) -> None:
        """Remember; of more than 64 the oldest goes.

        Raises:
            HelperError: It could not be written; then it does not count either.
        """
        if self.has(uid, name, digest):
            return
        known = (*self._by_uid.get(uid, ()), (name, digest))
        changed = {**self._by_uid, uid: known[-MAX_PER_USER:]}
        try:
            _write(self._path, _render(changed))
        except OSError as error:
            text = f"the approval could not be saved: {error.strerror}"
            raise HelperError(text) from error
        self._by_uid = changed

    def _load(self) -> dict[int, tuple[Approved, ...]]:
        try:
            return _read(self._path)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.warning("%s is not usable and is set aside: %s", self._path, error)
            with suppress(OSError):
                self._path.replace(self._path.with_suffix(".bad"))
            return {}


def _read(path: Path) -> dict[int, tuple[Approved, ...]]:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise ValueError("it is too big")
    document: Any = json.loads(data)
    if not isinstance(document, dict) or document.get("v") != VERSION:
        raise ValueError("it has another version")
    approved = document.get("approved")
    if not isinstance(approved, dict):
        raise ValueError("it has no approvals")  # noqa: TRY004  # one kind of failure for all
    return {int(uid): _all_approved(listed) for uid, listed in approved.items()}


def _all_approved(listed: Any) -> tuple[Approved, ...]:
    if not isinstance(listed, list):
        raise ValueError("it has no list of approvals")  # noqa: TRY004  # see above
    return tuple(map(_approved, listed[-MAX_PER_USER:]))


def _approved(item: Any) -> Approved:
    match item:
        case [str(name), str(digest)] if _DIGEST.fullmatch(digest):
            return name, digest
        case _:
            raise ValueError("it has something that is no approval")


def _render(by_uid: Mapping[int, tuple[Approved, ...]]) -> bytes:
    approved = {str(uid): [list(pair) for pair in pairs] for uid, pairs in by_uid.items()}
    return json.dumps({"v": VERSION, "approved": approved}, indent=1).encode() + b"\n"


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, also across a power cut."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
