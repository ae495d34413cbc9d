"""Snapshots, answers and errors as versioned JSON, the same for the bus and for `--json`.

Every document is an object with `"v": 1`. A reader ignores members that it does
not know, so members may be added; a breaking change raises the version. Times are
Unix seconds, sizes bytes, keys base64, networks and addresses text. A member that
is not known or not set is null.
"""

import json
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any, Final, TypeVar

from wgdesk.domain import errors
from wgdesk.domain.device import Engine, EngineKind, SocketAddress
from wgdesk.domain.dns import DnsState, DnsStatus
from wgdesk.domain.errors import InvalidRequest, WgdeskError
from wgdesk.domain.finding import Finding
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Network
from wgdesk.domain.routing import Route, Rule
from wgdesk.domain.snapshot import (
    CheckOutcome,
    DeviceSnapshot,
    ForeignLink,
    ForeignTunnel,
    Lifecycle,
    MachineSnapshot,
    PeerSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)

VERSION: Final = 1

Json = dict[str, Any]
W = TypeVar("W", bound=StrEnum)
D = TypeVar("D")


def encode(document: Json) -> str:
    """One line of JSON, with the version in front."""
    return json.dumps({"v": VERSION, **document}, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Json:
    """Read a document back.

    Raises:
        InvalidRequest: Not JSON, not an object, or another version.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidRequest("the answer is not JSON") from error
    if not isinstance(document, dict) or document.get("v") != VERSION:
        raise InvalidRequest("the answer has a version that this program does not know")
    return document


def machine_json(machine: MachineSnapshot) -> Json:
    return {
        "tunnels": [tunnel_json(tunnel) for tunnel in machine.tunnels],
        "others": [
            {
                "name": other.name,
                "owner_uid": other.owner_uid,
                "state": other.lifecycle.value,
                "full_tunnel": other.full_tunnel,
            }
            for other in machine.others
        ],
        "foreign": [{"name": it.name, "program": it.program or None} for it in machine.foreign],
        "degraded": list(machine.degraded),
    }


def machine_from(document: Json) -> MachineSnapshot:
    with Shape():
        return MachineSnapshot(
            tunnels=tuple(tunnel_from(item) for item in document["tunnels"]),
            others=tuple(
                ForeignTunnel(
                    name=item["name"],
                    owner_uid=item["owner_uid"],
                    lifecycle=_word(Lifecycle, item["state"], Lifecycle.UNKNOWN),
                    full_tunnel=item["full_tunnel"],
                )
                for item in document["others"]
            ),
            foreign=tuple(
                ForeignLink(item["name"], item["program"] or "")
                for item in document.get("foreign", ())
            ),
            degraded=tuple(document.get("degraded", ())),
        )


def tunnel_json(tunnel: TunnelSnapshot) -> Json:
    device = tunnel.device
    return {
        "id": tunnel.id,
        "name": tunnel.name,
        "owner_uid": tunnel.owner_uid,
        "state": tunnel.lifecycle.value,
        "cause": tunnel.cause or None,
        "engine": _engine_json(tunnel.engine) if tunnel.engine else None,
        "since": tunnel.since_unix_s or None,
        "public_key": device.public_key.base64() if device.public_key else None,
        "has_private_key": device.has_private_key,
        "listen_port": device.listen_port or None,
        "fwmark": device.fwmark or None,
        "mtu": tunnel.mtu or None,
        "addresses": [str(address) for address in tunnel.addresses],
        "peers": [_peer_json(peer) for peer in device.peers],
        "routes": [{"to": str(r.destination), "table": r.table} for r in tunnel.routes],
        "rules": [rule_json(rule) for rule in tunnel.rules],
        "full_tunnel": tunnel.full_tunnel,
        "notices": list(tunnel.notices),
        "dns": _dns_json(tunnel.dns) if tunnel.dns else None,
        "hooks": tunnel.hooks.value,
        "profile_digest": tunnel.profile_digest or None,
        "finding": tunnel.finding.value if tunnel.finding else None,
        "answered": tunnel.is_answered,
        "lacks": tunnel.lacks or None,
    }


def tunnel_from(document: Json) -> TunnelSnapshot:
    with Shape():
        key = document["public_key"]
        device = DeviceSnapshot(
            public_key=PublicKey.parse(key) if key else None,
            has_private_key=document["has_private_key"],
            listen_port=document["listen_port"] or 0,
            fwmark=document["fwmark"] or 0,
            peers=tuple(peer_from(item) for item in document["peers"]),
        )
        return TunnelSnapshot(
            id=document["id"],
            name=document["name"],
            owner_uid=document["owner_uid"],
            lifecycle=_word(Lifecycle, document["state"], Lifecycle.UNKNOWN),
            cause=document["cause"] or "",
            engine=_engine_from(document["engine"]) if document["engine"] else None,
            since_unix_s=document["since"] or 0,
            device=device,
            addresses=tuple(ip_interface(text) for text in document["addresses"]),
            mtu=document["mtu"] or 0,
            routes=tuple(Route(ip_network(r["to"]), r["table"]) for r in document["routes"]),
            rules=tuple(rule_from(item) for item in document["rules"]),
            full_tunnel=document["full_tunnel"],
            notices=tuple(document["notices"]),
            dns=_dns_from(document["dns"]) if document["dns"] else None,
            # Only `me` asks anything of a reader: to run the commands itself.
            hooks=_word(HookMode, document.get("hooks"), HookMode.IGNORE),
            profile_digest=document["profile_digest"] or "",
            finding=_word(Finding, document.get("finding"), None),
            is_answered=document.get("answered"),
            lacks=document.get("lacks") or "",
        )


def up_json(outcome: UpOutcome) -> Json:
    return {
        "id": outcome.id,
        "name": outcome.name,
        "engine": _engine_json(outcome.engine) if outcome.engine else None,
        "lines": list(outcome.lines),
        "took_over": list(outcome.took_over),
        "notices": list(outcome.notices),
    }


def up_from(document: Json) -> UpOutcome:
    with Shape():
        return UpOutcome(
            id=document["id"],
            name=document["name"],
            engine=_engine_from(document["engine"]),
            lines=tuple(document["lines"]),
            took_over=tuple(document["took_over"]),
            notices=tuple(document["notices"]),
        )


def sync_json(outcome: SyncOutcome) -> Json:
    return {
        "id": outcome.id,
        "name": outcome.name,
        "lines": list(outcome.lines),
        "changed": list(outcome.changed),
        "took_over": list(outcome.took_over),
        "notices": list(outcome.notices),
    }


def sync_from(document: Json) -> SyncOutcome:
    with Shape():
        return SyncOutcome(
            id=document["id"],
            name=document["name"],
            lines=tuple(document["lines"]),
            changed=tuple(document["changed"]),
            took_over=tuple(document["took_over"]),
            notices=tuple(document["notices"]),
        )


def check_json(outcome: CheckOutcome) -> Json:
    return {
        "digest": outcome.digest,
        "needs_approval": outcome.needs_approval,
        "needs_hooks_approval": outcome.needs_hooks_approval,
        "takes_over": list(outcome.takes_over),
        "conflicts": list(outcome.conflicts),
        "notices": list(outcome.notices),
    }


def check_from(document: Json) -> CheckOutcome:
    with Shape():
        return CheckOutcome(
            digest=document["digest"],
            needs_approval=document["needs_approval"],
            takes_over=tuple(document["takes_over"]),
            conflicts=tuple(document["conflicts"]),
            notices=tuple(document["notices"]),
            needs_hooks_approval=document.get("needs_hooks_approval", False),
        )


class RemoteError(WgdeskError):
    """An error from the other side whose class this side need not know.

    Attributes:
        code: As sent; shadows the class's.
    """

    def __init__(self, code: str, text: str, remedy: str = "") -> None:
        super().__init__(code, text)
        self.code = code  # type: ignore[misc]  # an instance's code stands for the unknown class
        self.text, self.remedy = text, remedy

    def __str__(self) -> str:
        return self.text


def error_from(code: str, text: str) -> WgdeskError:
    """The error that `code` names, with the other side's sentence."""
    found = _CLASSES.get(code)
    if found is None:
        return RemoteError(code, text)
    if issubclass(found, errors.HelperError):
        return found(text)
    return RemoteError(code, text, found.remedy)


def _subclasses(parent: type[WgdeskError]) -> dict[str, type[WgdeskError]]:
    found = {parent.code: parent}
    for child in parent.__subclasses__():
        found |= _subclasses(child)
    return found


_CLASSES: Final = _subclasses(WgdeskError)


class Shape:
    """Turns what a malformed document causes into one refusal."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (KeyError, TypeError, ValueError, AttributeError)):
            raise InvalidRequest("the answer lacks a member or has one of another kind") from error


def _word(kind: type[W], word: str | None, otherwise: D) -> W | D:
    """What a word means; a newer helper may say some that this program does not know."""
    known: dict[str, W] = {it.value: it for it in kind}
    return known.get(word or "", otherwise)


def _engine_json(engine: Engine) -> Json:
    return {"kind": engine.kind.value, "reason": engine.reason}


def _engine_from(document: Json) -> Engine | None:
    """None for one that is not known: better no name than a wrong one."""
    kind = _word(EngineKind, document["kind"], None)
    return Engine(kind, document["reason"]) if kind else None


def _dns_json(dns: DnsStatus) -> Json:
    return {
        "backend": str(dns.backend),
        "servers": [str(server) for server in dns.servers],
        "search": list(dns.search),
        "exclusive": dns.is_exclusive,
        "state": dns.state.value,
        "reason": dns.reason or None,
    }


def _dns_from(document: Json) -> DnsStatus:
    return DnsStatus(
        backend=str(document["backend"]),
        servers=tuple(ip_address(text) for text in document["servers"]),
        search=tuple(document["search"]),
        is_exclusive=document["exclusive"],
        state=_word(DnsState, document["state"], DnsState.CHECKING),  # not known to work
        reason=document["reason"] or "",
    )


def _peer_json(peer: PeerSnapshot) -> Json:
    return {
        "public_key": peer.public_key.base64(),
        "has_preshared_key": peer.has_preshared_key,
        "endpoint": _endpoint_json(peer.endpoint) if peer.endpoint else None,
        "latest_handshake": peer.latest_handshake_unix_s or None,
        "received": peer.received_bytes,
        "sent": peer.sent_bytes,
        "keepalive": peer.keepalive_s or None,
        "allowed_ips": [str(network) for network in peer.allowed_ips],
    }


def peer_from(document: Json) -> PeerSnapshot:
    """Raises InvalidRequest, as all of these."""
    with Shape():
        endpoint = document["endpoint"]
        return PeerSnapshot(
            public_key=_key_from(document["public_key"]),
            has_preshared_key=document["has_preshared_key"],
            endpoint=_endpoint_from(endpoint) if endpoint else None,
            latest_handshake_unix_s=document["latest_handshake"] or 0,
            received_bytes=document["received"],
            sent_bytes=document["sent"],
            keepalive_s=document["keepalive"] or 0,
            allowed_ips=_networks_from(tuple(document["allowed_ips"])),
        )


_REMEMBERED: Final = 1 << 15  # of what hardly ever changes, for who reads 10,000 every second


@lru_cache(_REMEMBERED)
def _key_from(text: str) -> PublicKey:
    return PublicKey.parse(text)


@lru_cache(_REMEMBERED)
def _networks_from(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(map(ip_network, texts))


@lru_cache(_REMEMBERED)
def _address_from(address: str, port: int, scope: str) -> SocketAddress:
    return SocketAddress(ip_address(address), port, scope)


def _endpoint_json(endpoint: SocketAddress) -> Json:
    return {
        "address": str(endpoint.address),
        "port": endpoint.port,
        "scope": endpoint.scope or None,
    }


def _endpoint_from(document: Json) -> SocketAddress:
    return _address_from(document["address"], document["port"], document["scope"] or "")


def rule_json(rule: Rule) -> Json:
    return {
        "family": rule.family,
        "priority": rule.priority,
        "table": rule.table,
        "fwmark": rule.fwmark,
        "to": str(rule.to) if rule.to else None,
        "suppress_default": rule.suppress_default,
    }


def rule_from(document: Json) -> Rule:
    to: Network | None = ip_network(document["to"]) if document["to"] else None
    return Rule(
        family=document["family"],
        priority=document["priority"],
        table=document["table"],
        fwmark=document["fwmark"],
        to=to,
        suppress_default=document["suppress_default"],
    )
