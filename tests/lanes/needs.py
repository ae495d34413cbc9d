"""What a lane needs of this machine; each check gives the reason it is missing, or None."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TUN = Path("/dev/net/tun")

Need = Callable[[], str | None]


def tools(*names: str) -> Need:
    def find_missing() -> str | None:
        lacking = [name for name in names if shutil.which(name) is None]
        return f"not installed: {', '.join(lacking)}" if lacking else None

    return find_missing


def root() -> str | None:
    if os.geteuid() == 0:
        return None
    return "needs root: run `sudo ./dev test`"


def tun() -> str | None:
    if not TUN.exists():
        return f"{TUN} does not exist: try `sudo modprobe tun`"
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError as error:
        return f"{TUN} cannot be opened: {error.strerror}"
    return None


def private_network() -> str | None:
    """A namespace of its own: outright as root, in a user namespace as anybody else."""
    command = ["unshare", "--net", "--mount", "true"]
    if os.geteuid() != 0:
        command[1:1] = ["--user", "--map-root-user"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return f"this machine refuses a private network namespace: {done.stderr.strip()}"


def qt_widgets() -> str | None:
    done = subprocess.run(
        [sys.executable, "-c", "import PySide6.QtWidgets"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return None
    return f"Qt does not load: {done.stderr.strip().splitlines()[-1]}"


def find_missing(needs: tuple[Need, ...]) -> list[str]:
    return [reason for need in needs if (reason := need()) is not None]
