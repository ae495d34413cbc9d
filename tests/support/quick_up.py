"""`wg-quick up` on one text in a namespace, and what it left there."""

import json
import subprocess
from dataclasses import dataclass
from ipaddress import ip_interface
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.namespaces import ENGINE_DIR

INTERFACE: Final = "agreeup"
# Who has a clean environment, as what wgdesk starts, gets the one that stands here.
_RECORDER: Final = """#!/bin/sh
record=${{RECORD:-{record}}}
printf '%s ' "$@" >>"$record"
echo >>"$record"
case " $* " in
*" -a "*) tee -a "$record" >"$record.resolv" ;;
*" -d "*) rm -f "$record.resolv" ;;
esac
"""
_TIMEOUT_S: Final = 60  # in an emulated machine it takes seconds


@dataclass(frozen=True)
class Raised:
    """What is there after an `up`, link-local addresses that the device made itself left out."""

    addresses: frozenset[str]
    mtu: int
    dns: tuple[str, ...]
    dns_search: tuple[str, ...]


class QuickUp:
    """Raises and lowers texts by wg-quick; call it inside a namespace.

    The resolvconf that it finds writes down what it is told.
    """

    def __init__(self, folder: Path, interface: str = INTERFACE) -> None:
        """Keep files in `folder`; commands of a profile find the path of one in $HOOKS."""
        self._interface = interface
        self._conf = folder / f"{interface}.conf"
        self._hooks = folder / "hooks"
        self._record = folder / "record"
        self.recorder = folder / "bin" / "resolvconf"
        self.recorder.parent.mkdir()
        self.recorder.write_text(_RECORDER.format(record=self._record))
        self.recorder.chmod(0o755)
        # wg-quick looks in its own folder first.
        self._covered = Path(programs.program("wg-quick")).with_name("resolvconf")
        if self._covered.exists():
            programs.run(["mount", "--bind", str(self.recorder), str(self._covered)])

    def uncover(self) -> None:
        if self._covered.exists():
            programs.run(["umount", str(self._covered)])

    def up(self, text: bytes) -> Raised | None:
        """What the text makes of the namespace, or None where wg-quick refuses it."""
        self._conf.write_bytes(text)
        self._conf.chmod(0o600)
        self.forget()
        return self._raised() if self._wg_quick("up") == 0 else None

    def down(self) -> None:
        """Take the interface away again; by its name where wg-quick does not."""
        if self._wg_quick("down") != 0:
            programs.run(["ip", "link", "delete", self._interface], check=False)
        # The engine ends by itself a moment later, and would take the socket of the next one along.
        socket = ENGINE_DIR / f"{self._interface}.sock"
        programs.wait_until(lambda: not socket.exists(), what=f"the end of {socket}")

    @property
    def resolv_conf(self) -> Path:
        """What that program makes of what it is told."""
        return self._record.with_suffix(".resolv")

    @property
    def environment(self) -> dict[str, str]:
        """What wg-quick and the commands of a profile are started with."""
        return {
            "PATH": f"{self.recorder.parent}:{programs.ROOT_PATH}",
            "WG_QUICK_USERSPACE_IMPLEMENTATION": "wireguard-go",
            "WG_ENDPOINT_RESOLUTION_RETRIES": "0",
            "LOG_LEVEL": "silent",
            "RECORD": str(self._record),
            "HOOKS": str(self._hooks),
        }

    def forget(self) -> None:
        """Begin anew with what is told and written."""
        self._record.write_text("")
        self._hooks.write_text("")

    def told(self) -> tuple[str, ...]:
        """What the last `up` told resolvconf, and "exclusive" where it asked for that."""
        lines = self._record.read_text().splitlines()
        is_exclusive = any("-x" in line.split() for line in lines if line.startswith("-a "))
        kept = tuple(line for line in lines if not line.startswith("-"))
        return (*kept, "exclusive") if is_exclusive else kept

    def hook_lines(self) -> tuple[str, ...]:
        """What the profile's commands wrote to $HOOKS since the last `up`."""
        return tuple(self._hooks.read_text().splitlines())

    def _wg_quick(self, verb: str) -> int:
        done = subprocess.run(
            ["wg-quick", verb, str(self._conf)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
        return done.returncode

    def _raised(self) -> Raised:
        (link,) = json.loads(programs.run(["ip", "-j", "address", "show", self._interface]).stdout)
        found = {f"{info['local']}/{info['prefixlen']}" for info in link["addr_info"]}
        words = [line.split() for line in self._record.read_text().splitlines()]
        return Raised(
            addresses=frozenset(text for text in found if not ip_interface(text).is_link_local),
            mtu=link["mtu"],
            dns=tuple(line[1] for line in words if line[:1] == ["nameserver"]),
            dns_search=tuple(name for line in words if line[:1] == ["search"] for name in line[1:]),
        )
