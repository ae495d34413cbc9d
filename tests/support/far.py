"""A server of lab ns with clients of it, for tests that run inside the user's machine."""

from tests.labs.ns import Host, Lab
from tests.labs.server_end import Client
from wgdesk.domain.conf import read_profile
from wgdesk.domain.profile import Profile


class Far:
    """`profile` makes a new client each time."""

    def __init__(self, lab: Lab[Host], *, ipv6_endpoint: bool = False) -> None:
        self.lab, self.server = lab, lab.wireguard(ipv6_endpoint=ipv6_endpoint)
        self.clients: list[Client] = []

    def profile(self, allowed_ips: str, interface: str = "", endpoint: str = "") -> Profile:
        """`endpoint` is another address of the same server."""
        client = self.server.add_client(preshared=True)
        self.clients.append(client)
        text = self.server.profile(client, allowed_ips=allowed_ips, interface=interface)
        if endpoint:
            text = text.replace(f"Endpoint = {self.server.endpoint}", f"Endpoint = {endpoint}")
        return read_profile(text.encode())

    def fetch(self, address: str) -> str | None:
        return self.lab.source_seen_by(address, timeout_s=5)

    def rules(self, family: int = 4) -> list[str]:
        """Our rules, as `ip rule` prints them without the protocol."""
        lines = self.lab.user.ip(f"-{family}", "rule").splitlines()
        ours = [line.split(" proto")[0] for line in lines if "proto 119" in line]
        return [line.replace("\t", " ") for line in ours]

    def mtu(self, link: str) -> int:
        words = self.lab.user.ip("-o", "link", "show", "dev", link).split()
        return int(words[words.index("mtu") + 1])
