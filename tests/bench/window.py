"""The window's process on a real panel: how soon its icon is there, what it takes, how it idles.

Start and memory against a bare PySide6 application with an icon, in the same run. Memory is the
resident set with 1,000 profiles, the window hidden, on a desktop where Qt loads no GTK theme: that
is 20 MiB in every Qt program on XFCE and GNOME, and is told beside it. Idle is the window and the helper together,
one tunnel up, the window hidden; a wake-up is when any of their threads runs after 20 ms of rest, so
that what a timer sets off at once, from thread to thread, is one.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.bench.measure import Figure, figure
from tests.labs import desk as lab
from tests.labs.desk import Desk
from tests.labs.fixtures_sandbox import missing as missing_world
from tests.support.scenes import HOME
from wgdesk.sandbox.world import World

START_LIMIT: Final = 1.6
MEMORY_LIMIT_MIB: Final = 80.0
CPU_LIMIT: Final = 0.002
WAKE_UPS_LIMIT: Final = 1.0
PROFILES: Final = 1000
SETTLE_S, IDLE_S, REST_S = 12.0, 60.0, 0.02
VOLUNTARY: Final = re.compile(r"^voluntary_ctxt_switches:\t(\d+)", re.MULTILINE)
OURS: Final = (sys.executable, "-m", "wgdesk", "--hidden")
BARE: Final = (sys.executable, "-m", "tests.bench.bare_window")
REGISTERED: Final = "StatusNotifierItemRegistered"
ROOT: Final = str(Path(__file__).resolve().parents[2])
PLAIN: Final = {"XDG_CURRENT_DESKTOP": "plain", "DESKTOP_SESSION": "plain"}
NO_HELPER: Final = {"PYTHONPATH": ROOT, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}


def run(runs: int) -> list[Figure]:
    """Every figure of this module; none, and why, where there is no desk here."""
    why = lab.missing() or missing_world()
    if why:
        print(f"bench: NOT MEASURED on a panel: {why}", file=sys.stderr)
        return []
    with Desk() as desk:
        found = [start_figure(desk, runs), memory_figure(desk)]
    return found + idle_figures()


def start_figure(desk: Desk, runs: int) -> Figure:
    watch = Registrations(desk)
    starts: dict[tuple[str, ...], list[float]] = {OURS: [], BARE: []}
    for _ in range(runs + 1):
        for command, seconds in starts.items():
            seconds.append(watch.time(desk, command))
    ours, bare = (series[1:] for series in starts.values())  # the first ones fill the disk's cache
    return figure("start to tray icon", "-", "bare PySide6", ours, bare, limit=START_LIMIT)


class Registrations:
    """Tells when a program's icon is known to the panel, by the bus's own clock."""

    def __init__(self, desk: Desk) -> None:
        rule = f"type='signal',member='{REGISTERED}'"
        self._log = desk.log_path("dbus-monitor")
        desk.start("dbus-monitor", "--session", "--profile", rule)
        time.sleep(0.5)

    def time(self, desk: Desk, command: Sequence[str]) -> float:
        """Seconds from the start of that program to its icon; it is ended again."""
        before = len(self._times())
        began_s = time.time()
        process = desk.start(*command, env=NO_HELPER)
        deadline_s = time.monotonic() + 30
        while len(self._times()) == before:
            if time.monotonic() > deadline_s:
                raise SystemExit(f"bench: no icon of {' '.join(command)}")
            time.sleep(0.05)
        took_s = self._times()[before] - began_s
        end(process)
        return took_s

    def _times(self) -> list[float]:
        found = re.findall(rf"^sig\t([0-9.]+)\t.*{REGISTERED}", self._log.read_text(), re.MULTILINE)
        return [float(it) for it in found]


def memory_figure(desk: Desk) -> Figure:
    """In MiB, though the table says milliseconds: a limit of 80 MiB as a ratio to it."""
    folder = desk.home / ".wireguard"
    folder.mkdir(mode=0o700)
    for number in range(PROFILES):
        path = folder / f"office{number}.conf"
        path.write_bytes(HOME)
        path.chmod(0o600)
    owner = desk.home.stat()
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)
    ours_mib, bare_mib = (taken(desk, it, {**NO_HELPER, **PLAIN}) for it in (OURS, BARE))
    themed_mib, themed_bare_mib = (taken(desk, it, NO_HELPER) for it in (OURS, BARE))
    shown_mib = taken(desk, OURS[:-1], {**NO_HELPER, **PLAIN})
    print(
        f"bench: resident with {PROFILES} profiles: hidden {ours_mib:.0f} MiB, open {shown_mib:.0f},"
        f" bare {bare_mib:.0f}; with GTK's theme hidden {themed_mib:.0f}, bare {themed_bare_mib:.0f}"
    )
    return figure(
        "MiB resident, 1,000 profiles",
        "-",
        "bare PySide6",
        [ours_mib / 1000],
        [bare_mib / 1000],
        limit=MEMORY_LIMIT_MIB / bare_mib,
    )


def taken(desk: Desk, command: Sequence[str], env: Mapping[str, str]) -> float:
    """MiB that a program takes when it has come to rest."""
    process = desk.start(*command, env=env)
    time.sleep(SETTLE_S)
    found_mib = resident_mib(process.pid)
    end(process)
    return found_mib


def idle_figures() -> list[Figure]:
    with World() as world, Desk() as desk:
        env = {**world.own_env, "PYTHONPATH": ROOT}
        process = desk.start(*OURS, env=env)
        desk.wait_for_tray_item("No tunnel is up")
        subprocess.run(
            [*desk.prefix, sys.executable, "-m", "wgdesk", "up", "home"],
            env={**desk.env, **env},
            check=True,
            capture_output=True,
        )
        desk.wait_for_tray_item("Connected to home")
        time.sleep(SETTLE_S)
        pids = (process.pid, helper_pid(world))
        before_s, switches = sum(map(cpu_s, pids)), sum(map(context_switches, pids))
        wake_ups, was_quiet = 0, True
        end_s = time.monotonic() + IDLE_S
        while time.monotonic() < end_s:
            time.sleep(REST_S)
            now = sum(map(context_switches, pids))
            is_quiet = now == switches
            wake_ups += was_quiet and not is_quiet
            was_quiet, switches = is_quiet, now
        cpu = (sum(map(cpu_s, pids)) - before_s) / IDLE_S
        end(process)
    wake_ups /= IDLE_S
    print(f"bench: idle, both processes: {cpu:.2%} CPU, {wake_ups:.2f} wake-ups a second")
    return [
        figure("idle CPU, share of the limit", "-", "0.2 %", [cpu], [CPU_LIMIT], limit=1.0),
        figure("idle wake-ups a second", "-", "1", [wake_ups], [WAKE_UPS_LIMIT], limit=1.0),
    ]


def cpu_s(pid: int) -> float:
    """Since its start; proc(5), utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def context_switches(pid: int) -> int:
    """How often its threads have gone to sleep so far."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # a thread that ends just now
            match = VOLUNTARY.search((task / "status").read_text())
            found += int(match[1]) if match else 0
    return found


def helper_pid(world: World) -> int:
    """The helper that is on the bus of that world."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                is_helper = b"wgdesk.helper.main" in (entry / "cmdline").read_bytes()
                if is_helper and bytes(world.layout.bus_socket) in (entry / "environ").read_bytes():
                    return int(entry.name)
    raise SystemExit("bench: no helper runs in the world")


def resident_mib(pid: int) -> float:
    found = re.search(
        r"^Rss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE
    )
    return int(found[1]) / 1024 if found else 0.0


def end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(timeout=20)
