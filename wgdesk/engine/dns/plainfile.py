"""resolv.conf itself, on a machine where nobody else writes it.

Several tunnels lie on a stack, and the one that came last answers. What was there before the
first is kept, and comes back when the last is gone: bytes, mode and times of a file, or the
link that it was. It comes back only while the file is still ours; a newer one of somebody
else stays. After a reboot there are no tunnels, and the first start brings it back.
"""

import json
import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from errno import EACCES, EBUSY, EPERM, EROFS
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.dns import MARK, is_ours, name_servers
from wgdesk.domain.errors import DnsFailed
from wgdesk.engine.dns.places import MAX_FILE_BYTES, read_text
from wgdesk.engine.whole_file import sync_folder

STATE_FILE: Final = "state.json"
ORIGINAL_FILE: Final = "original"
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_MODE: Final = 0o644
_SELINUX: Final = "security.selinux"
# glibc reads three servers and looks no further.
_MAX_SERVERS: Final = 3
_WHY: Final = {
    EPERM: "it is marked immutable (“chattr -i” takes that away)",
    EACCES: "it may not be written",
    EBUSY: "something is mounted over it",
    EROFS: "its file system is read-only",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one tunnel wants to stand in resolv.conf."""

    name: str
    servers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()


class Kind(StrEnum):
    NONE = "none"
    LINK = "link"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What was there before; the bytes of a file lie beside it.

    Attributes:
        target: Where the link led.
        mode: Permission bits of the file.
        times_ns: Access and change, nanoseconds.
        label: SELinux's, hexadecimal; "" for none.
    """

    kind: Kind
    target: str = ""
    mode: int = _MODE
    times_ns: tuple[int, int] = (0, 0)
    label: str = ""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class _State:
    boot: str
    original: Original
    entries: tuple[Entry, ...] = ()


class PlainFile:
    """Raises DnsFailed where the file cannot be changed, and then nothing was."""

    def __init__(self, path: Path, state_dir: Path, boot: str = "") -> None:
        """`boot` names the machine's present run; the kernel's word for it by default."""
        self._path, self._state_dir = path, state_dir
        self._boot = boot or BOOT_ID.read_text(encoding="ascii").strip()

    def apply(self, entry: Entry) -> None:
        """Put the entry in force: on top where it is new, in its place where it is not."""
        self.recover()
        before = self._load()
        if before is not None and self._is_still_ours():
            state = replace(before, entries=_with(before.entries, entry))
        else:
            entries = _with(before.entries, entry) if before else (entry,)
            state = _State(self._boot, _look_at(self._path), entries)
        self._save(state)
        try:
            self._write(state)
        except OSError as error:
            self._fall_back_to(before)
            raise _refusal(error) from error

    def revert(self, name: str) -> None:
        """Take the entry away; one that is gone already is a success."""
        state = self._load()
        if state is None:
            return
        rest = tuple(entry for entry in state.entries if entry.name != name)
        if rest == state.entries:
            return
        try:
            if self._is_still_ours():
                self._put_back(replace(state, entries=rest))
            elif rest:
                self._save(replace(state, entries=rest))
            else:
                self._forget()
        except OSError as error:
            raise _refusal(error) from error

    def recover(self) -> bool:
        """After a reboot: bring back what was there; whether there was anything to do."""
        state = self._load()
        if state is None or state.boot == self._boot:
            return False
        try:
            if self._is_still_ours():
                self._put_back(replace(state, entries=()))
            else:
                self._forget()
        except OSError as error:
            raise _refusal(error) from error
        return True

    def names(self) -> tuple[str, ...]:
        """The tunnels on the stack, the top last."""
        state = self._load()
        return tuple(entry.name for entry in state.entries) if state else ()

    def stands(self, entry: Entry) -> bool:
        """Whether the file says what the stack says, and this entry is on it."""
        state = self._load()
        if state is None or entry not in state.entries:
            return False
        return read_text(self._path) == _render(state)

    def _put_back(self, state: _State) -> None:
        if state.entries:
            self._save(state)
            self._write(state)
        else:
            _restore(self._path, state.original)
            self._forget()

    def _fall_back_to(self, before: _State | None) -> None:
        if before is None:
            self._forget()
        else:
            self._save(before)

    def _is_still_ours(self) -> bool:
        return not self._path.is_symlink() and is_ours(read_text(self._path))

    def _write(self, state: _State) -> None:
        label = state.original.label
        _replace_file(self._path, _render(state).encode("ascii"), _MODE, label=label)

    def _load(self) -> _State | None:
        try:
            words = json.loads((self._state_dir / STATE_FILE).read_text(encoding="utf-8"))
            return _decode(words, (self._state_dir / ORIGINAL_FILE).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):  # unreadable: as if it were not there
            return None

    def _save(self, state: _State) -> None:
        original = asdict(state.original)
        del original["data"]
        entries = [asdict(entry) for entry in state.entries]
        words = {"boot": state.boot, "original": original, "entries": entries}
        try:
            self._state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace_file(self._state_dir / ORIGINAL_FILE, state.original.data, 0o600)
            text = json.dumps(words).encode("utf-8")
            _replace_file(self._state_dir / STATE_FILE, text, 0o600)
        except OSError as error:
            why = f"what was there cannot be kept in {self._state_dir}: {error.strerror}"
            raise DnsFailed(why) from error

    def _forget(self) -> None:
        for name in (STATE_FILE, ORIGINAL_FILE):
            (self._state_dir / name).unlink(missing_ok=True)


def _look_at(path: Path) -> Original:
    """What has the path now; refuses what could not be brought back as it is."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return Original(kind=Kind.NONE)
    if stat.S_ISLNK(found.st_mode):
        if not path.exists():
            raise DnsFailed(f"{path} is a link that leads nowhere")
        data = read_text(path).encode("utf-8")  # for its servers, where a tunnel has none
        return Original(kind=Kind.LINK, target=str(path.readlink()), data=data)
    if not stat.S_ISREG(found.st_mode):
        raise DnsFailed(f"{path} is not a file")
    if (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
        raise DnsFailed(f"{path} belongs to somebody else (user {found.st_uid})")
    if found.st_size > MAX_FILE_BYTES:
        raise DnsFailed(f"{path} is longer than {MAX_FILE_BYTES >> 10} KiB")
    return Original(
        kind=Kind.FILE,
        mode=stat.S_IMODE(found.st_mode),
        times_ns=(found.st_atime_ns, found.st_mtime_ns),
        label=_label(path),
        data=_less_our_line(path.read_bytes()),
    )


def _less_our_line(data: bytes) -> bytes:
    """Of a file of ours whose state was lost, what is below the mark."""
    return data.partition(b"\n")[2] if data.startswith(MARK.encode("ascii")) else data


def _restore(path: Path, original: Original) -> None:
    match original.kind:
        case Kind.NONE:
            path.unlink(missing_ok=True)
        case Kind.LINK:
            beside = _beside(path)
            beside.symlink_to(original.target)
            _rename(beside, path)
        case Kind.FILE:
            times_ns, label = original.times_ns, original.label
            _replace_file(path, original.data, original.mode, times_ns=times_ns, label=label)


def _render(state: _State) -> str:
    """The top of the stack; where it names no servers, those below it answer."""
    top = state.entries[-1]
    servers = next((it.servers for it in reversed(state.entries) if it.servers), ())
    if not servers:
        servers = name_servers(state.original.data.decode("utf-8", "replace"))
    lines = [f"{MARK} for the tunnel {top.name}. What was here before comes back with its end."]
    lines += (f"nameserver {server}" for server in servers[:_MAX_SERVERS])
    if top.search:
        lines.append(f"search {' '.join(top.search)}")
    return "\n".join(lines) + "\n"


def _with(entries: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    names = [it.name for it in entries]
    if entry.name not in names:
        return (*entries, entry)
    return tuple(entry if it.name == entry.name else it for it in entries)


def _decode(words: Any, data: bytes) -> _State:
    original = words["original"]
    original["times_ns"] = tuple(map(int, original["times_ns"]))
    original["kind"] = Kind(original["kind"])
    entries = (
        Entry(str(it["name"]), tuple(map(str, it["servers"])), tuple(map(str, it["search"])))
        for it in words["entries"]
    )
    return _State(str(words["boot"]), Original(**original, data=data), tuple(entries))


def _replace_file(
    path: Path,
    data: bytes,
    mode: int,
    *,
    times_ns: tuple[int, int] | None = None,
    label: str = "",
) -> None:
    """In one step: whoever reads sees the old file or the new one."""
    beside = _beside(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.fdopen(os.open(beside, flags, 0o600), "wb")
    try:
        with file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
            if label:
                with suppress(OSError):  # its policy may know better
                    os.setxattr(file.fileno(), _SELINUX, bytes.fromhex(label))
            file.flush()
            os.fsync(file.fileno())
            if times_ns is not None:
                os.utime(file.fileno(), ns=times_ns)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _rename(beside, path)


def _rename(beside: Path, path: Path) -> None:
    try:
        beside.rename(path)
        sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.wgdesk-{secrets.token_hex(4)}")


def _label(path: Path) -> str:
    try:
        return os.getxattr(path, _SELINUX, follow_symlinks=False).hex()
    except OSError:
        return ""


def _refusal(error: OSError) -> DnsFailed:
    why = _WHY.get(error.errno or 0, error.strerror or "it failed")
    return DnsFailed(f"resolv.conf cannot be changed: {why}")
