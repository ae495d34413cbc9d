"""What the helper notes of a tunnel so that the next one can take it over or take it back.

One JSON document a tunnel. It has no keys in it: those are in the device, and the profile's
text is kept without them.
"""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any, Final

from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import Engine, EngineKind
from wgdesk.domain.dns import DnsBackend, DnsConfig
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.names import printable
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import Hook, HookKind, Profile
from wgdesk.domain.routing import Route, RoutePlan
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    RunHook,
    Step,
)
from wgdesk.wire.codec import rule_from, rule_json
from wgdesk.wire.options import decode_options, encode_options

SCHEMA: Final = 1

Json = dict[str, Any]

_ID: Final = re.compile(r"[0-9a-f]{32}")

_DAMAGES: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class Stage(StrEnum):
    """What was being done: a half-done `up` is taken back, a half-done `down` is finished."""

    RISING = "rising"
    UP = "up"
    FALLING = "falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One tunnel as noted.

    Attributes:
        profile_text: The canonical text, without its secrets; "" unless it is up.
        plan: What stands, or may stand; nothing in it tells the device its keys.
    """

    id: str
    owner_uid: int
    name: str
    stage: Stage
    profile_text: str = field(repr=False)
    options: TunnelOptions
    engine: Engine
    plan: Plan = field(repr=False)
    since_unix_s: int = 0

    def profile(self) -> Profile:
        """What the text says; raises InvalidProfile where this version refuses it."""
        return read_profile(self.profile_text.encode())


@dataclass(frozen=True, slots=True)
class Header:
    """What every version's record says in the same words; root's, where it does not."""

    id: str = ""
    owner_uid: int = 0


NO_HEADER: Final = Header()


class UnknownRecord(Exception):
    """A record that this version cannot read; carries why, in a few words.

    Attributes:
        header: What could be read all the same.
    """

    def __init__(self, why: str, header: Header = NO_HEADER) -> None:
        super().__init__(why)
        self.header = header


def encode(record: Record) -> bytes:
    document = {
        "v": SCHEMA,
        "id": record.id,
        "owner_uid": record.owner_uid,
        "name": record.name,
        "stage": record.stage.value,
        "since": record.since_unix_s,
        "options": encode_options(record.options),
        "engine": [record.engine.kind.value, record.engine.reason],
        "plan": _plan_json(record.plan),
        "profile": record.profile_text,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def decode(data: bytes) -> Record:
    """Read a record back.

    Raises:
        UnknownRecord: Another version's, or damaged.
    """
    try:
        document = json.loads(data)
        schema = document["v"]
        if schema != SCHEMA:
            text = f"it has the schema {printable(repr(schema))}"
            raise UnknownRecord(text, _header_from(document))
        return _record_from(document)
    except (*_DAMAGES, WgdeskError) as error:
        raise UnknownRecord(f"it is damaged ({type(error).__name__})") from None


def _header_from(document: Json) -> Header:
    match document:
        case {"id": str(name), "owner_uid": int(uid)} if _ID.fullmatch(name) and uid >= 0:
            return Header(name, uid)
        case _:
            return NO_HEADER


def _record_from(document: Json) -> Record:
    kind, reason = document["engine"]
    engine = Engine(EngineKind(kind), str(reason))
    name = str(document["name"])
    return Record(
        id=str(document["id"]),
        owner_uid=int(document["owner_uid"]),
        name=name,
        stage=Stage(document["stage"]),
        since_unix_s=int(document["since"]),
        options=decode_options(document["options"]),
        engine=engine,
        plan=_plan_from(name, engine.kind, document["plan"]),
        profile_text=str(document["profile"]),
    )


def _plan_json(plan: Plan) -> Json:
    return {
        "table": plan.routing.table,
        "fwmark": plan.fwmark,
        "mtu": plan.mtu,
        "steps": [item for step in plan.steps if (item := _step_json(step))],
        "pre_down": [_hook_json(step) for step in plan.pre_down],
        "post_down": [_hook_json(step) for step in plan.post_down],
        "notices": list(plan.notices),
    }


def _plan_from(name: str, kind: EngineKind, document: Json) -> Plan:
    steps = tuple(_step_from(name, kind, item) for item in document["steps"])
    fwmark = int(document["fwmark"])
    routing = RoutePlan(
        routes=tuple(step.route for step in steps if isinstance(step, AddRoute)),
        rules=tuple(step.rule for step in steps if isinstance(step, AddRule)),
        table=document["table"],
        fwmark=fwmark,
    )
    return Plan(
        name=name,
        steps=steps,
        routing=routing,
        fwmark=fwmark,
        mtu=int(document["mtu"]),
        pre_down=_hooks_from(name, document["pre_down"]),
        post_down=_hooks_from(name, document["post_down"]),
        notices=tuple(map(str, document["notices"])),
    )


def _step_json(step: Step) -> list[Any] | None:
    """None for what need not be known: it is in the device, or was done once and for all."""
    match step:
        case CreateLink():
            return ["link"]
        case AddAddress(_, address):
            return ["address", str(address)]
        case RaiseLink(_, mtu):
            return ["raise", mtu]
        case AddRoute(_, route):
            return ["route", str(route.destination), route.table]
        case AddRule(rule):
            return ["rule", rule_json(rule)]
        case LoadFirewall(firewall):
            addresses = [str(address) for address in firewall.addresses]
            return ["firewall", firewall.table, firewall.fwmark, addresses, firewall.ipv6]
        case ApplyDns(_, backend, config):
            servers = [str(server) for server in config.servers]
            return ["dns", backend.value, servers, list(config.search), config.is_exclusive]
        case _:
            return None


def _step_from(name: str, kind: EngineKind, item: list[Any]) -> Step:
    match item:
        case ["link"]:
            return CreateLink(name, kind)
        case ["address", address]:
            return AddAddress(name, ip_interface(address))
        case ["raise", int(mtu)]:
            return RaiseLink(name, mtu)
        case ["route", destination, int(table)]:
            return AddRoute(name, Route(ip_network(destination), table))
        case ["rule", dict(rule)]:
            return AddRule(rule_from(rule))
        case ["firewall", int(table), int(fwmark), [*addresses], bool(ipv6)]:
            found = tuple(map(ip_address, addresses))
            return LoadFirewall(
                Firewall(name=name, table=table, fwmark=fwmark, addresses=found, ipv6=ipv6)
            )
        case ["dns", backend, [*servers], [*search], bool(is_exclusive)]:
            config = DnsConfig(
                servers=tuple(map(ip_address, servers)),
                search=tuple(map(str, search)),
                is_exclusive=is_exclusive,
            )
            return ApplyDns(name, DnsBackend(backend), config)
        case _:
            raise ValueError("an unknown step")


def _hook_json(step: RunHook) -> list[str]:
    return [step.hook.kind.value, step.hook.command]


def _hooks_from(name: str, items: list[list[str]]) -> tuple[RunHook, ...]:
    """All of one kind, in their order."""
    return tuple(
        RunHook(name, Hook(HookKind(kind), command), number)
        for number, (kind, command) in enumerate(items, 1)
    )
