"""The machine on which both programs bring the same profiles up, and what is asked of it.

    eth0   192.0.2.1/24, 2001:db8:1::1/64   public addresses, and the default routes
           192.168.7.1/24, fd00:7::1/64     a private network on the same link
    eth1   198.18.0.1/24, MTU 9000          the way to 203.0.113.128/25
    203.0.113.64/26                         by eth0, but with a path MTU of 1300

Nobody answers on the links: the test is about what this machine would do.
"""

import json
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final

from tests.labs import ns, programs
from tests.support.wg_device import ShownDevice, shown_device

TUNNEL: Final = "tunnel"  # the interface, in answers
UNREACHABLE: Final = "unreachable"

PLACES: Final = {
    "inside": ("10.9.0.7", "fd09::7"),
    "own": ("10.9.0.2", "fd09::2"),
    "internet": ("9.9.9.9", "198.51.100.10", "2001:db8:ffff::10", "2606:4700::1111"),
    "lan": ("192.168.7.9", "fd00:7::9", "fe80::9"),
    "onlink": ("192.0.2.77", "2001:db8:1::77"),
    "router": ("192.0.2.254", "2001:db8:1::fe"),
    "private": ("192.168.50.5", "172.16.1.1", "fd12::5"),
}
_ALLOWED_IPS_PROBED: Final = 8
_SET_UP: Final = """
link add eth0 type veth peer name far0
link add eth1 type veth peer name far1
link set far0 addrgenmode none
link set far1 mtu 9000 addrgenmode none
link set eth1 mtu 9000
link set far0 up
link set far1 up
link set eth0 up
link set eth1 up
address add 192.0.2.1/24 dev eth0
address add 192.168.7.1/24 dev eth0
address add 198.18.0.1/24 dev eth1
address add 2001:db8:1::1/64 dev eth0 nodad
address add fd00:7::1/64 dev eth0 nodad
route add default via 192.0.2.254
route add ::/0 via 2001:db8:1::fe
route add 203.0.113.64/26 via 192.0.2.254 mtu 1300
route add 203.0.113.128/25 via 198.18.0.254
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question: where does a packet to `address` go?

    Attributes:
        kind: A key of `PLACES`, "allowed" or "endpoint".
        is_marked: It bears the mark of the tunnel's own encrypted packets.
    """

    kind: str
    address: str
    is_marked: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.address}{' (marked)' if self.is_marked else ''}"

    @property
    def version(self) -> int:
        return 6 if ":" in self.address else 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands after an `up`.

    Attributes:
        ways: The answer of `ip route get` to each probe, less what no packet depends on.
        dns: What was to be told to the machine's name lookups.
        hooks: The lines that the profile's commands wrote.
    """

    ways: Mapping[Probe, str]
    device: ShownDevice
    mtu: int
    addresses: frozenset[str]
    dns: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()


def set_up(host: ns.Host) -> None:
    """Lay the links; call it once, inside the host."""
    host.run(["sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0"])
    programs.run(["ip", "-batch", "-"], input_text=_SET_UP.lstrip())
    programs.wait_until(
        lambda: "fe80" in host.ip("-6", "address", "show", "dev", "eth0"), what="eth0's address"
    )


def state_now() -> dict[str, str]:
    """All that an `up` may change in the network, as text; called inside the host."""
    commands = {
        "4": (["ip", "-4", "-batch", "-"], "link\naddress\nroute show table all\nrule\n"),
        "6": (["ip", "-6", "-batch", "-"], "address\nroute show table all\nrule\n"),
        "firewall": (["nft", "list", "ruleset"], ""),
    }
    return {
        what: programs.run(argv, input_text=text).stdout for what, (argv, text) in commands.items()
    }


def look(interface: str, *, dns: tuple[str, ...] = (), hooks: tuple[str, ...] = ()) -> Standing:
    """What stands now; called inside the host."""
    device = shown_device(programs.run(["wg", "showconf", interface]).stdout)
    link = _settled_link(interface)
    return Standing(
        ways=_ways(_probes(device), interface, device.fwmark),
        device=device,
        mtu=link["mtu"],
        addresses=frozenset(
            f"{found['local']}/{found['prefixlen']}"
            for found in link["addr_info"]
            if found["scope"] != "link"  # a TUN device makes one of its own
        ),
        dns=dns,
        hooks=hooks,
    )


def _settled_link(interface: str) -> Mapping[str, Any]:
    """The link, once the kernel has looked at its IPv6 addresses; a few milliseconds."""
    for _ in range(200):
        printed = programs.run(["ip", "-j", "address", "show", "dev", interface]).stdout
        (link,) = json.loads(printed)
        if not any(found.get("tentative") for found in link["addr_info"]):
            return dict(link)
        time.sleep(0.01)
    raise TimeoutError(f"the addresses of {interface} do not settle")


def _probes(device: ShownDevice) -> Iterable[Probe]:
    for kind, addresses in PLACES.items():
        yield from (Probe(kind, address) for address in addresses)
    networks = sorted({net for peer in device.peers.values() for net in peer.allowed_ips})
    for network in networks[:: max(1, len(networks) // _ALLOWED_IPS_PROBED)]:
        yield Probe("allowed", _some_host(network))
    for endpoint in sorted({peer.endpoint for peer in device.peers.values() if peer.endpoint})[:3]:
        address = endpoint.rpartition(":")[0].strip("[]")
        yield Probe("endpoint", address)
        yield Probe("endpoint", address, is_marked=True)


def _some_host(network: str) -> str:
    """An address in the middle of it, so that no host route of another kind meets it."""
    found = ip_network(network)
    return str(found[found.num_addresses // 2])


def _ways(probes: Iterable[Probe], interface: str, fwmark: int) -> dict[Probe, str]:
    asked = tuple(dict.fromkeys(probes))
    lines = "".join(
        f"route get {it.address}{f' mark {fwmark:#x}' if it.is_marked and fwmark else ''}\n"
        for it in asked
    )
    done = subprocess.run(
        ["ip", "-j", "-force", "-batch", "-"],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return dict(zip(asked, _answers(done, interface, len(asked)), strict=True))


def _answers(done: "subprocess.CompletedProcess[str]", interface: str, number: int) -> list[str]:
    """One answer a line that was asked, errors in their places."""
    failed = _failed_lines(done.stderr)
    decoder, text, found = json.JSONDecoder(), done.stdout.lstrip(), []
    while text:
        (route,), end = decoder.raw_decode(text)
        found.append(way(route, interface))
        text = text[end:].lstrip()
    answers = iter(found)
    return [failed[at] if at in failed else next(answers) for at in range(1, number + 1)]


def _failed_lines(stderr: str) -> dict[int, str]:
    """`ip` says why, and then which line of its input that was."""
    found, why = {}, ""
    for line in stderr.splitlines():
        if line.startswith("Command failed "):
            found[int(line.rpartition(":")[2])] = f"{UNREACHABLE}: {why}"
        else:
            why = line.removeprefix("RTNETLINK answers: ")
    return found


def way(route: Mapping[str, Any], interface: str) -> str:
    """One answer of `ip -j route get`, less what no packet depends on."""
    kind = route.get("type", "")
    dev = TUNNEL if route.get("dev") == interface else route.get("dev", "")
    words = [kind, f"via {route['gateway']}" if "gateway" in route else "", f"dev {dev}"]
    words.append(f"src {route['prefsrc']}" if "prefsrc" in route else "")
    return " ".join(word for word in words if word)
