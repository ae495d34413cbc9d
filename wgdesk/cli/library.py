"""The verbs that change the folder of profiles: rename, delete, undelete, history, tag."""

import sys
import time
from contextlib import suppress
from typing import Final

from wgdesk.cli.terminal import complain, safe, say
from wgdesk.client.backend import Backend
from wgdesk.client.history import Version, Why
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.errors import NoSuchProfile, WgdeskError
from wgdesk.domain.names import printable
from wgdesk.domain.secret_lines import references
from wgdesk.domain.snapshot import ALIVE

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
_WHY: Final = {
    Why.EDITED: "before an edit",
    Why.REPLACED: "before an import took its place",
    Why.RESTORED: "before an earlier version came back",
    Why.SAVED_LIVE: "before a down saved the live tunnel",
    Why.DISCARDED: "another program's, which was not kept",
    Why.KEYRING: "before its keys went into the keyring",
}


async def rename(backend: Backend, argument: str, title: str) -> int:
    """Give a profile another name; 1 where its tunnel is up and would lose its own."""
    library = Library()
    file = _file(library, argument)
    if library.moves(file.name, title) and await _is_up(backend, file.name):
        complain(
            f"cannot rename {file.name}: its tunnel is up, and keeps its name until it is down",
            f"Run: wgdesk down {file.name}",
        )
        return EXIT_FAILED
    renamed = library.rename(file.name, title)
    shown = library.title(renamed)
    say(f"Renamed {_named(file.name)} to {_named(renamed.name, shown)}.")
    if renamed.name != file.name:
        await _tell_of_boot(backend, file.name)
    return 0


async def delete(backend: Backend, argument: str) -> int:
    """Move a profile into the trash."""
    library = Library()
    file = _file(library, argument)
    has_keys_elsewhere = bool(references(file.read()))
    deleted = library.delete(file.name)
    say(f"Deleted {_named(deleted.name, deleted.title)}. To undo: wgdesk undelete {deleted.name}")
    if has_keys_elsewhere:
        say("Its keys stay in the keyring, so that it can come back.")
    if await _is_up(backend, file.name):
        say(f"Its tunnel is still up. To take it down: wgdesk down {file.name}")
    await _tell_of_boot(backend, file.name)
    return 0


def undelete(name: str | None) -> int:
    """Bring back the last profile of that name; without one, list what can come back."""
    library = Library()
    found = library.deleted()
    if name is None:
        for each in found:
            say(f"{_when(each.when_unix_s)}  {_named(each.name, each.title)}")
        if not found:
            say("There is nothing to bring back.")
        return 0
    deleted = next((it for it in found if name in (it.name, it.title)), None)
    if deleted is None:
        complain(f"nothing named {printable(name)} was deleted", "To see what was: wgdesk undelete")
        return EXIT_FAILED
    file = library.undelete(deleted)
    say(f"Brought back {_named(file.name, library.title(file))}.")
    return 0


def history(argument: str, show: int | None, restore: int | None, *, reveal: bool) -> int:
    """List the earlier versions of a profile, print one, or make one the profile again."""
    library = Library()
    file = _file(library, argument)
    versions = library.history(file.name)
    number = show if show is not None else restore
    if number is None:
        _list(file, versions)
        return 0
    if not 1 <= number <= len(versions):
        complain(
            f"{file.name} has no earlier version {number}",
            f"To see which there are: wgdesk history {file.name}",
        )
        return EXIT_FAILED
    content = library.version(versions[number - 1])
    if restore is None:
        _print(content, reveal=reveal)
        return 0
    library.save(file, file.read(), content, Why.RESTORED)
    say(f"{file.name} is again what it was until {_when(versions[number - 1].when_unix_s)}.")
    say("What it was just now is the newest earlier version.")
    return 0


def tag(argument: str, changes: list[str]) -> int:
    """Print a profile's tags; `+work` adds one, `-work` takes one away."""
    library = Library()
    file = _file(library, argument)
    tags = list(library.preferences.of(file.name).tags)
    for change in changes:
        sign, word = change[:1], change[1:]
        if sign not in ("+", "-") or not word:
            complain(f"cannot tag {file.name}: {printable(change)} has neither + nor - before it")
            return EXIT_USAGE
        tags = [it for it in tags if it.casefold() != word.casefold()]
        tags += [word] if sign == "+" else []
    if changes:
        library.preferences.set_tags({file.name: tuple(tags)})
    say(" ".join(library.preferences.of(file.name).tags) or f"{file.name} has no tags.")
    return 0


def _file(library: Library, argument: str) -> ProfileFile:
    """A profile of the folder, by its name, its title or its file's name."""
    found = library.store.locate(argument)
    if found.path.parent != library.store.folder:
        raise NoSuchProfile(printable(argument), printable(str(library.store.folder), 200))
    return library.file(found.name)


async def _tell_of_boot(backend: Backend, name: str) -> None:
    """A copy that root keeps goes by the old name."""
    with suppress(WgdeskError):  # an older helper has none, and none that is not there tells
        if any(copy.name == name for copy in await backend.boot_copies()):
            say(f"{name} is still connected at boot. To end that: wgdesk boot off {name}")


async def _is_up(backend: Backend, name: str) -> bool:
    try:
        machine = await backend.tunnels()
    except WgdeskError:
        return False  # nobody can tell, and a file may be changed all the same
    return any(it.name == name and it.lifecycle in ALIVE for it in machine.tunnels)


def _list(file: ProfileFile, versions: tuple[Version, ...]) -> None:
    if not versions:
        say(f"{file.name} has no earlier versions.")
    for number, version in enumerate(versions, 1):
        size = f"{version.size} bytes"
        say(f"{number:3}  {_when(version.when_unix_s)}  {size:>13}  {_WHY[version.why]}")


def _print(content: bytes, *, reveal: bool) -> None:
    from wgdesk.domain.render import redacted  # noqa: PLC0415  # other verbs start without it

    text = content.decode("utf-8", "replace") if reveal else redacted(content)
    sys.stdout.write(safe(text) if sys.stdout.isatty() else text)


def _named(name: str, title: str = "") -> str:
    shown, called = printable(name), printable(title, 120)
    return f"{shown} (“{called}”)" if called and called != shown else shown


def _when(unix_s: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix_s))
