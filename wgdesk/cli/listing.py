"""`list`: every profile and what it is doing."""

import time
from dataclasses import dataclass
from typing import Final

from wgdesk.cli.terminal import complain, say
from wgdesk.cli.text import kind_text
from wgdesk.client.backend import Backend
from wgdesk.client.preferences import NO_CHOICES, Choices, Preferences
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import InvalidProfile, ProfileUnreadable, WgdeskError
from wgdesk.domain.health import OFF, Health, health
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Profile
from wgdesk.domain.secret_lines import references
from wgdesk.domain.snapshot import Lifecycle, MachineSnapshot

UNKNOWN: Final = "Unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """A profile as it is listed.

    Attributes:
        profile: None where `problem` says why.
        state: What the helper says of its tunnel, or "unknown".
        seen: What a person sees of it; None where the helper cannot be asked.
        title: What it is called; "" where that is its name.
        has_keys_elsewhere: They are in the keyring.
    """

    file: ProfileFile
    profile: Profile | None
    problem: str
    state: str
    seen: Health | None
    title: str = ""
    tags: tuple[str, ...] = ()
    has_keys_elsewhere: bool = False


async def list_profiles(backend: Backend, *, as_json: bool) -> int:
    """Print the profiles; a helper that cannot be reached only leaves the states unknown."""
    store = ProfileStore()
    files = store.list()
    machine = await _machine(backend) if files else None
    chosen = Preferences().all()
    rows = [_row(file, machine, chosen.get(file.name, NO_CHOICES)) for file in files]
    if as_json:
        _say_document(store, rows)
    elif rows:
        for line in _lines(rows):
            say(line)
    else:
        say(f"There are no profiles in {store.folder} yet.")
        say("Bring one in, such as the file your provider or office gave you: wgdesk import FILE")
    return 0


async def _machine(backend: Backend) -> MachineSnapshot | None:
    """All tunnels; None where nobody can tell."""
    try:
        return await backend.tunnels()
    except WgdeskError as error:
        remedy = f" {error.remedy}" if error.remedy else ""
        complain(f"the states are unknown: {error}.{remedy}")
        return None


def _row(file: ProfileFile, machine: MachineSnapshot | None, choices: Choices) -> Row:
    state, seen = _state_of(file.name, machine)
    profile, problem, is_elsewhere = None, "", False
    try:
        content = file.read()
        is_elsewhere = bool(references(content))
        profile = read_profile(content)
    except ProfileUnreadable as error:
        problem = f"cannot be read: {error.why}"
    except InvalidProfile as error:
        problem = f"invalid: {error}"
    except WgdeskError as error:
        problem = str(error)
    title = choices.title or file.title
    return Row(file, profile, problem, state, seen, title, choices.tags, is_elsewhere)


def _state_of(name: str, machine: MachineSnapshot | None) -> tuple[str, Health | None]:
    if machine is None:
        return "unknown", None
    for tunnel in machine.tunnels:
        if tunnel.name == name:
            return tunnel.lifecycle.value, health(tunnel, int(time.time()))
    return Lifecycle.OFF.value, OFF


def _lines(rows: list[Row]) -> list[str]:
    cells = [(_name(row), _words(row), _remark(row)) for row in rows]
    name_width = max(len(name) for name, _, _ in cells)
    state_width = max(len(words) for _, words, _ in cells)
    return [
        f"{name:{name_width}}  {words:{state_width}}  {remark}" for name, words, remark in cells
    ]


def _name(row: Row) -> str:
    """What commands take first, then what a person calls it."""
    name, title = printable(row.file.name), printable(row.title)
    return f"{name} ({title})" if title else name


def _words(row: Row) -> str:
    return printable(row.seen.text) if row.seen else UNKNOWN


def _remark(row: Row) -> str:
    if row.profile is None:
        return row.problem
    kind = kind_text(row.profile)
    return f"{kind}, keys in the keyring" if row.has_keys_elsewhere else kind


def _say_document(store: ProfileStore, rows: list[Row]) -> None:
    from wgdesk.cli.documents import document, profile_json  # noqa: PLC0415  # json is slow to load

    profiles = [
        {
            **profile_json(row.file, row.profile, row.problem, row.state, row.seen),
            "title": row.title or row.file.name,
            "tags": list(row.tags),
            "keys_in_keyring": row.has_keys_elsewhere,
        }
        for row in rows
    ]
    say(document({"folder": str(store.folder), "profiles": profiles}))
