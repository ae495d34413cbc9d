"""NetworkManager and systemd as far as the import asks them, on a bus of the test's own."""

from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import Any

from dbus_next.aio import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

NM = "org.freedesktop.NetworkManager"
SYSTEMD = "org.freedesktop.systemd1"
SIGNATURES = {
    "permissions": "as", "autoconnect": "b", "peers": "aa{sv}", "allowed-ips": "as",
    "address-data": "aa{sv}", "addresses": "aau", "dns": "au", "dns-data": "as",
    "dns-search": "as", "route-data": "aa{sv}", "routes": "aau",
}  # fmt: skip
IPV6_SIGNATURES = {"addresses": "a(ayuay)", "dns": "aay", "routes": "a(ayuayu)"}


class Service:
    """Answers calls by `answer`.

    Attributes:
        calls: (member, whether a password dialog is allowed), in order.
        refusals: Member -> an error's name; "" is no answer at all.
        refusals_at: The same for one path alone.
        odd: Member -> signature and body of the answer in the place of the real one.
        bus: Its connection while it serves.
    """

    name = ""

    def __init__(self) -> None:
        self.calls: list[tuple[str, bool]] = []
        self.refusals: dict[str, str] = {}
        self.refusals_at: dict[tuple[str, str], str] = {}
        self.odd: dict[str, tuple[str, list[Any]]] = {}
        self.bus: Any = None

    @asynccontextmanager
    async def serve(self, address: str):
        bus = await MessageBus(bus_address=address).connect()
        bus.add_message_handler(self._on_message)
        await bus.request_name(self.name)
        self.bus = bus
        yield self
        bus.disconnect()
        await bus.wait_for_disconnect()

    def answer(self, message: Message) -> tuple[str, list[Any]]:
        raise NotImplementedError

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL or message.sender is None:
            return False
        may_prompt = bool(message.flags & MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION)
        self.calls.append((message.member, may_prompt))
        general = self.refusals.get(message.member)
        refusal = self.refusals_at.get((message.path, message.member), general)
        if refusal == "":
            return True
        if refusal is not None:
            return Message.new_error(message, refusal, "as the test says")
        try:
            signature, body = self.odd.get(message.member) or self.answer(message)
        except KeyError:
            name = f"{self.name}.Settings.InvalidConnection"
            return Message.new_error(message, name, "No connection with the UUID was found.")
        return Message.new_method_return(message, signature, body)


class FakeNetworkManager(Service):
    """With its connections.

    Attributes:
        connections: Path -> settings as plain values.
        secrets: Path -> the same of what GetSecrets gives.
        up: Paths of the active connections.
        active_state: Theirs, as NMActiveConnectionState; 2 is up.
        updated: What Update2 was given: (path, settings as they came, flags).
    """

    name = NM

    def __init__(self) -> None:
        super().__init__()
        self.connections: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self.secrets: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self.up: list[str] = []
        self.active_state = 2
        self.updated: list[tuple[str, Any, int]] = []

    def answer(self, message: Message) -> tuple[str, list[Any]]:
        path = str(message.path)
        match message.member:
            case "ListConnections":
                return "ao", [list(self.connections)]
            case "GetConnectionByUuid":
                by_uuid = {it["connection"].get("uuid"): at for at, it in self.connections.items()}
                return "o", [by_uuid[message.body[0]]]
            case "GetSettings":
                return "a{sa{sv}}", [packed(self.connections[path])]
            case "GetSecrets":
                assert message.body == ["wireguard"]
                return "a{sa{sv}}", [packed(self.secrets.get(path, {}))]
            case "Update2":
                self.updated.append((path, *message.body[:2]))
                return "a{sv}", [{}]
            case "GetAll":
                return "a{sv}", [self._properties(path)]
        raise AssertionError(message.member)

    def _properties(self, path: str) -> dict[str, Variant]:
        if path == "/org/freedesktop/NetworkManager":
            active = [f"/active{at}" for at in self.up]
            return {"ActiveConnections": Variant("ao", active)}
        uuid = self.connections[path.removeprefix("/active")]["connection"]["uuid"]
        return {"Uuid": Variant("s", uuid), "State": Variant("u", self.active_state)}


class FakeSystemd(Service):
    """With the units of tunnels.

    Attributes:
        loaded: Unit -> active state.
        enabled: Unit -> `enabled` or `enabled-runtime`, where it starts at boot.
    """

    name = SYSTEMD

    def __init__(self) -> None:
        super().__init__()
        self.loaded: dict[str, str] = {}
        self.enabled: dict[str, str] = {}

    def answer(self, message: Message) -> tuple[str, list[Any]]:
        match message.member:
            case "ListUnitsByPatterns":
                assert message.body == [[], ["wg-quick@*.service"]]
                return "a(ssssssouso)", [
                    [
                        [unit, "about", "loaded", state, "sub", "", "/unit", 0, "", "/"]
                        for unit, state in self.loaded.items()
                    ]
                ]
            case "GetUnitFileState":
                return "s", [self.enabled.get(message.body[0], "disabled")]
            case "DisableUnitFiles":
                units, runtime = message.body
                for unit in units:
                    if self.enabled.get(unit) == ("enabled-runtime" if runtime else "enabled"):
                        del self.enabled[unit]
                return "a(sss)", [[["unlink", "/etc/x", ""]]]
            case "EnableUnitFiles":
                units, runtime, force = message.body
                assert (runtime, force) == (False, False)
                self.enabled |= dict.fromkeys(units, "enabled")
                return "ba(sss)", [True, [["symlink", "/etc/x", "/lib/x"]]]
            case "Reload":
                return "", []
        raise AssertionError(message.member)


def packed(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Variant]]:
    return {
        name: {key: variant(key, value, name) for key, value in values.items()}
        for name, values in settings.items()
    }


def variant(key: str, value: Any, section: str = "") -> Variant:
    """With the type that NetworkManager gives it."""
    if section == "ipv6" and key in IPV6_SIGNATURES:
        return Variant(IPV6_SIGNATURES[key], value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return Variant("aa{sv}", [{k: variant(k, v) for k, v in it.items()} for it in value])
    if key in SIGNATURES:
        return Variant(SIGNATURES[key], value)
    return Variant({bool: "b", int: "u", str: "s"}[type(value)], value)
