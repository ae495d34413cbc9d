"""Lab box: a booted Debian 13 with systemd, D-Bus, polkit, logind and the installed project.

Its network is its own: one link leads to the server of lab ns, which is a machine
outside the box. Programs run in it as root or as one of its users, inside that user's
login session where there is one.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.labs import debian, installed, ns, programs, variants
from tests.labs.cache import cache_dir
from tests.labs.namespaces import enter_private_world

TOOLS: Final = ("systemd-nspawn", "unshare", "nsenter", "setpriv", "mount", *debian.TOOLS)
CGROUPS: Final = Path("/sys/fs/cgroup")
USERS: Final = ("alice", "bob", "carol")

# systemd 257 wants one cgroup tree. The remount is seen by the box alone. Each box gets a
# group of its own, else two of them would share nspawn's "payload".
BOOT: Final = """
set -eu
umask 022
root=$1 lower=$2 name=$3
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mknod -m 600 "$root/tun" c 10 200  # a node of its own: the box's udev changes its mode
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$root/upper,workdir=$root/work" "$root/merged"
if [ ! -e /sys/fs/cgroup/cgroup.procs ]; then
    umount -R /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
mkdir "/sys/fs/cgroup/$name"
echo $$ >"/sys/fs/cgroup/$name/cgroup.procs"
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --directory="$root/merged" --machine="$name" --register=no --keep-unit \\
    --private-network --capability=CAP_NET_ADMIN --bind="$root/tun:/dev/net/tun" \\
    --console=pipe --resolv-conf=off --timezone=off --link-journal=no --boot
"""
# $1 is the session's control group or empty; the rest is the program.
RUN_IN_SESSION: Final = """
if [ -n "$1" ]; then echo $$ >"/sys/fs/cgroup$1/cgroup.procs" || exit 125; fi
shift
exec "$@"
"""


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    if Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]:
        return "it needs real root: root inside a user namespace cannot boot a system"
    return debian.missing() or programs.absent_programs(TOOLS) or ns.missing()


class Box:
    """A running system. `close` powers it off."""

    def __init__(self, packages: Sequence[str] = (), *, layers: Sequence[Path] = ()) -> None:
        """Boot it.

        Args:
            packages: What it has besides.
            layers: What is laid over the bare system, the topmost first; the project as it is
                installed by the table of places, and the packages, where none is given.
        """
        enter_private_world()
        self._packages, self._layers = packages, layers
        self.name = f"wgd-{secrets.token_hex(3)}"
        self._folder = cache_dir() / "running" / self.name
        self._log_file = self._folder.with_name(f"{self.name}.log")
        self._sessions: dict[str, str] = {}  # user -> control group of the session
        self._nspawn = self._boot()
        try:
            self.leader = self._find_leader()
            self._wait_until_booted()
            self.world = ns.Lab(user=self)
        except BaseException:
            self._power_off()
            raise

    def run(
        self,
        argv: Sequence[str],
        *,
        user: str = "root",
        check: bool = True,
        input_text: str | None = None,
        timeout_s: float = 30,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in the box and wait; stdout and stderr are captured as text.

        Args:
            user: Whose program it is. It runs in that user's session after `log_in`;
                before, it belongs to no session, as a service of theirs would.
        """
        argv = self.command(argv, user=user, env=env)
        return programs.run(argv, check=check, input_text=input_text, timeout_s=timeout_s)

    def popen(
        self, argv: Sequence[str], *, user: str = "root", env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a program in the box, with pipes for all three streams.

        Closing its stdin is the polite way to end it; it ends with the box at the latest.
        """
        return subprocess.Popen(
            self.command(argv, user=user, env=env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(
        self, argv: Sequence[str], *, user: str = "root", env: Mapping[str, str] | None = None
    ) -> list[str]:
        """The words that run `argv` in the box."""
        home = "/root" if user == "root" else f"/home/{user}"
        variables = {
            "HOME": home,
            "USER": user,
            "LOGNAME": user,
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            **self._session_variables(user),
            **(env or {}),
        }
        if user == "root":
            variables["PATH"] = programs.ROOT_PATH
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
        as_user += ["env", "-i", f"--chdir={home}", *(f"{k}={v}" for k, v in variables.items())]
        session = ["sh", "-c", RUN_IN_SESSION, "lab", self._sessions.get(user, "")]
        return [*self._entered("--all"), *session, *as_user, *argv]

    def log_in(self, user: str, *, seat: str | None = "seat0") -> str:
        """Open a login session for `user`, as a display manager would; its id.

        On seat0 it becomes the active session, and the one before inactive. Without a
        seat it is like one that came over the network: never active for polkit.
        """
        unit = f"lab-session-{user}-{secrets.token_hex(2)}.service"
        variables = {"XDG_SESSION_CLASS": "user", "XDG_SESSION_TYPE": "x11" if seat else "tty"}
        if seat is not None:
            variables["XDG_SEAT"] = seat
        properties = [f"User={user}", "PAMName=login", *_environment(variables)]
        self.run(
            [
                *("systemd-run", "--quiet", "--collect", f"--unit={unit}", "--service-type=exec"),
                *(f"--property={setting}" for setting in properties),
                *("sleep", "infinity"),
            ]
        )
        group = self._control_group(unit)
        self._sessions[user] = group
        return Path(group).stem.removeprefix("session-")

    def activate(self, session: str) -> None:
        """Switch the seat to a session, as a user switch on the screen does."""
        self.run(["loginctl", "activate", session])
        programs.wait_until(
            lambda: self.session_property(session, "Active") == "yes",
            what=f"{session} to be active",
        )

    def session_property(self, session: str, name: str) -> str:
        """What logind says about a session, such as Active or Seat."""
        show = ["loginctl", "show-session", session, f"--property={name}", "--value"]
        return self.run(show).stdout.strip()

    def user_id(self, user: str) -> int:
        return int(self.run(["id", "-u", user]).stdout)

    def write(self, path: str, text: str, *, owner: str = "root", mode: int = 0o644) -> None:
        """Put a file into the box; folders are made: for a user, and closed to others."""
        folder_mode = "0755" if owner == "root" else "0700"
        self.run(["mkdir", "-p", "-m", folder_mode, str(Path(path).parent)], user=owner)
        make = ["install", f"--owner={owner}", f"--group={owner}", f"--mode={mode:o}"]
        self.run([*make, "/dev/stdin", path], input_text=text)

    def read(self, path: str) -> str:
        return self.run(["cat", path]).stdout

    def journal(self, unit: str | None = None) -> str:
        """What the box logged since it booted, or what one unit did."""
        of_unit = [] if unit is None else [f"--unit={unit}"]
        self.run(["journalctl", "--sync"])
        return self.run(["journalctl", "--no-pager", "--boot", *of_unit]).stdout

    def ip(self, *words: str) -> str:
        """`ip` in the box's network; what it printed. Network namespace names are the lab's."""
        return programs.run([*self._entered("--net"), "ip", *words]).stdout

    def seen_from_outside(self, path: str) -> Path:
        """A path of the box as this process sees it: its own root may not do everything."""
        return Path(f"/proc/{self.leader}/root{path}")

    def close(self) -> None:
        """Power off, by force if that takes more than ten seconds, and leave nothing behind."""
        self.world.close()
        self._power_off()

    def _power_off(self) -> None:
        programs.end_processes([self._nspawn.pid], grace_s=10)
        self._nspawn.wait(10)
        shutil.rmtree(self._folder)
        self._log_file.unlink()
        _remove_control_groups(self.name)

    def _boot(self) -> subprocess.Popen[bytes]:
        self._folder.mkdir(parents=True)
        boot = ["sh", "-c", BOOT, "boot", str(self._folder), self._lower(), self.name]
        # Should this process die, the box is told to end too.
        argv = ["setpriv", "--pdeathsig=TERM", "unshare", "--mount", "--propagation=private", *boot]
        with self._log_file.open("wb") as log:
            return subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def _lower(self) -> str:
        if self._layers:
            return ":".join(map(str, (*self._layers, debian.base())))
        return f"{installed.layer()}:{variants.lower(self._packages)}"

    def _find_leader(self) -> int:
        """The pid, seen from here, of the box's first process."""
        found: list[int] = []

        def look() -> bool:
            if self._nspawn.poll() is not None:
                raise programs.ProgramFailed(f"the box did not start:\n{self._log()}")
            found[:] = filter(_is_first_process, _children(self._nspawn.pid))
            return bool(found)

        programs.wait_until(look, what="the box's first process", timeout_s=20)
        return found[0]

    def _wait_until_booted(self) -> None:
        state = ["systemctl", "is-system-running", "--wait"]
        programs.wait_until(
            lambda: self.run(state, check=False).stdout.strip() == "running",
            what=f"the box to be up; it says {self._log()!r}",
            timeout_s=30,
            step_s=0.05,
        )

    def _log(self) -> str:
        return self._log_file.read_text(errors="replace")

    def _entered(self, *namespaces: str) -> list[str]:
        return [programs.program("nsenter"), f"--target={self.leader}", *namespaces, "--"]

    def _session_variables(self, user: str) -> dict[str, str]:
        if user not in self._sessions:
            return {}
        runtime = f"/run/user/{self.user_id(user)}"
        bus = f"unix:path={runtime}/bus"
        return {"XDG_RUNTIME_DIR": runtime, "DBUS_SESSION_BUS_ADDRESS": bus}

    def _control_group(self, unit: str) -> str:
        """Where the unit's program is; PAM moved it into its login session."""
        show = ["systemctl", "show", "--value", "--property=MainPID", unit]
        pid = self.run(show).stdout.strip()
        lines = self.run(["cat", f"/proc/{pid}/cgroup"]).stdout.splitlines()
        return next(line for line in lines if line.startswith("0::")).removeprefix("0::")


def _environment(variables: Mapping[str, str]) -> list[str]:
    return [f"Environment={name}={value}" for name, value in variables.items()]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_first_process(pid: int) -> bool:
    """Whether it is process 1 of a pid namespace, and already the box's own systemd."""
    with suppress(FileNotFoundError, ProcessLookupError):
        status = Path(f"/proc/{pid}/status").read_text()
        numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()
        return numbers[-1] == "1" and status.startswith("Name:\tsystemd\n")
    return False


def _remove_control_groups(name: str) -> None:
    """Remove the box's groups, deepest first; the mount may be at one of two places."""
    for top in (CGROUPS / name, CGROUPS / "unified" / name):
        if top.is_dir():
            for folder, _, _ in os.walk(top, topdown=False):
                Path(folder).rmdir()
