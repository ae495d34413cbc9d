"""The program resolvconf, which others tell their name servers and which writes resolv.conf.

Two programs have that name. openresolv takes `-x`: only these servers then. Debian's own has
no such thing and goes by the order of interfaces, where `tun.*` stands near the top.
"""

import re
import subprocess
from pathlib import Path
from typing import Final

from wgdesk.domain.dns import DnsBackend, is_loopback, name_servers
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.names import printable
from wgdesk.engine.dns.places import Places, read_text
from wgdesk.engine.dns.plainfile import Entry

TIMEOUT_S: Final = 8.0
_ENVIRONMENT: Final = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
_OLD_DEBIAN_STATUS: Final = 99
# As wg-quick reads it: the first line that is a prefix and a star.
_PREFIX: Final = re.compile(r"^([A-Za-z0-9-]+)\*$", re.MULTILINE)


class Resolvconf:
    """One of the two; raises DnsFailed where it does not do as it is told."""

    def __init__(self, flavour: DnsBackend, places: Places) -> None:
        self._flavour, self._places = flavour, places

    def apply(self, entry: Entry) -> None:
        lines = [f"nameserver {server}" for server in entry.servers]
        if entry.search:
            lines.append(f"search {' '.join(entry.search)}")
        options: tuple[str, ...] = ()
        if self._flavour is DnsBackend.OPENRESOLV:
            options = ("-m", "0", "-x") if entry.servers else ("-m", "0")
        self._run("-a", self._key(entry.name), *options, text="\n".join(lines) + "\n")
        if not self.stands(entry):
            self.revert(entry.name)
            raise DnsFailed(f"{self._flavour} did not write them into resolv.conf")

    def revert(self, name: str) -> None:
        force = ("-f",) if self._flavour is DnsBackend.OPENRESOLV else ()
        self._run(*force, "-d", self._key(name))

    def stands(self, entry: Entry) -> bool:
        text = read_text(self._places.resolv_conf)
        return stands_in(text, entry, anywhere=self._flavour is DnsBackend.RESOLVCONF)

    def _key(self, name: str) -> str:
        """The name it knows the tunnel by."""
        if self._flavour is DnsBackend.OPENRESOLV:
            return name
        found = _PREFIX.search(read_text(self._places.interface_order))
        return f"{found[1]}.{name}" if found else name

    def _run(self, *words: str, text: str = "") -> None:
        program = find_program(self._places)
        if program is None:
            raise DnsFailed("the program resolvconf is not there any more")
        try:
            done = subprocess.run(
                [str(program), *words],
                input=text.encode("ascii"),
                env=_ENVIRONMENT,
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DnsFailed(f"{program} did not do it: {type(error).__name__}") from error
        if done.returncode != 0:
            raise DnsFailed(f"{program} said: {_last_line(done.stderr) or done.returncode}")


def find_program(places: Places) -> Path | None:
    return next((path for path in places.resolvconf_programs if path.exists()), None)


def find_flavour(places: Places) -> DnsBackend | None:
    """Which of the two is installed; None where there is neither, or it is systemd's."""
    program = find_program(places)
    if program is None or program.resolve().name == "resolvectl":
        return None
    try:
        done = subprocess.run(
            [str(program), "--version"],
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Debian's says so, and older ones know no such option and leave with 99.
    is_debian = done.returncode == _OLD_DEBIAN_STATUS or done.stdout.startswith(b"Debian")
    return DnsBackend.RESOLVCONF if is_debian else DnsBackend.OPENRESOLV


def stands_in(text: str, entry: Entry, *, anywhere: bool = False) -> bool:
    """Whether this resolv.conf asks the entry's servers first, or at all.

    A resolver on loopback that is fed by somebody else stands for them.
    """
    found = name_servers(text) if anywhere else name_servers(text)[:1]
    if entry.servers:
        return any(it in entry.servers or is_loopback(it) for it in found)
    words = set(text.split())
    return set(entry.search) <= words


def _last_line(data: bytes) -> str:
    lines = data.decode("utf-8", "replace").strip().splitlines()
    return printable(lines[-1], 200) if lines else ""
