"""One profile brought up by wg-quick and by wgdesk on the same machine, and what differs."""

import asyncio
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tests.labs import ns, programs
from tests.labs.namespaces import enter_private_world
from tests.support.differential_machine import Probe, Standing, look, set_up, state_now
from tests.support.differential_names import ResolvconfNames, ResolvedNames
from tests.support.differential_profiles import HOSTS, Case
from tests.support.quick_up import QuickUp
from tests.support.tunnel_rig import OWNER_UID, a_rig
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import HookFailed, WgdeskError
from wgdesk.domain.explain import hook_line
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Profile
from wgdesk.domain.steps import RunHook
from wgdesk.engine import hooks
from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.machine import Machine

NOT_UP = "not up"


class Way(StrEnum):
    """How wgdesk brings a profile up: with commands left alone and resolvconf told, or else."""

    PLAIN = "plain"
    HOOKS = "commands run"
    RESOLVED = "systemd-resolved told"


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not the same.

    Attributes:
        what: "up", "mtu", "address", "dns", "hooks", "device", or a probe's kind.
        probe: Where a packet was asked about.
        way: How wgdesk was asked to do it.
    """

    case: Case
    profile: Profile
    what: str
    theirs: str
    ours: str
    probe: Probe | None = None
    way: Way = Way.PLAIN

    def __str__(self) -> str:
        place = str(self.probe or self.what)
        return (
            f"{self.case.name}, {self.way}: {place}: wg-quick {self.theirs!r}, wgdesk {self.ours!r}"
        )


class LocalHooks:
    """Implements ports.HookRunner in this namespace, where no service manager is.

    Args:
        environment: More of it than the real one gives: where the commands write.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    async def check(self) -> None:
        """They can be run."""

    async def run(self, step: RunHook) -> None:
        words = [*hooks.SHELL, hook_line(step)]
        done = await asyncio.to_thread(
            subprocess.run, words, env=self._environment, check=False, timeout=30
        )
        if done.returncode != 0:
            raise HookFailed(step.hook.kind.value, step.number, f"status {done.returncode}")

    async def close(self) -> None:
        pass


class Contest:
    """Both programs on one machine, one after the other."""

    def __init__(self, host: ns.Host, folder: Path) -> None:
        self.host = host
        self._interface = f"diff{host.name[-1]}"
        folder.mkdir()
        self._quick = QuickUp(folder, self._interface)
        self._before: dict[str, str] = {}

    def hold(self, cases: Iterable[Case]) -> list[Difference]:
        """Bring each up by each; the machine must be as before after each."""
        with self.host.enter():
            set_up(self.host)
            self._before = state_now()
            return [it for case in cases for it in self._hold(case)]

    def close(self) -> None:
        self._quick.uncover()
        self.host.close()

    def _hold(self, case: Case) -> list[Difference]:
        text = case.text()
        theirs = self._theirs(text)
        self._require_clean(f"wg-quick, {case.name}")
        profile = read_profile(text)
        found = []
        for way in _ways(profile):
            ours = asyncio.run(self._ours(profile, way))
            self._require_clean(f"wgdesk, {case.name}, {way}")
            differences = _compare(case, profile, theirs, ours)
            found += [replace(difference, way=way) for difference in differences]
        return found

    def _theirs(self, text: bytes) -> Standing | str:
        if self._quick.up(text) is None:
            return NOT_UP
        try:
            return look(self._interface, dns=self._quick.told(), hooks=self._quick.hook_lines())
        finally:
            self._quick.down()
            # wg-quick leaves it so; the other shall not profit from that.
            Path("/proc/sys/net/ipv4/conf/all/src_valid_mark").write_text("0")

    async def _ours(self, profile: Profile, way: Way) -> Standing | str:
        """What stands, or why nothing does."""
        quick = self._quick
        quick.forget()
        resolved = ResolvedNames()
        names = ResolvconfNames(quick.recorder, quick.resolv_conf)
        machine = Machine(
            name_service=resolved if way is Way.RESOLVED else names,
            firewall=NftFirewall(),
            hooks=LocalHooks(quick.environment),
        )
        options = TunnelOptions(hooks=HookMode.ROOT if way is Way.HOOKS else HookMode.IGNORE)
        async with a_rig(machine) as rig:
            try:
                outcome = await rig.tunnels.up(OWNER_UID, self._interface, profile, options)
            except WgdeskError as error:
                return f"{NOT_UP}: {error}"
            dns = resolved.lines() or quick.told()
            standing = look(self._interface, dns=dns, hooks=quick.hook_lines())
            await rig.tunnels.down(outcome.id)
            return standing

    def _require_clean(self, who: str) -> None:
        after = state_now()
        left = {what: text for what, text in after.items() if text != self._before[what]}
        assert left == {}, f"{who} left the machine otherwise than it was: {left}"


def _ways(profile: Profile) -> Iterator[Way]:
    yield Way.PLAIN
    if profile.interface.hooks:
        yield Way.HOOKS
    if profile.interface.dns_servers or profile.interface.dns_search:
        yield Way.RESOLVED


def hold_contests(cases: Sequence[Case], folder: Path) -> list[Difference]:
    """All cases, on two machines of their own at a time; all differences there are."""
    contests = [Contest(ns.new_host(f"differ{at}"), folder / str(at)) for at in range(2)]
    hosts = Hosts(folder)
    try:
        with ThreadPoolExecutor(len(contests)) as pool:
            parts = [cases[at :: len(contests)] for at in range(len(contests))]
            found = pool.map(Contest.hold, contests, parts)
            return [difference for part in found for difference in part]
    finally:
        hosts.forget()
        for contest in contests:
            contest.close()


def _compare(
    case: Case, profile: Profile, theirs: Standing | str, ours: Standing | str
) -> Iterator[Difference]:
    def differ(what: str, one: object, other: object, probe: Probe | None = None) -> Difference:
        return Difference(case, profile, what, str(one), str(other), probe)

    if isinstance(theirs, str) or isinstance(ours, str):
        words = [it if isinstance(it, str) else "up" for it in (theirs, ours)]
        yield differ("up", *words)
        return
    for what in ("mtu", "dns", "hooks"):
        if getattr(theirs, what) != getattr(ours, what):
            yield differ(what, getattr(theirs, what), getattr(ours, what))
    if theirs.addresses != ours.addresses:
        yield differ("address", sorted(theirs.addresses), sorted(ours.addresses))
    yield from _compare_devices(differ, profile, theirs, ours)
    for probe in theirs.ways.keys() | ours.ways.keys():
        one, other = theirs.ways.get(probe, "not asked"), ours.ways.get(probe, "not asked")
        if one != other:
            yield differ(probe.kind, one, other, probe)


def _compare_devices(
    differ: Callable[..., Difference], profile: Profile, theirs: Standing, ours: Standing
) -> Iterator[Difference]:
    """`wg showconf`, line for line; a port that was drawn by lot and a mark that was chosen
    are as good as any other."""
    one, other = theirs.device, ours.device
    if one.private_key != other.private_key:
        yield differ("device", "its private key", "another one")  # never the key itself
    if one.peers != other.peers:
        yield differ("device", *map(_peers_in_words, (one.peers, other.peers)))
    if profile.interface.listen_port and one.listen_port != other.listen_port:
        yield differ("device", one.listen_port, other.listen_port)
    marks = [_mark_in_words(profile, it.fwmark) for it in (one, other)]
    if marks[0] != marks[1]:
        yield differ("mark", *marks)


def _mark_in_words(profile: Profile, fwmark: int) -> str:
    if profile.interface.fwmark:
        return f"{fwmark:#x}"
    return "chosen" if fwmark else "none"


def _peers_in_words(peers: Mapping[str, object]) -> str:
    return f"{len(peers)} peers: {[repr(peer) for peer in peers.values()]}"


class Hosts:
    """The names of the endpoints, in a hosts file that only this process sees."""

    def __init__(self, folder: Path) -> None:
        enter_private_world()
        own = folder / "hosts"
        lines = [f"{address} {name}" for name, found in HOSTS.items() for address in found]
        own.write_text("\n".join(["127.0.0.1 localhost", *lines, ""]))
        self._target = Path("/etc/hosts").resolve()
        programs.run(["mount", "--bind", str(own), str(self._target)])

    def forget(self) -> None:
        programs.run(["umount", str(self._target)])
