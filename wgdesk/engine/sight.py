"""A tunnel as its owner may see it: what stands, and what its device tells."""

from typing import Final

from wgdesk.domain.dns import DnsStatus
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import InterfaceAddress
from wgdesk.domain.snapshot import DeviceSnapshot, TunnelSnapshot
from wgdesk.domain.steps import AddAddress
from wgdesk.engine.answer_watch import AnswerWatch
from wgdesk.engine.tending import is_about_loss
from wgdesk.engine.tunnel import Tunnel

ENGINE_SILENT: Final = "Its engine does not answer."


def snapshot_of(
    tunnel: Tunnel,
    device: DeviceSnapshot | None,
    dns: DnsStatus | None,
    answers: AnswerWatch,
) -> TunnelSnapshot:
    """`device` is None where it could not be read."""
    plan = tunnel.plan
    return TunnelSnapshot(
        id=tunnel.id,
        name=tunnel.name,
        owner_uid=tunnel.owner_uid,
        lifecycle=tunnel.lifecycle,
        cause=tunnel.cause,
        engine=tunnel.engine,
        since_unix_s=tunnel.since_unix_s,
        device=device or DeviceSnapshot(),
        addresses=_addresses(plan) if plan else (),
        mtu=plan.mtu if plan else 0,
        routes=plan.routing.routes if plan else (),
        rules=plan.routing.rules if plan else (),
        full_tunnel=tunnel.full_tunnel,
        notices=(*plan.notices, *tunnel.trouble) if plan else (),
        hooks=tunnel.options.hooks,
        profile_digest=tunnel.public_digest,
        dns=dns,
        finding=answers.finding(tunnel.id),
        is_answered=answers.is_answered(tunnel.id),
        lacks=ENGINE_SILENT if device is None else _lacks(tunnel),
    )


def _lacks(tunnel: Tunnel) -> str:
    return next((text for text in tunnel.trouble if is_about_loss(text)), "")


def _addresses(plan: Plan) -> tuple[InterfaceAddress, ...]:
    return tuple(step.address for step in plan.steps if isinstance(step, AddAddress))
