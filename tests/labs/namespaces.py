"""A network namespace used as if it were a machine.

The default namespace is never touched: links are created inside the new ones, and
`/run/netns` and `/run/wireguard` are this process's own mounts, so that neither
names nor engine sockets of two test runs can meet.
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from tests.labs import programs

CLONE_NEWNS: Final = 0x00020000  # linux/sched.h; os.setns and os.unshare exist from Python 3.12 on
CLONE_NEWNET: Final = 0x40000000
MS_REC: Final = 0x4000  # linux/mount.h
MS_PRIVATE: Final = 1 << 18
ENGINE_DIR: Final = Path("/run/wireguard")
NETNS_DIR: Final = Path("/run/netns")
HELPER_DIR: Final = Path("/run/wgdesk")

T = TypeVar("T")
_libc = ctypes.CDLL(None, use_errno=True)
_has_private_world = threading.Event()


def enter_private_world() -> None:
    """Give this process its own /run/netns and /run/wireguard, once.

    Only the calling thread and what it starts later get them, so this is called from
    the main thread before there are others. When the process ends the mounts go, and
    with them every namespace that no process is left in.
    """
    if _has_private_world.is_set():
        return
    _checked(_libc.unshare(CLONE_NEWNS), "unshare the mount namespace")
    _mount("none", "/", "", MS_REC | MS_PRIVATE)
    try:
        _mount_own_directories()
    except PermissionError:  # root of a user namespace only: /run belongs to someone else
        _mount("tmpfs", "/run", "tmpfs", 0)
        _mount_own_directories()
    _has_private_world.set()


class Host:
    """One network namespace. Use `run` for programs and `enter` for code of this process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._children: list[subprocess.Popen[str]] = []
        programs.run(["ip", "netns", "add", name])
        self.ip("link", "set", "lo", "up")

    def run(
        self,
        argv: Sequence[str],
        *,
        check: bool = True,
        input_text: str | None = None,
        timeout_s: float = 30,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program here and wait; stdout and stderr are captured as text."""
        return programs.run(
            self.command(argv), check=check, input_text=input_text, timeout_s=timeout_s, env=env
        )

    def popen(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, pipes: bool = False
    ) -> subprocess.Popen[str]:
        """Start a program here; it is ended with the host. The pid is the program's own."""
        stream = subprocess.PIPE if pipes else subprocess.DEVNULL
        child = subprocess.Popen(
            self.command(argv),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            text=True,
            env=None if env is None else {**os.environ, **env},
        )
        self._children.append(child)
        return child

    def command(self, argv: Sequence[str]) -> list[str]:
        """The words that run `argv` here."""
        return [programs.program("ip"), "netns", "exec", self.name, *argv]

    def ip(self, *words: str) -> str:
        """`ip` in this host; what it printed."""
        return programs.run(["ip", "-n", self.name, *words]).stdout

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Move the current thread in here; what it starts meanwhile is in here too.

        Sockets, threads and programs made inside the block belong to this host.
        Threads that already ran stay where they are.
        """
        before = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
        try:
            self._set_namespace()
            try:
                yield
            finally:
                _checked(_libc.setns(before, CLONE_NEWNET), "return to the former namespace")
        finally:
            os.close(before)

    def call(self, function: Callable[[], T]) -> T:
        """Run a function in here, on this thread."""
        with self.enter():
            return function()

    def start_engine(self, interface: str) -> subprocess.Popen[str]:
        """Start wireguard-go for `interface` and wait until its socket answers."""
        engine = [programs.program("wireguard-go"), "-f", interface]
        child = self.popen(engine, env={"LOG_LEVEL": "silent"})
        programs.wait_until(
            lambda: (ENGINE_DIR / f"{interface}.sock").exists() or child.poll() is not None,
            what=f"wireguard-go's socket for {interface}",
        )
        if child.returncode is not None:
            raise programs.ProgramFailed(f"{' '.join(engine)} ended with {child.returncode}")
        return child

    def network_state(self) -> dict[str, str]:
        """Links, addresses, routes, rules and firewall as text, to compare before and after."""
        commands = {
            "links": ["ip", "-o", "link"],
            "addresses": ["ip", "-o", "address"],
            "routes4": ["ip", "-4", "route", "show", "table", "all"],
            "routes6": ["ip", "-6", "route", "show", "table", "all"],
            "rules4": ["ip", "-4", "rule"],
            "rules6": ["ip", "-6", "rule"],
            "firewall": ["nft", "list", "ruleset"],
        }
        return {what: self.run(argv).stdout for what, argv in commands.items()}

    def pids(self) -> list[int]:
        """The processes in here, this one left out."""
        printed = programs.run(["ip", "netns", "pids", self.name]).stdout
        return [pid for pid in map(int, printed.split()) if pid != os.getpid()]

    def close(self) -> None:
        """End what runs in here, by id, then remove the namespace."""
        interfaces = [line.split(":")[1].strip() for line in self.ip("-o", "link").splitlines()]
        programs.end_processes(self.pids())
        for child in self._children:
            child.communicate(timeout=5)
        for interface in interfaces:  # an engine ended by force leaves its socket behind
            (ENGINE_DIR / f"{interface}.sock").unlink(missing_ok=True)
        programs.run(["ip", "netns", "del", self.name])

    def _set_namespace(self) -> None:
        handle = os.open(NETNS_DIR / self.name, os.O_RDONLY)
        try:
            _checked(_libc.setns(handle, CLONE_NEWNET), f"enter namespace {self.name}")
        finally:
            os.close(handle)


def _mount_own_directories() -> None:
    for directory in (NETNS_DIR, ENGINE_DIR, HELPER_DIR):
        directory.mkdir(parents=True, exist_ok=True)
        _mount("tmpfs", str(directory), "tmpfs", 0)


def _mount(source: str, target: str, kind: str, flags: int) -> None:
    words = [os.fsencode(word) for word in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), None), f"mount {target}")


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"could not {what}: {os.strerror(number)}")
