"""The far end of a tunnel: a real WireGuard server with a web page behind it."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.namespaces import Host

WEB_PORT: Final = 8080
TUNNEL4: Final = "10.99.0"  # the server is .1, its clients .2 and on
TUNNEL6: Final = "fd99::"
HOME4: Final = "10.77.0.1"  # a host in the home subnets, behind the server
HOME6: Final = "fd77::1"
HOME_SUBNETS: Final = "10.99.0.0/24, 10.77.0.0/24, fd99::/64, fd77::/64"
EVERYTHING: Final = "0.0.0.0/0, ::/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What one user of the server has in hand."""

    private_key: str = field(repr=False)
    public_key: str
    preshared_key: str | None = field(repr=False)
    address4: str
    address6: str


class ServerEnd:
    """A WireGuard interface on wireguard-go in `host`, reachable under `endpoint_host`."""

    def __init__(self, host: Host, *, endpoint_host: str, interface: str, port: int) -> None:
        self.host = host
        self.interface = interface
        self.endpoint = f"{endpoint_host}:{port}"
        self._clients = 0
        private_key, self.public_key = generate_keys()
        self.engine = host.start_engine(interface)
        self._wg("private-key", "/dev/stdin", "listen-port", str(port), input_text=private_key)
        host.ip("address", "add", f"{TUNNEL4}.1/24", "dev", interface)
        host.ip("address", "add", f"{TUNNEL6}1/64", "dev", interface, "nodad")
        host.ip("link", "set", interface, "up")
        for home in (f"{HOME4}/24", f"{HOME6}/64"):
            host.ip("address", "add", home, "dev", "lo")

    def add_client(self, *, preshared: bool = False) -> Client:
        """Make keys and addresses for one more user and let them in."""
        self._clients += 1
        private_key, public_key = generate_keys()
        number = self._clients + 1
        client = Client(
            private_key=private_key,
            public_key=public_key,
            preshared_key=programs.run(["wg", "genpsk"]).stdout.strip() if preshared else None,
            address4=f"{TUNNEL4}.{number}",
            address6=f"{TUNNEL6}{number:x}",
        )
        allowed = f"{client.address4}/32,{client.address6}/128"
        words = ["peer", public_key, "allowed-ips", allowed]
        if client.preshared_key is not None:
            words += ["preshared-key", "/dev/stdin"]
        self._wg(*words, input_text=client.preshared_key)
        return client

    def profile(
        self, client: Client, *, allowed_ips: str = EVERYTHING, interface: str = "", peer: str = ""
    ) -> str:
        """The text of a profile for this server.

        Args:
            allowed_ips: `EVERYTHING` or `HOME_SUBNETS`, or any other list.
            interface: More lines for [Interface], such as "MTU = 1400".
            peer: More lines for [Peer], such as "PersistentKeepalive = 25".
        """
        preshared = f"PresharedKey = {client.preshared_key}\n" if client.preshared_key else ""
        return (
            f"[Interface]\nPrivateKey = {client.private_key}\n"
            f"Address = {client.address4}/32, {client.address6}/128\n{_lines(interface)}"
            f"\n[Peer]\nPublicKey = {self.public_key}\n{preshared}"
            f"AllowedIPs = {allowed_ips}\nEndpoint = {self.endpoint}\n{_lines(peer)}"
        )

    def handshakes(self) -> dict[str, int]:
        """Public key -> Unix time of the latest handshake, 0 where there was none."""
        dump = self.host.run(["wg", "show", self.interface, "latest-handshakes"]).stdout
        return {key: int(when) for key, when in map(str.split, dump.splitlines())}

    def has_shaken_hands(self, client: Client) -> bool:
        return self.handshakes()[client.public_key] > 0

    def _wg(self, *words: str, input_text: str | None = None) -> None:
        self.host.run(["wg", "set", self.interface, *words], input_text=input_text)


def start_web(host: Host) -> None:
    """Serve `web.py` on every address of `host`, port `WEB_PORT`."""
    page = Path(__file__).with_name("web.py")
    host.popen([sys.executable, "-I", str(page), str(WEB_PORT)])
    programs.wait_until(
        lambda: f":{WEB_PORT}" in host.run(["ss", "-Hltn"]).stdout,
        what="the web server",
        timeout_s=30,  # lab vm is slow, and more so beside other work
    )


def page_url(address: str) -> str:
    """The address of the page on a host; IPv6 in brackets."""
    return f"http://[{address}]:{WEB_PORT}/" if ":" in address else f"http://{address}:{WEB_PORT}/"


def generate_keys() -> tuple[str, str]:
    """A new private key and its public key, by `wg`."""
    private_key = programs.run(["wg", "genkey"]).stdout.strip()
    return private_key, programs.run(["wg", "pubkey"], input_text=private_key).stdout.strip()


def _lines(text: str) -> str:
    return text.rstrip("\n") + "\n" if text else ""
