"""Profiles of /etc/wireguard, for the import: the helper reads them, systemd knows when they start."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from wgdesk.client.backend import Backend
from wgdesk.client.own_program import is_sandboxed
from wgdesk.client.wg_quick_units import QuickUnit, WgQuickUnits
from wgdesk.domain.errors import AuthRequired, NotAuthorized, WgdeskError
from wgdesk.domain.found_profile import Findings, FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate
from wgdesk.domain.names import PROFILE_SUFFIX, natural_key
from wgdesk.domain.system_profile import SystemProfile, Withheld
from wgdesk.wire.names import MAX_NAMES_CHARS, WG_QUICK_FOLDER

WG_QUICK: Final = "wg-quick"  # as the helper calls whose interface one is
SEPARATOR: Final = ", "

_HIDDEN: Final = "An administrator has to allow it before the names in /etc/wireguard are shown."
_NO_SYSTEMD: Final = "A Flatpak may not ask systemd, so which of them start at boot is not known."
_AS_ROOT: Final = "Copy it to a plain file there as root, then import it again."
_WHY: Final[Mapping[str, tuple[str, str]]] = {
    Withheld.ABSENT: ("The file is not there any more.", ""),
    Withheld.LINK: ("The file is a link, and the helper follows none.", _AS_ROOT),
    Withheld.NO_FILE: ("It is no plain file.", ""),
    Withheld.NOT_ROOTS: ("The file belongs to somebody else than root.", _AS_ROOT),
    Withheld.TOO_LARGE: ("The file is larger than 1 MiB, and no profile needs that much.", ""),
    Withheld.UNREADABLE: ("The helper cannot read the file.", ""),
}
_UNKNOWN: Final = ("The helper does not give the file.", "")


class SystemProfiles:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._units = WgQuickUnits()

    async def find(self, *, may_ask: bool) -> Findings:
        """What there is, and notes on why it is not all; never raises."""
        names, notes, is_hidden = await self._names(may_ask=may_ask)
        units = await self._units.find(names or ())
        up = {name for name, unit in units.items() if unit.is_up} | await self._up()
        # Where the names are not told, those of units are: everybody may ask systemd.
        known = [it for it in units if _matters(units[it])] if names is None else names
        if is_sandboxed():
            notes = (*notes, _NO_SYSTEMD)
        return Findings(
            profiles=tuple(_found(name, units, up) for name in sorted(known, key=natural_key)),
            notes=notes,
            hides_names=is_hidden,
        )

    async def fetch(self, found: Sequence[FoundProfile]) -> Mapping[str, Candidate]:
        """By name; one password dialog for as many as one can name."""
        by_name = {it.name: it for it in found}
        candidates = {it.name: _refused(it, *_UNKNOWN) for it in found}
        batches = list(_batches(tuple(by_name)))
        while batches:
            names = batches.pop(0)
            try:
                read = await self._backend.read_system_profiles(names)
            except (AuthRequired, NotAuthorized) as error:  # nobody is asked once more
                rest = [*names, *(it for batch in batches for it in batch)]
                return candidates | {it: _failed(by_name[it], error) for it in rest}
            except WgdeskError as error:
                candidates |= {it: _failed(by_name[it], error) for it in names}
                continue
            crowded = [it.name for it in read if it.withheld == Withheld.TOO_MUCH]
            if 0 < len(crowded) < len(names):
                batches.insert(0, tuple(crowded))
            candidates |= {
                it.name: _candidate(by_name[it.name], it) for it in read if it.name in by_name
            }
        return candidates

    async def set_autostart(self, found: FoundProfile, *, on: bool) -> None:
        """Raises AutostartKept or NotAuthorized."""
        await (self._units.turn_on if on else self._units.turn_off)(found.name)

    async def close(self) -> None:
        await self._units.close()

    async def _names(
        self, *, may_ask: bool
    ) -> tuple[tuple[str, ...] | None, tuple[str, ...], bool]:
        """The names, or None where they are not told; notes on why; whether that can be changed."""
        try:
            return await self._backend.system_profiles(may_ask=may_ask), (), False
        except (AuthRequired, NotAuthorized):
            return None, (_HIDDEN,), True
        except WgdeskError as error:
            text = f"{WG_QUICK_FOLDER} could not be looked at: {error}."
            return None, (f"{text} {error.remedy}".rstrip(),), False

    async def _up(self) -> set[str]:
        """The interfaces that wg-quick has made."""
        try:
            machine = await self._backend.tunnels()
        except WgdeskError:
            return set()
        return {it.name for it in machine.foreign if it.program == WG_QUICK}


def _matters(unit: QuickUnit) -> bool:
    return unit.is_up or unit.starts_at_boot


def _batches(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """As many as one dialog names."""
    batch: tuple[str, ...] = ()
    for name in names:
        if batch and len(SEPARATOR.join((*batch, name))) > MAX_NAMES_CHARS:
            yield batch
            batch = ()
        batch += (name,)
    if batch:
        yield batch


def _found(name: str, units: Mapping[str, QuickUnit], up: set[str]) -> FoundProfile:
    return FoundProfile(
        kind=SourceKind.SYSTEM,
        name=name,
        title=name,
        source=f"{WG_QUICK_FOLDER}/{name}{PROFILE_SUFFIX}",
        is_up=name in up,
        starts_by_itself=units.get(name, QuickUnit()).starts_at_boot,
        needs_authorisation=True,
    )


def _candidate(found: FoundProfile, read: SystemProfile) -> Candidate:
    if not read.withheld:
        return Candidate(source=found.source, title=found.title, content=read.content)
    return _refused(found, *_WHY.get(read.withheld, _UNKNOWN))


def _refused(found: FoundProfile, why: str, remedy: str) -> Candidate:
    return Candidate(source=found.source, title=found.title, refusal=why, remedy=remedy)


def _failed(found: FoundProfile, error: WgdeskError) -> Candidate:
    text = str(error)
    return _refused(found, f"{text[:1].upper()}{text[1:]}.", error.remedy)
