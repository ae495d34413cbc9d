"""Applies an edited profile to a tunnel that is up."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from wgdesk.domain.device import DeviceConfig, Engine, SocketAddress
from wgdesk.domain.device_changes import merged, unchanged_endpoints
from wgdesk.domain.errors import Busy, NoSuchTunnel, RollbackIncomplete, StateNotSaved
from wgdesk.domain.explain import explain_change
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import Endpoint, Profile
from wgdesk.domain.snapshot import SyncOutcome
from wgdesk.domain.state import Failed, Off, Up
from wgdesk.domain.steps import ReplaceDns
from wgdesk.domain.sync import Current, SyncPlan, both, plan_sync, summary
from wgdesk.engine import changing
from wgdesk.engine.diary import Diary
from wgdesk.engine.dns_watch import DnsWatch
from wgdesk.engine.placing import Placing
from wgdesk.engine.ports import System
from wgdesk.engine.record import Stage
from wgdesk.engine.refresh import others_of
from wgdesk.engine.tunnel import Tunnel

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a tunnel is to become.

    Attributes:
        tunnel: As it would be: same id, owner and name; its lists of allowed IPs are whole.
        given: The profile as it was given.
    """

    tunnel: Tunnel
    given: Profile
    endpoints: Mapping[Endpoint, SocketAddress]


class Syncing:
    """Changes one tunnel at a time; whose routes may meet whose is decided by others."""

    def __init__(
        self,
        system: System,
        placing: Placing,
        dns: DnsWatch,
        tunnels_up: Callable[[], Sequence[Tunnel]],
        diary: Diary,
    ) -> None:
        """`tunnels_up` gives them in order of coming up."""
        self._diary = diary
        self._system, self._placing, self._dns = system, placing, dns
        self._tunnels_up = tunnels_up

    async def understand(self, tunnel: Tunnel, given: Profile, options: TunnelOptions) -> Wish:
        """Look at what the tunnel is and what it would be; changes nothing.

        Raises:
            EndpointUnresolved: A new or changed endpoint has no address.
        """
        _, engine = _standing(tunnel)
        live = await self._system.read_config(tunnel.name, engine)
        profile = merged(given, live)
        known = unchanged_endpoints(tunnel.profile, profile, live)
        others = tuple(peer for peer in profile.peers if peer.public_key not in known)
        found = await self._system.resolve(replace(profile, peers=others))
        endpoints = {
            peer.endpoint: known[peer.public_key]
            for peer in profile.peers
            if peer.endpoint is not None and peer.public_key in known
        }
        # Commands are run at an `up` and a `down` only, as was decided at the `up`.
        options = replace(options, hooks=tunnel.options.hooks)
        wanted = Tunnel(tunnel.owner_uid, tunnel.name, profile, options, tunnel_id=tunnel.id)
        return Wish(wanted, given, {**endpoints, **found})

    async def fulfil(self, tunnel: Tunnel, wish: Wish) -> SyncOutcome:
        """Change what differs, all of it or nothing.

        Raises:
            Busy: It is not up any more, or not now.
            EngineError: The machine refused; the tunnel is as before.
            RollbackIncomplete: It is not.
        """
        async with tunnel.turn, self._placing.allotting:
            plan, engine = _standing(tunnel)
            live = await self._system.read_config(tunnel.name, engine)
            sync = await self._plan(tunnel, plan, live, wish)
            if any(isinstance(change, ReplaceDns) for change in sync.changes):
                await self._dns.end(tunnel.id)  # first, so that nothing old is applied again
            try:
                await self._carry_out(tunnel, plan, sync, wish)
            finally:
                self._dns.follow(tunnel.id, tunnel.plan)
        return SyncOutcome(
            id=tunnel.id,
            name=tunnel.name,
            lines=tuple(f"[#] {line}" for it in sync.changes for line in explain_change(it)),
            changed=summary(sync.changes),
            notices=(*sync.notices, *sync.plan.notices),
        )

    async def _plan(self, tunnel: Tunnel, plan: Plan, live: DeviceConfig, wish: Wish) -> SyncPlan:
        wanted = wish.tunnel
        facts = await self._system.facts(
            wanted.profile,
            wish.endpoints,
            allow_lan=wanted.options.allow_lan,
            mark=plan.fwmark if plan.routing.rules else None,
        )
        facts = self._placing.without_taken(facts)
        facts = replace(facts, engine=tunnel.engine or facts.engine)
        others = await others_of(tunnel, self._tunnels_up(), self._system)
        current = Current(plan, tunnel.profile, live)
        sync = plan_sync(current, wanted.profile, facts, wanted.options, others)
        if sync.plan.routing.table != plan.routing.table:
            self._placing.refuse_private_table(sync.plan)
        return sync

    async def _carry_out(self, tunnel: Tunnel, plan: Plan, sync: SyncPlan, wish: Wish) -> None:
        """Between the two notes a helper that ends leaves a tunnel that the next one takes down."""
        whole = both(plan, sync)
        if sync.changes:
            self._placing.note(tunnel, whole, Stage.FALLING)
        try:
            await changing.make(sync.changes, self._system, plan)
        except RollbackIncomplete:
            tunnel.plan = whole  # a `down` finds all that may stand
            self._note_up(tunnel, whole)
            raise
        except BaseException:
            self._note_up(tunnel, plan)
            raise
        tunnel.become(wish.tunnel.profile, wish.tunnel.options, given=wish.given)
        tunnel.plan, tunnel.trouble = sync.plan, ()
        self._note_up(tunnel, sync.plan)
        self._diary.synced(tunnel, sync.changes)

    def _note_up(self, tunnel: Tunnel, plan: Plan) -> None:
        try:
            self._placing.note(tunnel, plan, Stage.UP)
        except StateNotSaved as error:
            _log.warning("%s: %s", tunnel.name, error)


def _standing(tunnel: Tunnel) -> tuple[Plan, Engine]:
    """What is up now."""
    if isinstance(tunnel.state, (Off, Failed)):
        raise NoSuchTunnel(f"“{tunnel.name}” is not up")
    if not isinstance(tunnel.state, Up) or tunnel.plan is None or tunnel.engine is None:
        raise Busy(f"“{tunnel.name}” is being changed right now")
    return tunnel.plan, tunnel.engine
