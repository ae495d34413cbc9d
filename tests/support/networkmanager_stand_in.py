"""NetworkManager as far as it carries tunnels, on a bus of the test's own; it moves no packet."""

import asyncio
from typing import Any

from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from tests.support.machine_services import NM, Service
from wgdesk.client.networkmanager import plain_settings

PATH = "/org/freedesktop/NetworkManager"
WIRE = f"{PATH}/Devices/1"
WIRE_CONFIG = f"{PATH}/IP4Config/1"
ACTIVATING, ACTIVATED, DEACTIVATED = 1, 2, 4
UNKNOWN = "org.freedesktop.DBus.Error.UnknownMethod"


class NetworkManagerStandIn(Service):
    """Brings every connection up at once unless told otherwise.

    Attributes:
        version: As it says of itself.
        made: Settings as they were asked for, plain, by number.
        options: What each was asked for with.
        up: Numbers of those that are there -> NMActiveConnectionState.
        next_state: What a new one gets.
        received, sent: Of every tunnel, in bytes.
        rate_ms: How often counters are counted; 0 is never.
        interfaces: Names that are taken by others.
        was_asked: Set by each connection that is made.
        foreign: Settings of a WireGuard connection of somebody else, or None.
        foreign_flags: Its NMSettingsConnectionFlags; 8 is what NetworkManager did not make.
    """

    name = NM

    def __init__(self) -> None:
        super().__init__()
        self.version = "1.52.1"
        self.made: dict[int, dict[str, dict[str, Any]]] = {}
        self.options: dict[int, dict[str, Any]] = {}
        self.up: dict[int, int] = {}
        self.next_state = ACTIVATED
        self.received = self.sent = 0
        self.rate_ms = 0
        self.interfaces: set[str] = set()
        self.foreign: dict[str, dict[str, Any]] | None = None
        self.foreign_flags = 0
        self.was_asked = asyncio.Event()
        self._raw: dict[int, dict[str, dict[str, Variant]]] = {}

    def tell(self, number: int, state: int, reason: int = 0) -> None:
        """A tunnel changes by itself."""
        self.up[number] = state
        if state == DEACTIVATED:
            del self.up[number]
        self.bus.send(
            Message(
                message_type=MessageType.SIGNAL,
                path=f"{PATH}/ActiveConnection/{number}",
                interface=f"{NM}.Connection.Active",
                member="StateChanged",
                signature="uu",
                body=[state, reason],
            )
        )

    def _on_message(self, message: Message) -> Message | bool:
        try:
            return super()._on_message(message)
        except LookupError:
            return Message.new_error(message, UNKNOWN, "No such object")

    def answer(self, message: Message) -> tuple[str, list[Any]]:
        path = str(message.path)
        match message.member:
            case "AddAndActivateConnection2":
                return self._add(message.body)
            case "DeactivateConnection":
                number = _number(message.body[0])
                if number not in self.up:
                    raise IndexError
                self.tell(number, DEACTIVATED, 2)
                return "", []
            case "GetDeviceByIpIface":
                if message.body[0] not in self.interfaces:
                    raise IndexError
                return "o", [f"{PATH}/Devices/9"]
            case "GetSettings":
                return "a{sa{sv}}", [self._settings(_number(path))]
            case "GetAll":
                return "a{sv}", [self._properties(path, message.body[0])]
            case "Set":
                self.rate_ms = message.body[2].value
                return "", []
        raise AssertionError(message.member)

    def _add(self, body: list[Any]) -> tuple[str, list[Any]]:
        number = len(self.made) + 11
        self.made[number] = plain_settings(body[0])  # type: ignore[assignment]
        self.options[number] = {key: value.value for key, value in body[3].items()}
        self._raw[number] = body[0]
        self.up[number] = self.next_state
        self.was_asked.set()
        return "ooa{sv}", [f"{PATH}/Settings/{number}", f"{PATH}/ActiveConnection/{number}", {}]

    def _settings(self, number: int) -> dict[str, dict[str, Variant]]:
        if number == 0:
            if self.foreign is None:
                raise IndexError
            return self.foreign
        raw = {name: dict(values) for name, values in self._raw[number].items()}
        raw["wireguard"].pop("private-key")  # as the real one, without being asked for secrets
        for name in ("ipv4", "ipv6"):
            raw[name].pop("dns", None)
        return raw

    def _properties(self, path: str, interface: str) -> dict[str, Variant]:
        number = _number(path)
        match interface.removeprefix(f"{NM}."):
            case "org.freedesktop.NetworkManager":
                active = [f"{PATH}/ActiveConnection/{it}" for it in (*self.up, *self._foreign())]
                return {
                    "Version": Variant("s", self.version),
                    "ActiveConnections": Variant("ao", active),
                    "Devices": Variant("ao", [WIRE]),
                }
            case "Connection.Active" if number == 0:
                return self._active(0, "wg0", "other", ACTIVATED)
            case "Connection.Active":
                made = self.made[number]["connection"]
                return self._active(number, made["id"], made["uuid"], self.up[number])
            case "Settings.Connection":
                return {"Flags": Variant("u", 0x4 if number else self.foreign_flags)}
            case "Device" if path == WIRE:
                return {
                    "DeviceType": Variant("u", 1),
                    "Ip4Config": Variant("o", WIRE_CONFIG),
                    "Ip6Config": Variant("o", "/"),
                }
            case "IP4Config":
                address = {"address": Variant("s", "192.168.7.5"), "prefix": Variant("u", 24)}
                return {"AddressData": Variant("aa{sv}", [address])}
            case "Device":
                return {"Mtu": Variant("u", 1420), "DeviceType": Variant("u", 29)}
            case "Device.WireGuard":
                return {
                    "PublicKey": Variant("ay", bytes(range(32))),
                    "ListenPort": Variant("q", 40000),
                    "FwMark": Variant("u", 7),
                }
            case "Device.Statistics":
                is_counted = bool(self.rate_ms)
                return {
                    "RxBytes": Variant("t", self.received if is_counted else 0),
                    "TxBytes": Variant("t", self.sent if is_counted else 0),
                    "RefreshRateMs": Variant("u", self.rate_ms),
                }
        raise AssertionError(interface)

    def _foreign(self) -> tuple[int, ...]:
        return (0,) if self.foreign is not None else ()

    def _active(self, number: int, title: str, uuid: str, state: int) -> dict[str, Variant]:
        return {
            "Id": Variant("s", title),
            "Uuid": Variant("s", uuid),
            "Type": Variant("s", "wireguard"),
            "State": Variant("u", state),
            "Connection": Variant("o", f"{PATH}/Settings/{number}"),
            "Devices": Variant("ao", [f"{PATH}/Devices/{number}"]),
        }


def _number(path: str) -> int:
    last = path.rpartition("/")[2]
    return int(last) if last.isdecimal() else -1
