"""Users of a box who speak to the bus by a program of their own: attackers, and who is beside."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.labs.box import Box

SOURCE = Path(__file__).resolve().parents[1] / "faults/inside/bus_client.py"
PLACE = "/usr/local/bin/bus_client"
UNIT = "wgdesk-helper.service"


def install(box: Box) -> None:
    box.write(PLACE, SOURCE.read_text(encoding="utf-8"), mode=0o755)


def start(box: Box, user: str, *words: object) -> "subprocess.Popen[str]":
    return box.popen(["python3", "-I", PLACE, *map(str, words)], user=user)


def result(process: "subprocess.Popen[str]", timeout_s: float = 180) -> Any:
    out, err = process.communicate(timeout=timeout_s)
    assert process.returncode == 0, err
    return json.loads(out)


def run(box: Box, user: str, *words: object) -> Any:
    return result(start(box, user, *words))


class HelperMemory:
    """What the helper's process takes, in MiB."""

    def __init__(self, box: Box) -> None:
        self._box = box
        show = ["systemctl", "show", "--value", "--property=MainPID", UNIT]
        self.pid = box.run(show).stdout.strip()
        assert self.pid != "0", "the helper does not run"

    def now_mib(self) -> float:
        return self._read("VmRSS")

    def peak_mib(self) -> float:
        return self._read("VmHWM")

    def _read(self, what: str) -> float:
        status = self._box.read(f"/proc/{self.pid}/status")
        found = re.search(rf"{what}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024
