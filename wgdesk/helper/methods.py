"""Every method of the bus interface, in one table: words, actions, and who understands them."""

from typing import Any, Final

from dbus_next import Variant

from wgdesk import __version__
from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.names import printable
from wgdesk.helper.boot import Boot
from wgdesk.helper.caller import Caller
from wgdesk.helper.introspection import INTROSPECT, render_object
from wgdesk.helper.service import Service
from wgdesk.helper.table import Answer, Argument, Method, Table
from wgdesk.wire.names import (
    ACTION_APPROVE_PROFILE,
    ACTION_BOOT,
    ACTION_BOOT_OFF,
    ACTION_CONNECT,
    ACTION_DISCONNECT,
    ACTION_LIST_SYSTEM_PROFILES,
    ACTION_MANAGE_OTHERS,
    ACTION_READ_SYSTEM_PROFILES,
    ACTION_RUN_HOOKS,
    API_VERSION,
    INTERFACE,
)

INTROSPECTABLE: Final = "org.freedesktop.DBus.Introspectable"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
PEER: Final = "org.freedesktop.DBus.Peer"

_PROFILE: Final = (
    Argument("name", "s"),
    Argument("profile", "ay"),
    Argument("options", "a{ss}"),
)
_ID: Final = (Argument("id", "s"),)


def build_table(service: Service, boot: Boot) -> Table:
    async def introspect(_caller: Caller) -> Answer:
        return Answer([xml])

    gives = (Argument("xml_data", "s"),)
    itself = Method(INTROSPECTABLE, INTROSPECT, introspect, gives=gives)
    methods = [*_own_methods(service), *_boot_methods(boot), *_standard_methods(), itself]
    xml = render_object(methods)
    return Table(methods)


def _own_methods(service: Service) -> list[Method]:
    return [
        Method(
            INTERFACE,
            "Hello",
            service.hello,
            takes=(Argument("client_api", "u"),),
            gives=(Argument("api", "u"), Argument("abilities", "a{ss}")),
        ),
        Method(
            INTERFACE,
            "Check",
            service.check,
            _PROFILE,
            gives=(Argument("outcome", "s"),),
            is_costly=True,
        ),
        Method(
            INTERFACE,
            "Up",
            service.up,
            _PROFILE,
            gives=(Argument("outcome", "s"),),
            actions=frozenset({ACTION_CONNECT, ACTION_APPROVE_PROFILE, ACTION_RUN_HOOKS}),
        ),
        Method(
            INTERFACE,
            "Sync",
            service.sync,
            takes=(*_ID, Argument("profile", "ay"), Argument("options", "a{ss}")),
            gives=(Argument("outcome", "s"),),
            actions=frozenset({ACTION_CONNECT, ACTION_APPROVE_PROFILE, ACTION_RUN_HOOKS}),
        ),
        Method(
            INTERFACE,
            "Down",
            service.down,
            _ID,
            actions=frozenset({ACTION_DISCONNECT, ACTION_MANAGE_OTHERS}),
        ),
        Method(INTERFACE, "List", service.list_tunnels, gives=(Argument("machine", "s"),)),
        Method(INTERFACE, "GetStatus", service.get_status, _ID, gives=(Argument("tunnel", "s"),)),
        Method(
            INTERFACE,
            "GetLog",
            service.get_log,
            takes=(Argument("after", "t"),),
            gives=(Argument("page", "s"),),
        ),
        Method(INTERFACE, "Subscribe", service.subscribe),
        Method(INTERFACE, "Unsubscribe", service.unsubscribe),
        Method(
            INTERFACE,
            "GetRouting",
            service.get_routing,
            gives=(Argument("routing", "s"),),
            is_costly=True,
        ),
        Method(INTERFACE, "WatchRouting", service.watch_routing),
        Method(
            INTERFACE,
            "ListApprovals",
            service.list_approvals,
            gives=(Argument("approvals", "a(ssts)"),),
        ),
        Method(INTERFACE, "Revoke", service.revoke, takes=(Argument("digest", "s"),), is_free=True),
        Method(
            INTERFACE,
            "ApproveHooks",
            service.approve_hooks,
            takes=(Argument("uid", "u"), Argument("name", "s"), Argument("profile", "ay")),
            actions=frozenset({ACTION_RUN_HOOKS}),
        ),
        Method(
            INTERFACE,
            "ListSystemProfiles",
            service.system_profiles.list_names,
            gives=(Argument("names", "as"),),
            actions=frozenset({ACTION_LIST_SYSTEM_PROFILES}),
        ),
        Method(
            INTERFACE,
            "ReadSystemProfiles",
            service.system_profiles.read,
            takes=(Argument("names", "as"),),
            gives=(Argument("profiles", "a(says)"),),
            actions=frozenset({ACTION_READ_SYSTEM_PROFILES}),
        ),
    ]


def _boot_methods(boot: Boot) -> list[Method]:
    name = (Argument("name", "s"),)
    return [
        Method(
            INTERFACE,
            "SetBoot",
            boot.set,
            _PROFILE,
            actions=frozenset({ACTION_BOOT, ACTION_RUN_HOOKS}),
        ),
        Method(INTERFACE, "ClearBoot", boot.clear, name, actions=frozenset({ACTION_BOOT_OFF})),
        Method(INTERFACE, "ListBoot", boot.list, gives=(Argument("boot", "s"),), is_costly=True),
        Method(
            INTERFACE,
            "StartBoot",
            boot.start,
            name,
            gives=(Argument("outcome", "s"),),
            actions=frozenset({ACTION_CONNECT}),
        ),
        Method(INTERFACE, "StopBoot", boot.stop, name, actions=frozenset({ACTION_DISCONNECT})),
    ]


def _standard_methods() -> list[Method]:
    return [
        Method(
            PROPERTIES,
            "Get",
            _get,
            takes=(Argument("interface_name", "s"), Argument("property_name", "s")),
            gives=(Argument("value", "v"),),
        ),
        Method(
            PROPERTIES,
            "GetAll",
            _get_all,
            takes=(Argument("interface_name", "s"),),
            gives=(Argument("properties", "a{sv}"),),
        ),
        Method(PEER, "Ping", _ping),
    ]


async def _get(_caller: Caller, interface: str, name: str) -> Answer:
    found = _properties(interface).get(name)
    if found is None:
        raise InvalidRequest(f"there is no property “{printable(name)}”")
    return Answer([found])


async def _get_all(_caller: Caller, interface: str) -> Answer:
    return Answer([_properties(interface)])


async def _ping(_caller: Caller) -> Answer:
    return Answer()


def _properties(interface: str) -> dict[str, Any]:
    if interface != INTERFACE:
        return {}
    return {"Version": Variant("s", __version__), "ApiVersion": Variant("u", API_VERSION)}
