"""What else an engine must stand besides speed: each trial ends with a word or a figure."""

import os
import random
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.engine_pair import ENVIRONMENT, FAR, NEAR, PORT, Candidate, a_pair
from tests.conformance import device
from tests.labs import ns, programs
from tests.labs.namespaces import ENGINE_DIR
from wgdesk.domain.device import EngineKind
from wgdesk.engine.launcher import PlainLauncher

PEERS: Final = 1_000
IPS_EACH: Final = 10
DATAGRAMS: Final = 20_000
# Unknown key, bad value, half a request, no request at all; xplatform's "errno" answers each.
WRONG: Final = (
    b"set=1\nno_such_key=1\n\n",
    b"set=1\nprivate_key=zz\n\n",
    b"set=1\npublic_key=" + b"0" * 63 + b"\n\n",
    b"set=1\nlisten_port=99999\n\n",
    b"set=1\nfwmark=-1\n\n",
)
# Bytes of WireGuard's four messages, and sizes that none has.
SIZES: Final = (148, 92, 64, 32, 0, 1, 31, 147, 149, 1400)


def conformance(candidate: Candidate) -> str:
    """The checks that the helper's own device of this engine has to pass."""
    failed = []
    with TemporaryDirectory() as folder:
        program = Path(folder) / "engine"
        words = " ".join(f"{name}={value}" for name, value in ENVIRONMENT.items())
        program.write_text(f'#!/bin/sh\nexec env {words} {candidate.program} "$@"\n', "ascii")
        program.chmod(0o755)
        launcher = PlainLauncher(Path(folder) / "logs", (program,))
        for check in device.CHECKS:
            host = ns.new_host("trial")
            try:
                with host.enter():
                    device.run(check, EngineKind.USERSPACE, launcher=launcher)
            except Exception as error:  # noqa: BLE001  # whatever a rival does is a result
                print(f"  {candidate.name}: {device.title(check)}: {str(error)[:150]!r}")
                failed.append(check)
            finally:
                host.close()
    return f"{len(device.CHECKS) - len(failed)} of {len(device.CHECKS)}"


def crowd(candidate: Candidate) -> str:
    """A thousand peers with ten networks each: seconds to set and to read."""
    with a_pair(candidate) as pair:
        text = "".join(_peers())
        start = time.perf_counter()
        pair.near.run(["wg", "addconf", NEAR, "/dev/stdin"], input_text=text, timeout_s=60)
        middle = time.perf_counter()
        lines = pair.near.run(["wg", "show", NEAR, "dump"]).stdout.splitlines()
        end = time.perf_counter()
        seen = sum(len(line.split("\t")[3].split(",")) for line in lines[1:])
        if (len(lines) - 2, seen - 1) != (PEERS, PEERS * IPS_EACH):
            return f"only {len(lines) - 2} peers, {seen - 1} networks"
        return f"{middle - start:.2f} s, {end - middle:.2f} s"


def wrong_requests(candidate: Candidate) -> str:
    """Whether it refuses what is no request, and goes on."""
    with a_pair(candidate) as pair:
        taken = [request for request in WRONG if not _refuses(request)]
        if not pair.carries():
            return "dead afterwards"
        return f"{len(taken)} of {len(WRONG)} not refused" if taken else "all refused"


def crash(candidate: Candidate) -> str:
    """Killed, then started anew under the same name."""
    with a_pair(candidate) as pair:
        pair.kill(FAR)
        pair.start(FAR)
        return "carries again" if pair.carries() else "does not carry again"


def ipv6(candidate: Candidate) -> str:
    with a_pair(candidate, ipv6=True) as pair:
        return "carries" if pair.carries() else "does not carry"


def flood(candidate: Candidate) -> str:
    """Twenty thousand datagrams that are no WireGuard, to its port, as fast as they go."""
    with a_pair(candidate) as pair:
        if not pair.carries():
            return "does not carry before"
        before = pair.memory_mib(FAR)
        pair.near.call(lambda: _send_noise(pair.far_address))
        carries = pair.carries()
        grown = pair.memory_mib(FAR) - before
        return f"{'carries' if carries else 'DOES NOT CARRY'}, {grown:+.0f} MiB"


TRIALS: Final[dict[str, Callable[[Candidate], str]]] = {
    "wgdesk's conformance checks": conformance,
    "1,000 peers, 10,000 networks: set, read": crowd,
    "wrong requests": wrong_requests,
    "killed and started anew": crash,
    "endpoint over IPv6": ipv6,
    "20,000 malformed datagrams": flood,
}


def attempt(trial: Callable[[Candidate], str], candidate: Candidate) -> str:
    """The outcome in words; a rival that breaks a trial has failed it."""
    try:
        return trial(candidate)
    except (programs.ProgramFailed, OSError, AssertionError) as error:
        print(f"  {candidate.name}: {str(error)[:200]!r}")
        return "failed"


def _peers() -> Iterator[str]:
    for number in range(PEERS):
        networks = (f"172.{16 + number // 256}.{number % 256}.{host}" for host in range(IPS_EACH))
        key = b64encode(os.urandom(32)).decode("ascii")  # any 32 bytes are one
        yield f"[Peer]\nPublicKey = {key}\nAllowedIPs = {', '.join(networks)}\n"


def _refuses(request: bytes) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(5)
        door.connect(str(ENGINE_DIR / f"{NEAR}.sock"))
        door.sendall(request)
        answer = b""
        while not answer.endswith(b"\n\n") and (data := door.recv(4096)):
            answer += data
    return b"errno=" in answer and b"errno=0\n" not in answer


def _send_noise(address: str) -> None:
    noise = random.Random(1)  # noqa: S311  # the same for every candidate
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        for number in range(DATAGRAMS):
            size = SIZES[number % len(SIZES)]
            kind = bytes((noise.randrange(6), 0, 0, 0))
            door.sendto((kind + noise.randbytes(size))[:size], (address, PORT))
