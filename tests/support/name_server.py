"""Real DNS servers in a lab: one behind the tunnel that knows a secret, one in front that lies."""

from typing import Final

from tests.labs import ns, programs, variants
from tests.labs.ns import INTERNET4
from tests.labs.server_end import TUNNEL4

DNSMASQ: Final = ("dnsmasq-base",)
TUNNEL_SERVER: Final = f"{TUNNEL4}.1"  # behind the tunnel
LINK_SERVER: Final = "192.0.2.2"  # the machine's own before `up`
TRUTH: Final = "203.0.113.77"
LIE: Final = "203.0.113.66"
NAME: Final = "token.lab.example"
DOMAIN: Final = "lab.example"


def start(lab: ns.Lab, address: str, *answers: str, refuses: bool = False) -> None:
    """A dnsmasq on `address` of the server's host; `answers` are `/name/address` as it has them.

    What it does not know it answers with “no such name”, or refuses to look for.
    """
    words = ["dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--user=root"]
    words += [f"--listen-address={address}", "--bind-interfaces", "--pid-file=", "--conf-file="]
    words += [f"--address={answer}" for answer in answers]
    if not refuses:
        words.append("--address=/#/")
    variants.start_in(lab.server, DNSMASQ, words)
    programs.wait_until(
        lambda: f"{address}:53" in lab.server.run(["ss", "-Hlun"]).stdout,
        what=f"the DNS server on {address}",
    )


def start_both(lab: ns.Lab) -> None:
    """The truth behind the tunnel and the lie in front of it; the tunnel's server must be up."""
    start(lab, TUNNEL_SERVER, f"/{NAME}/{TRUTH}")
    start(lab, LINK_SERVER, f"/{NAME}/{LIE}", f"/public.example/{INTERNET4}")
