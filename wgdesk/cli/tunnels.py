"""The verbs that ask the helper about tunnels, or to change one."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wgdesk.cli.profiles import warn_if_exposed
from wgdesk.cli.terminal import Paint, complain, say, say_painted
from wgdesk.cli.text import (
    NONE_UP,
    foreign_line,
    other_program_line,
    sync_line,
    tunnel_lines,
    up_line,
)
from wgdesk.client.backend import Backend
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.toggling import apply, bring_up, take_down
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import (
    InvalidName,
    NoSuchProfile,
    NoSuchTunnel,
    NotOwner,
    ProfileNotSaved,
    ProfileUnreadable,
)
from wgdesk.domain.finding import CAUSES, Cause
from wgdesk.domain.names import PROFILE_SUFFIX, parse_tunnel_name, printable
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import ALIVE, MachineSnapshot, TunnelSnapshot, UpOutcome

LOOK_AGAIN_S: Final = 0.1
KNOCK_AGAIN_S: Final = 2.0
EXIT_FAILED: Final = 1
UNKNOWN_CAUSE: Final = Cause("Check the endpoint and the keys in the profile.", "")


@dataclass(frozen=True, slots=True)
class UpOptions:
    """How an `up` talks.

    Attributes:
        explain: Print the commands too.
        wait_s: How long to wait for the first handshake; None does not wait.
        hooks: Who runs the profile's commands, this time; None as it was chosen before.
        use_dns: Have the profile's name servers applied.
    """

    explain: bool = False
    wait_s: float | None = None
    as_json: bool = False
    hooks: HookMode | None = None
    use_dns: bool = True


async def status(backend: Backend, name: str | None, *, as_json: bool) -> int:
    """Print every tunnel of the caller's, other users' in outline."""
    machine = await backend.tunnels()
    if name is not None:
        name = tunnel_name(name)
        machine = _only(name, machine)
    now_unix_s = int(time.time())
    if as_json:
        from wgdesk.cli.documents import document, machine_document  # noqa: PLC0415  # json is slow to load

        say(document(machine_document(machine, now_unix_s)))
    elif not machine.tunnels and not machine.others and (name or not machine.foreign):
        say(f"{printable(name)} is not up." if name else NONE_UP)
    else:
        _say_machine(machine, now_unix_s)
    return 0


async def up(backend: Backend, argument: str, options: UpOptions) -> int:
    """Bring a profile up; 1 where it is up but nobody answered in time."""
    store = ProfileStore()
    file = store.locate(argument)
    name, text = parse_tunnel_name(file.name), file.read()
    profile = read_profile(text)  # told with its lines before anybody is asked for a password
    warn_if_exposed(file)
    # A file elsewhere may have the name of a profile, and nothing was chosen for it.
    is_own = file.path.absolute().parent == store.folder
    chosen = Preferences().options(name) if is_own else DEFAULT_OPTIONS
    wanted = TunnelOptions(
        hooks=_hook_mode(profile, options, chosen),
        use_dns=options.use_dns,
        block_ipv6=chosen.block_ipv6,
    )
    outcome = await bring_up(backend, name, text, wanted)
    if not options.as_json:
        _say_up(outcome, options)
    tunnel = await _wait_for_handshake(backend, outcome, options.wait_s)
    if options.as_json:
        _say_up_document(outcome, tunnel)
    return _verdict(tunnel, options)


async def sync(backend: Backend, argument: str, *, explain: bool) -> int:
    """Make a tunnel that is up what its profile says now.

    Raises:
        NotOwner: It is another user's.
        NoSuchTunnel: It is not up.
    """
    file = ProfileStore().locate(argument)
    name, text = parse_tunnel_name(file.name), file.read()
    read_profile(text)
    warn_if_exposed(file)
    machine = await backend.tunnels()
    tunnel = _find(name, machine)
    if tunnel is None:
        if _only(name, machine).others:
            raise NotOwner
        raise NoSuchTunnel(f"“{name}” is not up")
    outcome = await apply(backend, tunnel.id, text)
    for line in outcome.lines if explain else ():
        say(line)
    say(sync_line(outcome))
    for notice in outcome.notices:
        say(f"Note: {notice}")
    return 0


async def down(backend: Backend, argument: str) -> int:
    """Take a tunnel down; one that is not up is a success."""
    name = tunnel_name(argument)
    machine = await backend.tunnels()
    tunnel = _find(name, machine)
    if tunnel is None:
        if _only(name, machine).others:
            raise NotOwner
        say(f"{printable(name)} was not up.")
        return 0
    return await _take_down(backend, tunnel, argument)


async def down_all(backend: Backend) -> int:
    machine = await backend.tunnels()
    worst = 0
    for tunnel in machine.tunnels:
        worst = max(worst, await _take_down(backend, tunnel, tunnel.name))
    if not machine.tunnels:
        say(NONE_UP)
    return worst


async def toggle(backend: Backend, argument: str, options: UpOptions) -> int:
    tunnel = _find(tunnel_name(argument), await backend.tunnels())
    if tunnel is not None and tunnel.lifecycle in ALIVE:
        return await down(backend, argument)
    return await up(backend, argument, options)


async def _take_down(backend: Backend, tunnel: TunnelSnapshot, argument: str) -> int:
    """Take it down, and write into its file what was changed by hand, where that says so."""

    async def read() -> bytes:
        return ProfileStore().locate(argument).read()

    notes = await take_down(backend, tunnel, read)
    say(f"{tunnel.name} is down.")
    for note in notes:
        complain(f"warning: {note}")
    return _save(tunnel, argument)


def _save(tunnel: TunnelSnapshot, argument: str) -> int:
    from wgdesk.client.saving import save_live  # noqa: PLC0415  # other verbs start without it

    try:
        file = ProfileStore().locate(argument)
        saved = save_live(file, tunnel)
    except (NoSuchProfile, InvalidName, ProfileUnreadable):
        return 0
    except ProfileNotSaved as error:
        complain(str(error), error.remedy)
        return EXIT_FAILED
    if saved is not None and saved.changed:
        say(f"saved: {', '.join(saved.changed)} in {printable(str(file.path), 200)}")
    for warning in saved.warnings if saved else ():
        complain(f"warning: {warning}")
    return 0


def _hook_mode(profile: Profile, options: UpOptions, chosen: TunnelOptions) -> HookMode:
    if not profile.interface.hooks:
        return HookMode.IGNORE
    return options.hooks or chosen.hooks


def tunnel_name(argument: str) -> str:
    """The tunnel that NAME or the path of a file means."""
    has_path = "/" in argument or argument.endswith(PROFILE_SUFFIX)
    return Path(argument).name.removesuffix(PROFILE_SUFFIX) if has_path else argument


def _find(name: str, machine: MachineSnapshot) -> TunnelSnapshot | None:
    return next((tunnel for tunnel in machine.tunnels if tunnel.name == name), None)


def _only(name: str, machine: MachineSnapshot) -> MachineSnapshot:
    """What there is of that name.

    Raises:
        NoSuchProfile: Neither a tunnel nor a profile.
    """
    found = MachineSnapshot(
        tuple(tunnel for tunnel in machine.tunnels if tunnel.name == name),
        tuple(other for other in machine.others if other.name == name),
    )
    store = ProfileStore()
    if not found.tunnels and not found.others and store.find(name) is None:
        raise NoSuchProfile(printable(name), printable(str(store.folder), 200))
    return found


def _say_machine(machine: MachineSnapshot, now_unix_s: int) -> None:
    paint = Paint.for_output()
    for number, tunnel in enumerate(machine.tunnels):
        say_painted([""] if number else [])
        say_painted(tunnel_lines(tunnel, now_unix_s, paint))
    if machine.others:
        say_painted(["", paint.heading("Other users")] if machine.tunnels else [])
        say_painted(foreign_line(other) for other in machine.others)
    if machine.foreign:
        is_first = not machine.tunnels and not machine.others
        say_painted([*([] if is_first else [""]), paint.heading("Other programs")])
        say_painted(other_program_line(link) for link in machine.foreign)
    for sentence in machine.degraded:
        complain(f"warning: {printable(sentence, 200)}")


def _say_up(outcome: UpOutcome, options: UpOptions) -> None:
    for line in outcome.lines if options.explain else ():
        say(line)
    say(up_line(outcome))
    for notice in outcome.notices:
        say(f"Note: {notice}")


def _say_up_document(outcome: UpOutcome, tunnel: TunnelSnapshot | None) -> None:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load
    from wgdesk.wire.codec import up_json  # noqa: PLC0415

    handshake = tunnel.latest_handshake_unix_s if tunnel else 0
    finding = tunnel.finding if tunnel else None
    say(document({**up_json(outcome), "latest_handshake": handshake or None, "finding": finding}))


def _verdict(tunnel: TunnelSnapshot | None, options: UpOptions) -> int:
    """Whether what was waited for has come."""
    if tunnel is None:  # nobody asked to wait
        return 0
    if tunnel.was_answered:
        if not options.as_json:
            say(f"{tunnel.name} is connected: the other side has answered.")
        return 0
    if tunnel.lifecycle not in ALIVE:
        complain(f"{tunnel.name} went down again: {tunnel.cause or 'somebody took it down'}")
        return EXIT_FAILED
    cause = CAUSES[tunnel.finding] if tunnel.finding else UNKNOWN_CAUSE
    stays = f"The tunnel stays up; to take it down: wgdesk down {tunnel.name}"
    complain(
        f"{tunnel.name} is up, but nobody has answered within {options.wait_s:g} seconds",
        " ".join(filter(None, (cause.sentence, cause.remedy, stays))),
    )
    return EXIT_FAILED


async def _wait_for_handshake(
    backend: Backend, outcome: UpOutcome, wait_s: float | None
) -> TunnelSnapshot | None:
    """The tunnel once somebody answered, it went down, or time is up; None if not to wait."""
    if wait_s is None:
        return None
    from wgdesk.client.knock import knock  # noqa: PLC0415  # most starts do not wait

    end_s = time.monotonic() + wait_s
    knock_s = 0.0
    while True:
        tunnel = await backend.status(outcome.id)
        now_s = time.monotonic()
        is_over = tunnel.was_answered or tunnel.lifecycle not in ALIVE
        if is_over or now_s >= end_s:
            return tunnel
        if now_s >= knock_s:
            knock(tunnel)
            knock_s = now_s + KNOCK_AGAIN_S
        await asyncio.sleep(LOOK_AGAIN_S)
