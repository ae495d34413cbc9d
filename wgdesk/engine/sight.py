"""A tunnel as its owner may see it: what stands, and what its device tells."""

from wgdesk.domain.dns import DnsStatus
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import InterfaceAddress
from wgdesk.domain.snapshot import DeviceSnapshot, TunnelSnapshot
from wgdesk.domain.steps import AddAddress
from wgdesk.engine.tunnel import Tunnel


def snapshot_of(tunnel: Tunnel, device: DeviceSnapshot, dns: DnsStatus | None) -> TunnelSnapshot:
    plan = tunnel.plan
    return TunnelSnapshot(
        id=tunnel.id,
        name=tunnel.name,
        owner_uid=tunnel.owner_uid,
        lifecycle=tunnel.lifecycle,
        cause=tunnel.cause,
        engine=tunnel.engine,
        since_unix_s=tunnel.since_unix_s,
        device=device,
        addresses=_addresses(plan) if plan else (),
        mtu=plan.mtu if plan else 0,
        routes=plan.routing.routes if plan else (),
        rules=plan.routing.rules if plan else (),
        full_tunnel=tunnel.full_tunnel,
        notices=(*plan.notices, *tunnel.trouble) if plan else (),
        hooks=tunnel.options.hooks,
        profile_digest=tunnel.public_digest,
        dns=dns,
    )


def _addresses(plan: Plan) -> tuple[InterfaceAddress, ...]:
    return tuple(step.address for step in plan.steps if isinstance(step, AddAddress))
