"""What an administrator has approved: profiles, and the commands that may run as root."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.errors import HelperError, LimitExceeded
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.engine.whole_file import write_whole

MAX_PER_USER: Final = 64
MAX_USER_BYTES: Final = 1 << 20
MAX_FILE_BYTES: Final = 16 << 20
VERSION: Final = 2
FIRST_VERSION: Final = 1  # names and digests of profiles, and nothing else
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Approval:
    """One profile, or the commands of one; neither says anything about the other.

    Attributes:
        name: It becomes the interface's, and firewalls trust some names.
        digest: Of the profile's canonical form; with `hooks`, of these.
        when_unix_s: 0 where that was not written down.
        hooks: The commands, which run as they stand here; () for a profile.
    """

    name: str
    digest: str
    when_unix_s: int = 0
    hooks: tuple[Hook, ...] = ()

    def stands_for(self, other: "Approval") -> bool:
        mine = (self.name, self.digest, bool(self.hooks))
        return mine == (other.name, other.digest, bool(other.hooks))


_ByUser = Mapping[int, tuple[Approval, ...]]


def hooks_digest(hooks: Sequence[Hook]) -> str:
    """SHA-256 over kinds and texts in order, hexadecimal."""
    text = json.dumps([[hook.kind.value, hook.command] for hook in hooks])
    return hashlib.sha256(text.encode()).hexdigest()


class Approvals:
    """Kept in one file that only root may read.

    Args:
        path: A file that cannot be understood is set aside as `NAME.bad`; then nothing
            counts as approved, and people are asked again.
        now_unix_s: The time that is written down.
    """

    def __init__(self, path: Path, now_unix_s: Callable[[], float] = lambda: 0.0) -> None:
        self._path, self._now_unix_s = path, now_unix_s
        self._by_uid: _ByUser = self._load()

    def has(self, uid: int, name: str, digest: str) -> bool:
        """Whether this user may bring this profile up under this name."""
        wanted = Approval(name, digest)
        return any(it.stands_for(wanted) for it in self._by_uid.get(uid, ()))

    def find_hooks(self, uid: int, name: str, hooks: Sequence[Hook]) -> tuple[Hook, ...] | None:
        """The stored commands that say the same as these, or None."""
        wanted = Approval(name, hooks_digest(hooks), hooks=tuple(hooks))
        return next((it.hooks for it in self.list(uid) if it.stands_for(wanted)), None)

    def list(self, uid: int) -> tuple[Approval, ...]:
        """The oldest first."""
        return self._by_uid.get(uid, ())

    def add(self, uid: int, name: str, digest: str) -> None:
        """Remember a profile; of more than 64, or than 1 MiB, the oldest go.

        Raises:
            HelperError: It could not be written; then it does not count either.
        """
        self._add(uid, Approval(name, digest, int(self._now_unix_s())))

    def add_hooks(self, uid: int, name: str, hooks: Sequence[Hook]) -> None:
        """Remember the commands of a profile; as `add`."""
        digest = hooks_digest(hooks)
        self._add(uid, Approval(name, digest, int(self._now_unix_s()), tuple(hooks)))

    def revoke(self, uid: int, digest: str) -> int:
        """Forget what has that digest; how much that was. Raises HelperError as `add`."""
        kept = tuple(it for it in self.list(uid) if it.digest != digest)
        number = len(self.list(uid)) - len(kept)
        if number:
            others = {other: listed for other, listed in self._by_uid.items() if other != uid}
            self._save({**others, uid: kept} if kept else others)
        return number

    def _add(self, uid: int, approval: Approval) -> None:
        known = self.list(uid)
        if not any(it.stands_for(approval) for it in known):
            self._save({**self._by_uid, uid: _newest((*known, approval))})

    def _save(self, changed: _ByUser) -> None:
        data = _render(changed)
        if len(data) > MAX_FILE_BYTES:
            raise LimitExceeded("this machine has too many approvals")
        try:
            write_whole(self._path, data)
        except OSError as error:
            text = f"the approval could not be saved: {error.strerror}"
            raise HelperError(text) from error
        self._by_uid = changed

    def _load(self) -> _ByUser:
        try:
            return _read(self._path)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.warning("%s is not usable and is set aside: %s", self._path, error)
            with suppress(OSError):
                self._path.replace(self._path.with_suffix(".bad"))
            return {}


def _newest(approvals: tuple[Approval, ...]) -> tuple[Approval, ...]:
    """As many of the last ones as one user may have."""
    kept: list[Approval] = []
    left_bytes = MAX_USER_BYTES
    for approval in reversed(approvals[-MAX_PER_USER:]):
        left_bytes -= len(json.dumps(_document(approval)))
        if left_bytes < 0:
            break
        kept.append(approval)
    return tuple(reversed(kept))


def _read(path: Path) -> _ByUser:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise ValueError("it is too big")
    document: Any = json.loads(data)
    if not isinstance(document, dict) or document.get("v") not in (FIRST_VERSION, VERSION):
        raise ValueError("it has another version")
    approved = document.get("approved")
    if not isinstance(approved, dict):
        raise ValueError("it has no approvals")  # noqa: TRY004  # one kind of failure for all
    read = _first_approval if document["v"] == FIRST_VERSION else _approval
    return {int(uid): _all_approved(listed, read) for uid, listed in approved.items()}


def _all_approved(listed: Any, read: Callable[[Any], Approval]) -> tuple[Approval, ...]:
    if not isinstance(listed, list):
        raise ValueError("it has no list of approvals")  # noqa: TRY004  # see above
    return tuple(map(read, listed[-MAX_PER_USER:]))


def _first_approval(item: Any) -> Approval:
    match item:
        case [str(name), str(digest)] if _DIGEST.fullmatch(digest):
            return Approval(name, digest)
        case _:
            raise ValueError("it has something that is no approval")


def _approval(item: Any) -> Approval:
    match item:
        case {
            "name": str(name),
            "digest": str(digest),
            "when": int(when_unix_s),
            "hooks": list(listed),
        } if _DIGEST.fullmatch(digest):
            hooks = tuple(map(_hook, listed))
            if hooks and hooks_digest(hooks) != digest:
                raise ValueError("it has commands that are not those that were approved")
            return Approval(name, digest, when_unix_s, hooks)
        case _:
            raise ValueError("it has something that is no approval")


def _hook(item: Any) -> Hook:
    match item:
        case [str(kind), str(command)]:
            return Hook(HookKind(kind), command)
        case _:
            raise ValueError("it has something that is no command")


def _document(approval: Approval) -> dict[str, Any]:
    return {
        "name": approval.name,
        "digest": approval.digest,
        "when": approval.when_unix_s,
        "hooks": [[hook.kind.value, hook.command] for hook in approval.hooks],
    }


def _render(by_uid: _ByUser) -> bytes:
    approved = {str(uid): list(map(_document, listed)) for uid, listed in by_uid.items()}
    return json.dumps({"v": VERSION, "approved": approved}, indent=1).encode() + b"\n"
