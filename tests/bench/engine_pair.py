"""Two machines with a tunnel between them, one userspace engine of the same kind at each end."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.labs import ns, programs
from tests.labs.namespaces import ENGINE_DIR, Host
from tests.labs.server_end import generate_keys

NEAR, FAR = "pair-near", "pair-far"
NEAR4, FAR4 = "10.200.0.1", "10.200.0.2"
PORT: Final = 51820
# boringtun and gotatun have names of their own for "say little" and "stay root".
ENVIRONMENT: Final = {
    "LOG_LEVEL": "silent",
    "WG_PROCESS_FOREGROUND": "1",
    "WG_LOG_LEVEL": "error",
    "WG_SUDO": "true",
}
_MTU: Final = 1420
_TRIES: Final = 5
_TICKS_S: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Candidate:
    name: str
    program: Path


@dataclass(frozen=True, slots=True)
class Flow:
    """One TCP run through the tunnel: what arrived, and what both engines computed for it."""

    mbits_per_s: float
    cpu_s_per_gbit: float


class Pair:
    """A tunnel that is up; `near` is the user's machine, `far` the server."""

    def __init__(self, lab: ns.Lab[Host], candidate: Candidate, *, ipv6: bool) -> None:
        self.near, self.far, self.candidate = lab.user, lab.server, candidate
        keys = {name: generate_keys() for name in (NEAR, FAR)}
        self.pids: dict[str, int] = {}
        self.refusals = 0
        self.far_address = lab.server4
        endpoint = f"[{lab.server6}]:{PORT}" if ipv6 else f"{lab.server4}:{PORT}"
        to_far = _config(keys[NEAR][0], keys[FAR][1], FAR4, f"Endpoint = {endpoint}")
        to_near = _config(keys[FAR][0], keys[NEAR][1], NEAR4)
        self._ends = {NEAR: (self.near, NEAR4, to_far), FAR: (self.far, FAR4, to_near)}
        for name in self._ends:
            self.start(name)

    def start(self, name: str) -> None:
        """Start one end's engine and configure it; gotatun refuses now and then, so: again."""
        host, address, config = self._ends[name]
        child = host.popen([str(self.candidate.program), "-f", name], env=ENVIRONMENT)
        self.pids[name] = child.pid
        path = ENGINE_DIR / f"{name}.sock"
        what = f"{self.candidate.name} to listen for {name}"
        programs.wait_until(lambda: _listens(path) or child.poll() is not None, what=what)
        command = ["wg", "setconf", name, "/dev/stdin"]
        for _ in range(_TRIES):
            if host.run(command, input_text=config, check=False).returncode == 0:
                break
            self.refusals += 1
        else:
            raise programs.ProgramFailed(f"{self.candidate.name} refuses its configuration")
        host.ip("address", "add", f"{address}/24", "dev", name)
        host.ip("link", "set", name, "mtu", str(_MTU), "up")

    def kill(self, name: str) -> None:
        """End one end's engine as a crash does; its socket stays behind, as a rule."""
        os.kill(self.pids[name], signal.SIGKILL)
        path = ENGINE_DIR / f"{name}.sock"  # its threads end later than itself
        programs.wait_until(lambda: not _listens(path), what=f"{self.candidate.name} to be gone")

    def carries(self) -> bool:
        """Whether a ping comes back within seconds."""
        ping = ["ping", "-c", "1", "-W", "1", FAR4]
        return any(self.near.run(ping, check=False).returncode == 0 for _ in range(8))

    def flow(self, seconds: float, *, reverse: bool) -> Flow:
        """Send TCP from near to far, or the other way."""
        server = self.far.popen(["iperf3", "-s", "-1", "-B", FAR4])
        listens = ["ss", "-Htln", "src", f"{FAR4}:5201"]
        programs.wait_until(lambda: self.far.run(listens).stdout, what="iperf3 to listen")
        before = self.cpu_s()
        words = ["iperf3", "-J", "-c", FAR4, "-t", f"{seconds:g}", *(["-R"] if reverse else [])]
        done = self.near.run(words, timeout_s=seconds + 30)
        spent = self.cpu_s() - before
        server.wait(10)
        seen = json.loads(done.stdout)["end"]["sum_received"]
        gbit = seen["bytes"] * 8 / 1e9
        return Flow(gbit * 1000 / seen["seconds"], spent / gbit)

    def cpu_s(self) -> float:
        """Seconds that both engines have computed so far."""
        return sum(map(_cpu_s, self.pids.values()))

    def memory_mib(self, name: str) -> float:
        """What an engine has in memory (resident)."""
        pages = int(Path(f"/proc/{self.pids[name]}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def a_pair(candidate: Candidate, *, ipv6: bool = False) -> Iterator[Pair]:
    """A pair in namespaces of its own; everything ends with it."""
    with ns.hosts() as lab:
        try:
            yield Pair(lab, candidate, ipv6=ipv6)
        finally:
            for name in (NEAR, FAR):
                (ENGINE_DIR / f"{name}.sock").unlink(missing_ok=True)


def _config(private_key: str, public_key: str, address: str, *lines: str) -> str:
    peer = (f"PublicKey = {public_key}", f"AllowedIPs = {address}/32", *lines)
    head = (f"PrivateKey = {private_key}", f"ListenPort = {PORT}")
    return "\n".join(("[Interface]", *head, "[Peer]", *peer)) + "\n"


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(str(path)) == 0


def _cpu_s(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS_S  # utime and stime; proc(5)
