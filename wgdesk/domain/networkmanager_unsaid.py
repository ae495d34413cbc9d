"""What NetworkManager knows of a connection and a profile cannot say, in sentences."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wgdesk.domain.names import printable
from wgdesk.domain.networkmanager_values import (
    CONNECTION,
    FAMILIES,
    WIREGUARD,
    Section,
    Settings,
    section,
)

_SHOWN_CHARS: Final = 60
_METERED: Final = (1, 3)  # yes, and guessed yes: NMMetered
_PLAIN_METHODS: Final = ("", "manual", "disabled", "ignore")
# What the profile says, or a sentence below, or what means nothing for a tunnel like this.
_KNOWN: Final[Mapping[str, str]] = {
    CONNECTION: """
        id uuid type interface-name timestamp autoconnect zone permissions metered stable-id
        read-only auth-retries autoconnect-priority autoconnect-retries wait-device-timeout
    """,
    WIREGUARD: """
        private-key private-key-flags listen-port fwmark mtu peers peer-routes
        ip4-auto-default-route ip6-auto-default-route
    """,
    **dict.fromkeys(
        FAMILIES.values(),
        """
        method addresses address-data dns dns-data dns-search dns-priority routes route-data
        route-table route-metric never-default gateway may-fail ignore-auto-dns
        ignore-auto-routes addr-gen-mode ip6-privacy dad-timeout token ra-timeout
        required-timeout temp-valid-lifetime temp-preferred-lifetime dhcp-send-hostname
        dhcp-timeout replace-local-rule
        """,
    ),
    "proxy": "method",
}
# A name that goes with a connection and says nothing about it.
_OF_EDITORS: Final = ("user",)


def unsaid(settings: Settings) -> Iterator[str]:
    """Of everything but routes, which `networkmanager_routes` tells."""
    yield from _of_connection(section(settings, CONNECTION))
    for version, name in FAMILIES.items():
        family = section(settings, name)
        yield from _of_family(version, family)
        yield from _of_default_route(section(settings, WIREGUARD), version)
    yield from _of_others(settings)


def _of_connection(connection: Section) -> Iterator[str]:
    if starts_by_itself(connection):
        yield "NetworkManager connects it by itself."
    if zone := connection.text("zone"):
        yield f"It belongs to the firewall zone “{_shown(zone)}”."
    if users := [it.split(":")[1] for it in connection.texts("permissions") if ":" in it]:
        yield f"Only {_shown(', '.join(users))} may use it."
    if connection.number("metered") in _METERED:
        yield "It counts as metered."


def starts_by_itself(connection: Section) -> bool:
    return connection.flag("autoconnect", default=True)


def _of_family(version: int, family: Section) -> Iterator[str]:
    if (method := family.text("method")) not in _PLAIN_METHODS:
        yield f"NetworkManager gives it IPv{version} addresses by the method “{_shown(method)}”."
    if gateway := family.text("gateway"):
        yield f"It has the gateway {_shown(gateway)}."
    if priority := family.number("dns-priority"):
        yield f"Its IPv{version} name servers have the priority {priority}."
    if (metric := family.number("route-metric", -1)) >= 0:
        yield f"Its IPv{version} routes have the metric {metric}."


def _of_default_route(wireguard: Section, version: int) -> Iterator[str]:
    if wireguard.number(f"ip{version}-auto-default-route", -1) == 0:
        yield f"NetworkManager does not keep its own packets apart by rules (IPv{version})."


def _of_others(settings: Settings) -> Iterator[str]:
    for name, values in settings.items():
        known = _KNOWN.get(name, "").split()
        for key, value in values.items():
            if key not in known and name not in _OF_EDITORS and _says_something(value):
                yield f"“{_shown(name)}.{_shown(key)}” of NetworkManager is not kept."


def _says_something(value: Any) -> bool:
    """Not an empty text or list, nor what stands for a default."""
    return value not in ("", [], {}, None, False, 0, -1)


def _shown(text: str) -> str:
    return printable(text, _SHOWN_CHARS)
