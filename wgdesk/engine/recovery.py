"""What a helper before this one left: taken over, or brought to the end that was wanted.

Up stays up, a half-done `up` is taken back, a half-done `down` is finished. A tunnel of ours
whose record is of no use is taken over as its owner's, or root's where not even that can be
read: nothing of it is changed, and it can be taken down.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from wgdesk.domain.device import Engine
from wgdesk.domain.errors import EngineError, RollbackIncomplete, WgdeskError
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.options import DEFAULT_OPTIONS
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import Interface, Peer, Profile
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.domain.steps import AddAddress
from wgdesk.engine import runner
from wgdesk.engine.diary import Diary, clause
from wgdesk.engine.journal import Journal, Unread
from wgdesk.engine.ports import System
from wgdesk.engine.record import NO_HEADER, Header, Record, Stage
from wgdesk.engine.tunnel import Tunnel

JOURNAL_DEGRADED = (
    "The helper found a tunnel whose record it cannot read; it can only be taken down."
)

UNFINISHED = "What the helper before this one left half done could not be ended: {}."
HALF_DONE = "Was half done when the helper before this one ended; it is down now."

_log = logging.getLogger(__name__)


@dataclass
class Recovered:
    """What the helper goes on with.

    Attributes:
        tunnels: Those that are up, and why where one turns out to be broken.
        unread: Ids of those of which only what the machine shows is known.
    """

    tunnels: list[tuple[Tunnel, str]] = field(default_factory=list)
    unread: frozenset[str] = frozenset()


async def recover(system: System, journal: Journal, diary: Diary) -> Recovered:
    """Bring the machine and the journal into agreement, before anything is brought up."""
    found = Recovered()
    unread: dict[str, Header] = {}
    for entry in tuple(journal.read()):
        if isinstance(entry, Unread):
            unread[entry.name] = entry.header
        elif entry.stage is Stage.UP:
            found.tunnels.append(await _adopt(entry, system, diary))
        else:
            await _finish(entry, system, journal, diary)
    try:
        known = {tunnel.name for tunnel, _ in found.tunnels}
        links = await system.own_links()
        unread |= {it: NO_HEADER for it in links if it not in known | set(unread)}
        for name, header in unread.items():
            taken = await _inspect(name, header, system, _plans(found.tunnels))
            found.tunnels += taken
            found.unread |= {tunnel.id for tunnel, _ in taken}
            if not taken and name not in links:
                journal.remove(name)  # there is nothing left that it could tell of
        cleared = await system.clear_strays(_plans(found.tunnels))
        if cleared:
            _log.warning("cleared what a former helper left: %s", ", ".join(cleared))
    except EngineError as error:
        _log.warning("%s", error)
    return found


def _plans(tunnels: Iterable[tuple[Tunnel, str]]) -> list[Plan]:
    return [tunnel.plan for tunnel, _ in tunnels if tunnel.plan is not None]


async def _adopt(record: Record, system: System, diary: Diary) -> tuple[Tunnel, str]:
    """Its tunnel, and why it is broken; "" where it is whole or was made whole."""
    try:
        profile = record.profile()
    except WgdeskError:
        profile = Profile()
    tunnel = Tunnel(record.owner_uid, record.name, profile, record.options, tunnel_id=record.id)
    tunnel.plan, tunnel.engine, tunnel.has_keys = record.plan, record.engine, False
    tunnel.since_unix_s = record.since_unix_s
    try:
        tunnel.plan = await system.adopt(record.plan, record.engine.kind)
        missing = await system.missing(tunnel.plan)
        await system.redo(missing)
    except EngineError as error:
        return tunnel, f"it went while the helper was not running: {error}"
    _log.info("took over %s", record.name)
    if missing:
        diary.repaired(tunnel, missing)
    return tunnel, ""


async def _finish(record: Record, system: System, journal: Journal, diary: Diary) -> None:
    """Take everything of it back: nobody waits for an `up` that was under way."""
    try:
        await system.adopt(record.plan, record.engine.kind)
    except EngineError:
        _log.info("%s was not there in full", record.name)
    try:
        # The commands of a `down` that was under way go on; an `up` that was not has none.
        post_down = record.plan.post_down if record.stage is Stage.FALLING else ()
        rest = replace(record.plan, pre_down=(), post_down=post_down)
        await runner.lower(rest, system, diary.deed(record))
        journal.remove(record.name)
    except RollbackIncomplete as error:
        _log.warning("%s", error)
        diary.write(record, LogKind.ERROR, UNFINISHED.format(clause(error)))
    except EngineError as error:
        _log.warning("%s: %s", record.name, error)
        diary.write(record, LogKind.ERROR, UNFINISHED.format(clause(error)))
    else:
        diary.write(record, LogKind.STATE, HALF_DONE)
        _log.warning("%s was half done when a former helper ended, and is down", record.name)


async def _inspect(
    name: str, header: Header, system: System, known: list[Plan]
) -> list[tuple[Tunnel, str]]:
    found = await system.inspect(name, known)
    if found is None:
        return []
    plan, engine = found
    device = await _read(name, engine, system)
    profile = _as_profile(plan, device)
    tunnel = Tunnel(header.owner_uid, name, profile, DEFAULT_OPTIONS, tunnel_id=header.id)
    tunnel.plan, tunnel.engine, tunnel.has_keys = plan, engine, False
    try:
        tunnel.plan = await system.adopt(plan, engine.kind)
    except EngineError as error:
        return [(tunnel, str(error))]
    _log.warning("took over %s, which has no record that can be read", name)
    return [(tunnel, "")]


async def _read(name: str, engine: Engine, system: System) -> DeviceSnapshot:
    try:
        return await system.read(name, engine)
    except EngineError:
        return DeviceSnapshot()


def _as_profile(plan: Plan, device: DeviceSnapshot) -> Profile:
    """As much of the profile as can be seen: enough to know what its routes meet."""
    addresses = tuple(step.address for step in plan.steps if isinstance(step, AddAddress))
    peers = tuple(
        Peer(public_key=peer.public_key, allowed_ips=peer.allowed_ips) for peer in device.peers
    )
    return Profile(interface=Interface(addresses=addresses), peers=peers)
