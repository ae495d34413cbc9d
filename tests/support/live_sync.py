"""A tunnel to a real server whose profile is edited while packets go through it."""

import hashlib
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.labs.server_end import HOME4
from wgdesk.domain.conf import read_profile
from wgdesk.domain.profile import Profile

PINGS_S = 0.02
_REPLY = re.compile(r"icmp_seq=(\d+)")


@dataclass(frozen=True)
class Session:
    """What must not change under a peer whose part of the profile did not."""

    handshake: int
    port: str
    mark: str


class Edited:
    """One client of one server; `text` is its profile, edited by whoever holds it."""

    def __init__(self, lab, allowed_ips: str, interface: str = "") -> None:
        self.lab, self.user, self.server = lab, lab.user, lab.wireguard()
        self.client = self.server.add_client(preshared=True)
        self.text = self.server.profile(
            self.client,
            allowed_ips=allowed_ips,
            interface=interface,
            peer="PersistentKeepalive = 25",
        )

    def profile(self, old: str = "", new: str = "", more: str = "") -> Profile:
        """The profile with the first of `old` replaced, and `more` at its end."""
        assert old in self.text
        text = (self.text.replace(old, new, 1) if old else self.text) + more
        return read_profile(text.encode())

    def show(self, what: str) -> str:
        return self.user.run(["wg", "show", "home", what]).stdout.strip()

    def session(self) -> Session:
        key = self.server.public_key
        times = dict(line.split() for line in self.show("latest-handshakes").splitlines())
        return Session(int(times[key]), self.show("listen-port"), self.show("fwmark"))

    def received_bytes(self) -> int:
        lines = (line.split() for line in self.show("transfer").splitlines())
        return next(int(rx) for key, rx, _ in lines if key == self.server.public_key)

    def source(self, address: str) -> str | None:
        return self.lab.source_seen_by(address, timeout_s=5)

    def facts(self) -> dict[str, str]:
        """What an `up` puts in place, in words that do not depend on when it was."""
        ip = self.user.ip
        return {
            "addresses": "\n".join(sorted(_fields(ip("-o", "address", "show", "dev", "home")))),
            "link": re.sub(r"^\d+: ", "", ip("-o", "link", "show", "dev", "home")),
            "routes4": _settled(ip("-4", "route", "show", "table", "all", "dev", "home")),
            "routes6": _settled(ip("-6", "route", "show", "table", "all", "dev", "home")),
            "rules4": ip("-4", "rule"),
            "rules6": ip("-6", "rule"),
            "firewall": self.user.run(["nft", "list", "ruleset"]).stdout,
            "peers": "\n".join(sorted(map(_sorted_words, self.show("allowed-ips").splitlines()))),
            "keepalive": "\n".join(sorted(self.show("persistent-keepalive").splitlines())),
            "preshared": _hidden("\n".join(sorted(self.show("preshared-keys").splitlines()))),
            "private": _hidden(self.show("private-key")),
        }

    @contextmanager
    def pings(self, address: str = HOME4) -> Iterator[list[int]]:
        """Pings all the while; once it is over [sent, lost] up to the last that came back.

        What is on its way when ping ends is no loss, though ping itself counts it as one.
        """
        result: list[int] = []
        words = ["ping", "-n", "-i", str(PINGS_S), "-W", "1", address]
        process = self.user.popen(words, pipes=True)
        try:
            yield result
        finally:
            process.send_signal(signal.SIGINT)  # then it tells what came back
            output, _ = process.communicate(timeout=10)
            back = {int(number) for number in _REPLY.findall(output)}
            sent = max(back, default=0)
            result += [sent, sent - len(back)]


def _hidden(secret: str) -> str:
    """Enough to compare, and nothing to leak when a test fails."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _sorted_words(line: str) -> str:
    first, *rest = line.split()
    return " ".join([first, *sorted(rest)])


def _settled(routes: str) -> str:
    """Without the address that IPv6 makes up anew for each link."""
    return "\n".join(sorted(line for line in routes.splitlines() if "fe80:" not in line))


def _fields(lines: str) -> Iterator[str]:
    for line in lines.splitlines():
        _, _, family, address, *_ = line.split()
        if not address.startswith("fe80:"):
            yield f"{family} {address}"
