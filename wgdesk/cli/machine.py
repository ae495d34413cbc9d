"""`import --from-machine`: profiles that other programs of this machine keep."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from wgdesk.cli.terminal import complain, say
from wgdesk.client.backend import Backend
from wgdesk.client.machine_sources import MachineSources
from wgdesk.domain.found_profile import Findings, FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate
from wgdesk.domain.names import printable

HOW: Final = "To take one of them in: wgdesk import --from-machine NAME"
NONE: Final = "Neither /etc/wireguard nor NetworkManager has a WireGuard profile for you."
SEPARATOR: Final = ", "

_STARTS: Final = {
    SourceKind.SYSTEM: "starts at boot",
    SourceKind.NETWORKMANAGER: "connects by itself",
}


async def list_machine(backend: Backend, *, as_json: bool) -> int:
    """Print what there is to import; of secrets nothing is read."""
    async with _sources(backend) as sources:
        findings = await sources.find(may_ask=True)
    if as_json:
        _say_document(findings)
        return 0
    for line in _lines(findings.profiles):
        say(line)
    if not findings.profiles and not findings.notes:
        say(NONE)
    _complain_of(findings)
    if findings.profiles:
        say(HOW)
    return 0


async def machine_candidates(backend: Backend, names: Sequence[str]) -> tuple[Candidate, ...]:
    """The profiles that are meant, read; one that is not there is a candidate with a refusal.

    Names are titles, those of tunnels in /etc/wireguard, or UUIDs; all of that name are meant.
    """
    async with _sources(backend) as sources:
        findings = await sources.find(may_ask=True)
        wanted = [it for it in findings.profiles if _is_meant(it, names)]
        fetched = await sources.fetch_all(wanted)
    missing = [name for name in dict.fromkeys(names) if not any(_is(it, name) for it in wanted)]
    if missing:
        _complain_of(findings)
    return (*fetched, *map(_absent, missing))


@asynccontextmanager
async def _sources(backend: Backend) -> AsyncIterator[MachineSources]:
    sources = MachineSources(backend)
    try:
        yield sources
    finally:
        await sources.close()


def _is_meant(found: FoundProfile, names: Sequence[str]) -> bool:
    return any(_is(found, name) for name in names)


def _is(found: FoundProfile, name: str) -> bool:
    return name in (found.name, found.title, found.source)


def _absent(name: str) -> Candidate:
    return Candidate(
        source=printable(name),
        refusal="Neither /etc/wireguard nor NetworkManager has a profile of that name.",
        remedy="What there is: wgdesk import --from-machine",
    )


def _lines(profiles: Sequence[FoundProfile]) -> list[str]:
    cells = [(printable(it.title), printable(_place(it)), _remarks(it)) for it in profiles]
    title_width = max((len(title) for title, _, _ in cells), default=0)
    place_width = max((len(place) for _, place, _ in cells), default=0)
    return [
        f"{title:{title_width}}  {place:{place_width}}  {remarks}".rstrip()
        for title, place, remarks in cells
    ]


def _place(found: FoundProfile) -> str:
    return found.source if found.kind is SourceKind.SYSTEM else "NetworkManager"


def _remarks(found: FoundProfile) -> str:
    starts = _STARTS[found.kind] if found.starts_by_itself else ""
    return SEPARATOR.join(filter(None, ("up" if found.is_up else "", starts)))


def _complain_of(findings: Findings) -> None:
    for note in findings.notes:
        complain(note)


def _say_document(findings: Findings) -> None:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load

    profiles = [
        {
            "kind": it.kind.value,
            "name": it.name,
            "title": it.title,
            "source": it.source,
            "up": it.is_up,
            "starts_by_itself": it.starts_by_itself,
        }
        for it in findings.profiles
    ]
    hides = findings.hides_names
    say(document({"profiles": profiles, "notes": findings.notes, "names_hidden": hides}))
