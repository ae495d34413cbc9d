"""A booted system with one of the name services, tunnels on it, and DNS servers that differ."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.labs.box import Box
from tests.labs.fixtures import booted_box
from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING, HOME4
from tests.support import name_server
from tests.support.name_server import LIE, LINK_SERVER, NAME, TRUTH, TUNNEL_SERVER

HELPER: Final = "wgdesk-helper.service"
RESOLV_CONF: Final = "/etc/resolv.conf"
WORK_TRUTH: Final = "203.0.113.88"  # what the second tunnel's server says to the same name
PUBLIC: Final = "public.example"  # known to the machine's own server alone
SEARCHED: Final = "token"  # NAME without its domain
WORK_SUBNET: Final = "10.77.0.0/24"


@dataclass(frozen=True)
class Service:
    """One way to look names up, and what makes a plain box into a machine that has it."""

    backend: str
    packages: Sequence[str] = ()
    script: str = "true"
    is_split: bool = False

    def __str__(self) -> str:
        return self.backend


FILE: Final = Service("resolv.conf")
RESOLVED: Final = Service(
    "systemd-resolved",
    ("systemd-resolved", "libnss-resolve"),
    f"""mkdir -p /etc/systemd/resolved.conf.d
    printf '[Resolve]\\nDNS={LINK_SERVER}\\nFallbackDNS=\\nLLMNR=no\\n' >/etc/systemd/resolved.conf.d/lab.conf
    ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
    sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
    systemctl restart systemd-resolved""",
    is_split=True,
)
OPENRESOLV: Final = Service(
    "openresolv",
    ("openresolv",),
    f"echo 'nameserver {LINK_SERVER}' | resolvconf -a eth0.lab && resolvconf -u",
)
RESOLVCONF: Final = Service(
    "resolvconf",
    ("resolvconf",),
    f"""ln -sf /run/resolvconf/resolv.conf /etc/resolv.conf
    echo 'nameserver {LINK_SERVER}' | resolvconf -a eth0.lab && resolvconf -u""",
)
# A bridge is a link that needs neither a cable nor a module this kernel may lack.
NETWORKMANAGER: Final = Service(
    "NetworkManager",
    ("network-manager",),
    f"""nmcli connection add type bridge ifname nmb0 con-name lab bridge.stp no ipv6.method disabled \\
        ipv4.method manual ipv4.addresses 10.200.0.2/24 ipv4.dns {LINK_SERVER}
    nmcli connection up lab
    for try in 1 2 3 4 5 6 7 8 9; do grep -q NetworkManager /etc/resolv.conf || sleep 1; done""",
)
SERVICES: Final = (FILE, RESOLVED, OPENRESOLV, RESOLVCONF, NETWORKMANAGER)


def names_on(service: Service) -> "Iterator[NamesBox]":
    """For a fixture: a box of its own with this service."""
    for box in booted_box(service.packages):
        yield NamesBox(box, service)


class NamesBox:
    """Root's tunnels home (all traffic) and work (one subnet), each with a server of its own."""

    def __init__(self, box: Box, service: Service) -> None:
        self.box, self.service = box, service
        self._server = box.world.wireguard()
        name_server.start_both(box.world)
        name_server.start(box.world, HOME4, f"/{NAME}/{WORK_TRUTH}")
        self.sh(f"set -e\n{service.script}")
        self.profile("home", f"DNS = {TUNNEL_SERVER}")
        self.profile("work", f"DNS = {HOME4}", allowed=WORK_SUBNET)
        wait_until(lambda: self.look_up() == {LIE}, what="the machine's own answer")
        self.before = self.resolv_conf()

    def profile(self, name: str, interface: str, *, allowed: str = EVERYTHING) -> None:
        text = self._server.profile(
            self._server.add_client(), allowed_ips=allowed, interface=interface
        )
        self.box.write(f"/root/.wireguard/{name}.conf", text, mode=0o600)

    def sh(self, script: str, *, check: bool = True) -> str:
        return self.box.run(["sh", "-c", script], check=check).stdout

    def wgdesk(self, *words: str, check: bool = True) -> Any:
        return self.box.run(["wgdesk", *words], check=check)

    def up(self, name: str = "home", *options: str) -> None:
        """Up, answered by the other end, and its name servers verified."""
        self.wgdesk("up", name, "--wait", *options)
        self.until_dns(name, "verified")

    def down(self, name: str = "home") -> None:
        self.wgdesk("down", name)

    def look_up(self, name: str = NAME) -> set[str]:
        """What any program of this machine is told."""
        return {
            line.split()[0] for line in self.sh(f"getent ahostsv4 {name}", check=False).splitlines()
        }

    def tunnel(self, name: str = "home") -> Any:
        tunnels = json.loads(self.wgdesk("status", name, "--json").stdout)["tunnels"]
        return tunnels[0] if tunnels else None

    def dns(self, name: str = "home") -> Any:
        return self.tunnel(name)["dns"]

    def until_dns(self, name: str, state: str, *, timeout_s: float = 10) -> Any:
        wait_until(
            lambda: self.dns(name)["state"] == state,
            what=f"the name servers of {name} to be {state}; they are {self.dns(name)}",
            timeout_s=timeout_s,
        )
        return self.dns(name)

    def until_told(self, answers: set[str], *, timeout_s: float = 5) -> None:
        wait_until(
            lambda: self.look_up() == answers, what=f"{NAME} to be {answers}", timeout_s=timeout_s
        )

    def resolv_conf(self) -> tuple[str, str]:
        """Its bytes, and all that is known of the file: kind, mode, owner, time, target."""
        described = self.sh(f"stat -c '%F %a %u %g %N' {RESOLV_CONF}", check=False)
        return self.sh(f"base64 {RESOLV_CONF}", check=False), described

    def is_as_before(self) -> bool:
        return self.resolv_conf() == self.before and self.look_up() == {LIE}

    def kill_helper(self) -> None:
        """As a crash; back when the next one answers."""
        self.sh(f"systemctl kill --signal=KILL {HELPER}")
        wait_until(lambda: self.wgdesk("list", check=False).returncode == 0, what="the next helper")

    def clean(self) -> None:
        """After a test: no tunnel, and a machine that looks names up as it did before."""
        self.wgdesk("down", "--all", check=False)
        self.sh(f"systemctl stop {HELPER}; systemctl reset-failed", check=False)


__all__ = ["LIE", "NAME", "TRUTH", "NamesBox", "Service"]
