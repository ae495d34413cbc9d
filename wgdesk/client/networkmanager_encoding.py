"""A connection's settings as NetworkManager takes them on D-Bus: each value with its type."""

from collections.abc import Mapping
from typing import Any, Final

from dbus_next.signature import Variant

from wgdesk.domain.networkmanager_values import Settings

# By name, as nm-settings-dbus has them; no name stands for two types in what is made here.
_TYPES: Final = {
    **dict.fromkeys(
        (
            *("id", "uuid", "type", "interface-name", "method", "private-key", "public-key"),
            *("endpoint", "preshared-key", "address", "dest", "to"),
        ),
        "s",
    ),
    **dict.fromkeys(("permissions", "allowed-ips", "dns-search"), "as"),
    **dict.fromkeys(("autoconnect", "peer-routes", "never-default"), "b"),
    **dict.fromkeys(
        (
            *("private-key-flags", "preshared-key-flags", "listen-port", "fwmark", "fwmask", "mtu"),
            *("persistent-keepalive", "prefix", "route-table", "priority", "table"),
        ),
        "u",
    ),
    **dict.fromkeys(
        (
            *("ip4-auto-default-route", "ip6-auto-default-route", "dns-priority", "family"),
            "suppress-prefixlength",
        ),
        "i",
    ),
    **dict.fromkeys(("action", "to-len"), "y"),
    **dict.fromkeys(("peers", "address-data", "route-data", "routing-rules"), "aa{sv}"),
    "data": "a{ss}",
}
_DNS_TYPES: Final = {"ipv4": "au", "ipv6": "aay"}


def encode_settings(settings: Settings) -> dict[str, dict[str, Variant]]:
    """For the signature a{sa{sv}}; a value of an unknown name is a bug and raises KeyError."""
    return {
        name: {key: _variant(key, value, name) for key, value in values.items()}
        for name, values in settings.items()
    }


def _variant(key: str, value: Any, section: str) -> Variant:
    signature = _DNS_TYPES[section] if key == "dns" else _TYPES[key]
    if signature == "aa{sv}":
        value = [_dictionary(each, section) for each in value]
    return Variant(signature, value)


def _dictionary(values: Mapping[str, Any], section: str) -> dict[str, Variant]:
    return {key: _variant(key, value, section) for key, value in values.items()}
