"""The networks on the machine's own links, as NetworkManager tells of them."""

from collections.abc import Iterator
from ipaddress import ip_interface
from typing import Any, Final

from wgdesk.client.networkmanager import NAME, PATH, plain_value
from wgdesk.client.networkmanager_tunnels import DEVICE
from wgdesk.client.system_service import ServiceRefused, SystemService
from wgdesk.domain.profile import InterfaceAddress, Network
from wgdesk.domain.routing import lan_networks

MAX_DEVICES: Final = 500
# NMDeviceType: Ethernet, Wi-Fi, Bluetooth, modem, InfiniBand, bond, VLAN, ADSL, bridge, generic,
# team, veth; what leads into a tunnel is none of them.
_LINKS: Final = frozenset({1, 2, 5, 8, 9, 10, 11, 12, 13, 14, 15, 20})


async def local_networks(service: SystemService) -> tuple[Network, ...]:
    """What stays reachable beside a full tunnel; raises ServiceRefused."""
    properties = await service.properties(PATH, NAME)
    found: list[InterfaceAddress] = []
    for path in (properties.get("Devices") or ())[:MAX_DEVICES]:
        try:
            device = await service.properties(path, DEVICE)
            if device.get("DeviceType") not in _LINKS:
                continue
            for key in ("Ip4Config", "Ip6Config"):
                if (config := str(device.get(key, "/"))) != "/":
                    kind = key.replace("Ip", "IP")
                    known = await service.properties(config, f"{NAME}.{kind}")
                    found += _addresses(known.get("AddressData"))
        except ServiceRefused as refused:
            if refused.is_absent:
                raise
    return lan_networks(found)


def _addresses(data: Any) -> Iterator[InterfaceAddress]:
    for each in plain_value(data) if isinstance(data, list) else ():
        try:
            yield ip_interface(f"{each['address']}/{each['prefix']}")
        except (KeyError, TypeError, ValueError):
            continue
