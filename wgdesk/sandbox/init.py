"""The first processes of a sandbox world; it lives as long as its standard input stays open.

Started by World inside new namespaces, as root there. Process 1 only collects the dead;
the keeper beside it lays the wires, starts the services and then obeys one JSON line
after the other. When the line goes dead, for whatever reason, the keeper removes the
world's folder and process 1 ends, and the kernel ends every other process with it.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wgdesk.sandbox import network
from wgdesk.sandbox.layout import Layout
from wgdesk.sandbox.server import PlaceError, run_tool
from wgdesk.wire.names import WG_QUICK_FOLDER

BUS: Final = "bus"
POLKIT: Final = "polkit"
HELPER: Final = "helper"
SERVICES: Final = (*network.PLACES, BUS, POLKIT)
STOP_TIMEOUT_S: Final = 5.0
HELPER_STATE_DIR: Final = Path("/run/wgdesk-state")  # inside the walls; gone with them
MACHINE_ETC: Final = Path("/run/machine-etc")
OWN_ETC: Final = ("resolv.conf", "wireguard")
NETNS_DIR: Final = Path("/run/netns")
# The search for duplicate addresses would keep IPv6 dumb for the first seconds.
NO_WAITING: Final = (
    'for one in /proc/sys/net/ipv6/conf/*/accept_dad; do [ ! -e "$one" ] || echo 0 >"$one"; done'
)


def inside(place: str) -> tuple[str, ...]:
    """What stands before a command that runs at this place."""
    if place == network.MACHINE:
        return ()
    # Not `ip netns exec`: it wants to mount /sys anew, which a container may forbid.
    return ("nsenter", f"--net={NETNS_DIR / place}")


class Keeper:
    """Owns the world's services."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._running: dict[str, subprocess.Popen[str]] = {}

    def build(self) -> None:
        hide_machine()
        lay_wires()
        for name in (*network.PLACES, BUS):
            self._launch(name)
        self._await_ready(BUS)
        self._launch(POLKIT)
        for name in (*network.PLACES, POLKIT):
            self._await_ready(name)

    def obey(self, order: Mapping[str, Any]) -> dict[str, Any]:
        match order:
            case {"do": "run", "place": str(place), "argv": [*argv], "timeout_s": timeout_s}:
                return run(place, [str(word) for word in argv], float(timeout_s))
            case {"do": "stop", "service": str(service)}:
                return self._stop(service)
            case {"do": "start", "service": str(service)} if service in SERVICES:
                self._launch(service)
                self._await_ready(service)
                return {}
            case _:
                raise PlaceError("no such order")

    def _launch(self, name: str) -> None:
        with self._layout.log(name).open("a", encoding="utf-8") as log:
            self._running[name] = subprocess.Popen(
                self._command(name),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _command(self, name: str) -> tuple[str, ...]:
        layout, program = self._layout, (sys.executable, "-m")
        if name == BUS:
            layout.bus_socket.unlink(missing_ok=True)
            config = f"--config-file={layout.bus_config}"
            return ("dbus-daemon", config, "--nofork", "--nopidfile", "--print-address=1")
        if name == POLKIT:
            table = (str(layout.answers_path), str(layout.asked_path))
            return (*program, "wgdesk.sandbox.polkit", *table)
        config_path = layout.servers_dir / f"{name}.conf"
        config_option = ("--config", str(config_path)) if config_path.exists() else ()
        own_mounts = (*inside(name), "unshare", "--mount", "--")
        return (*own_mounts, *program, "wgdesk.sandbox.server", name, *config_option)

    def _await_ready(self, name: str) -> None:
        process = self._running[name]
        # Each service prints one line once it answers; dbus-daemon's is its address.
        if process.stdout is None or not process.stdout.readline():
            words = find_last_words(name, self._layout.log(name).read_text(encoding="utf-8"))
            raise PlaceError(f"{name} did not start: {words}")

    def _stop(self, name: str) -> dict[str, Any]:
        if name == HELPER:
            kill_helper(self._layout.helper_pid)
            return {}
        process = self._running.pop(name, None)
        if process is None:
            raise PlaceError(f"{name} is not running")
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return {}


def find_last_words(name: str, log_text: str) -> str:
    """Why a service ended; its engine may have gone on writing to the log after that."""
    lines = log_text.strip().splitlines()
    own = [line for line in lines if line.startswith(f"{name}: ")]
    return (own or lines or ["it said nothing"])[-1]


def hide_machine() -> None:
    """Cover what belongs to the real machine and the helper would write to."""
    run_tool("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    for name in ("netns", "wireguard", "lock"):
        Path("/run", name).mkdir(mode=0o755)
    HELPER_STATE_DIR.mkdir(mode=0o700)
    give_own_etc()


def give_own_etc() -> None:
    """An /etc of the world's own: links to the machine's, and what is not the machine's.

    That is a resolv.conf to be changed, and no tunnels of root's: here everybody may read them.
    """
    MACHINE_ETC.mkdir(mode=0o755)
    run_tool("mount", "--rbind", "/etc", str(MACHINE_ETC))
    run_tool("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/etc")
    for entry in MACHINE_ETC.iterdir():
        if entry.name not in OWN_ETC:
            Path("/etc", entry.name).symlink_to(_target(entry))
    Path(WG_QUICK_FOLDER).mkdir(mode=0o700)
    resolver = Path("/etc/resolv.conf")
    resolver.write_text("# The sandbox has no name server.\n", encoding="ascii")
    resolver.chmod(0o644)  # whatever the umask is; the C library of every user reads it


def _target(entry: Path) -> Path:
    """Where a link in the world's /etc has to lead; one that leads up is seen from there."""
    return Path("/etc", entry.readlink()) if entry.is_symlink() else entry


def lay_wires() -> None:
    ipv6 = Path("/proc/net/if_inet6").exists()
    run_batch((), network.wire_lines())
    for place in (network.INTERNET, network.MACHINE, network.HOME, network.WORK):
        run_tool(*inside(place), "sh", "-c", NO_WAITING)
        namespace = () if place == network.MACHINE else ("-netns", place)
        run_batch(namespace, network.place_lines(place, ipv6=ipv6))


def run_batch(options: Sequence[str], lines: Sequence[str]) -> None:
    done = subprocess.run(
        ["ip", *options, "-batch", "-"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PlaceError(f"the network cannot be laid: {done.stderr.strip()}")


def run(place: str, argv: Sequence[str], timeout_s: float) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [*inside(place), *argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PlaceError(f"“{' '.join(argv)}” took more than {timeout_s:g} s") from None
    except OSError as error:
        raise PlaceError(f"“{argv[0]}” cannot be run: {error.strerror}") from error
    return {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


def kill_helper(pid_path: Path) -> None:
    """As if it had crashed; the bus starts a new one at the next question."""
    try:
        os.kill(int(pid_path.read_text(encoding="ascii")), signal.SIGKILL)
    except (OSError, ValueError) as error:
        raise PlaceError("helper is not running") from error


def keep(layout: Layout) -> int:
    """Build the world, then obey until the line goes dead."""
    keeper = Keeper(layout)
    try:
        keeper.build()
    except (PlaceError, OSError) as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        try:
            answer = keeper.obey(json.loads(line))
        except (PlaceError, OSError) as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
    return 0


def collect_dead_until(child: int) -> int:
    """As process 1: orphans come here when they end, and would stay zombies."""
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="wgdesk.sandbox.init")
    parser.add_argument("folder", type=Path)
    layout = Layout(parser.parse_args(argv).folder)
    os.umask(0o077)  # logs and answers are for this side of the wall
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who holds the line
    child = os.fork()
    if child:
        return collect_dead_until(child)
    try:
        status = keep(layout)
    except BrokenPipeError:
        status = 1
    finally:
        shutil.rmtree(layout.root_dir, ignore_errors=True)
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
