"""Lab vm: a Debian 13 kernel with its own WireGuard, in an emulated machine.

One call boots it, runs one program as root, and brings back what it printed. Nothing
outlives the call. Everything is about ten times slower than outside: compare only
numbers taken within one run.
"""

import io
import shlex
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from tests.labs import installed, kernel, programs, variants
from tests.labs.cache import cache_dir

QEMU: Final = "qemu-system-x86_64"
OUT: Final = "/run/lab"  # in the machine; every file there comes back
# Without cx16: QEMU 7.2 returns from its cmpxchg16b with wrong flags now and then, and the
# kernel, which allocates memory with it, dies of that.
CPU: Final = "max,-cx16"
MEMORY_MIB: Final = 1024
RESULT_BYTES: Final = 32 * 1024 * 1024
REPOSITORY: Final = ("wgdesk", "tests", "resources", "docs", "pyproject.toml")
COUNTS: Final = ("tests", "failures", "errors", "skipped")  # as JUnit's format names them
# The first process after the initrd: it is the system, or hands over to systemd.
INIT: Final = f"""#!/bin/bash
if [ -e /lab/with-systemd ]; then exec /sbin/init; fi
export PATH={programs.ROOT_PATH} HOME=/root LANG=C.UTF-8
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -s /proc/self/fd /dev/fd
for n in 0/stdin 1/stdout 2/stderr; do ln -s "fd/${{n%/*}}" "/dev/${{n#*/}}"; done
hostname vm
ip link set lo up
exec /lab/run
"""
RUN: Final = f"""#!/bin/bash
mkdir -p {OUT}
modprobe tun
cd /repo
bash /lab/task >{OUT}/output 2>&1 </dev/null
echo $? >{OUT}/exit_code
tar -C {OUT} -cf /dev/vdc .
sync
busybox poweroff -f
"""
UNIT: Final = f"""[Unit]
After=basic.target dbus.socket systemd-logind.service systemd-user-sessions.service
[Service]
Type=oneshot
Environment=PATH={programs.ROOT_PATH} HOME=/root LANG=C.UTF-8
ExecStart=/lab/run
TimeoutStartSec=infinity
"""


@dataclass(frozen=True, slots=True)
class VmResult:
    """What came back.

    Attributes:
        output: Both streams of the task, in the order they were written.
        files: Name -> content of what the task left in `OUT`.
    """

    exit_code: int
    output: str
    files: Mapping[str, bytes]

    def count(self, outcome: str = "passed") -> int:
        """How many tests passed (or "failures", "errors", "skipped"); after `pytest`."""
        suites = ET.fromstring(self.files["junit.xml"]).iter("testsuite")  # noqa: S314  # our own pytest wrote it
        totals = [{name: int(suite.get(name, 0)) for name in COUNTS} for suite in suites]
        if outcome == "passed":
            return sum(total["tests"] * 2 - sum(total.values()) for total in totals)
        return sum(total[outcome] for total in totals)


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier boot of the machine has left.

    Attributes:
        files: Path -> content; root's alone.
        enabled: Units that start with the system.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    enabled: Sequence[str] = ()


NOTHING: Final = Before()


class Inside:
    """The emulated machine, for code that runs in it: `ns.Lab(user=Inside())`.

    It then is the user's machine of lab ns, with its own helper, kernel and default route.
    """

    def __init__(self) -> None:
        if not Path("/lab/task").exists():
            raise RuntimeError("this is not the emulated machine; its network is not to be touched")

    def run(
        self,
        argv: Sequence[str],
        *,
        user: str = "root",
        check: bool = True,
        timeout_s: float = 60,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program and wait, as one of the users: alice, bob or carol."""
        variables = [f"{name}={value}" for name, value in (env or {}).items()]
        as_user = ["runuser", "--login", user, "--command", shlex.join(["env", *variables, *argv])]
        command = [*variables, *argv] if user == "root" else as_user
        return programs.run(["env", *command], check=check, timeout_s=timeout_s)

    def ip(self, *words: str) -> str:
        return programs.run(["ip", *words]).stdout


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    return kernel.missing() or programs.absent_programs((QEMU, "setpriv"))


def run(
    argv: Sequence[str],
    *,
    timeout_s: float = 120,
    env: Mapping[str, str] | None = None,
    with_systemd: bool = False,
    packages: Sequence[str] = (),
    before: Before = NOTHING,
) -> VmResult:
    """Boot, run one program as root in /repo, a copy of the work tree, and power off."""
    return run_script(
        shlex.join(argv),
        timeout_s=timeout_s,
        env=env,
        with_systemd=with_systemd,
        packages=packages,
        before=before,
    )


def pytest(
    arguments: Sequence[str],
    *,
    timeout_s: float = 300,
    env: Mapping[str, str] | None = None,
    with_systemd: bool = False,
    packages: Sequence[str] = (),
    before: Before = NOTHING,
) -> VmResult:
    """Run tests of this repository in the machine; a lab that cannot run there is a failure."""
    command = ["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    argv = [*command, f"--junitxml={OUT}/junit.xml", *arguments]
    env = {"CI": "true", **(env or {})}
    return run(
        argv,
        timeout_s=timeout_s,
        env=env,
        with_systemd=with_systemd,
        packages=packages,
        before=before,
    )


def run_script(
    script: str,
    *,
    timeout_s: float = 120,
    env: Mapping[str, str] | None = None,
    with_systemd: bool = False,
    packages: Sequence[str] = (),
    before: Before = NOTHING,
) -> VmResult:
    """Boot, run a bash script as root in /repo, and power off.

    Args:
        with_systemd: Boot the whole system, with D-Bus, polkit and logind, and run the
            script as a unit of it. That takes half a minute more.
        packages: Of Debian, on top of the small one; of `variants`.
        before: What is on its disk when it boots.

    Raises:
        TimeoutError: It took longer than `timeout_s`, boot included; carries the console.
        ProgramFailed: The machine went down without a result; carries the console.
    """
    variables = "".join(f"export {name}={shlex.quote(v)}\n" for name, v in (env or {}).items())
    cache_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir(), prefix="vm-") as folder_name:
        folder = Path(folder_name)
        content = folder / "content"
        with programs.readable_by_all():
            shutil.copytree(installed.layer(), content, symlinks=True)
            if packages:
                _add_packages(content, packages)
            _add_repository(content / "repo")
            _add_task(content, variables + script, with_systemd=with_systemd)
            _add_state(content, before)
        kernel.make_disk(folder / "task", content, "128M")
        with (folder / "result").open("wb") as result:
            result.truncate(RESULT_BYTES)
        _run_machine(folder, timeout_s)
        return _read_result(folder)


def _add_packages(content: Path, packages: Sequence[str]) -> None:
    """With the owners of their files, which are not all root's."""
    added = f"{variants.layer(packages)}/."
    programs.run(["cp", "--archive", "--remove-destination", added, str(content)])


def _add_repository(target: Path) -> None:
    target.mkdir()
    for name in REPOSITORY:
        source = installed.PROJECT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy(source, target / name)


def _add_task(content: Path, script: str, *, with_systemd: bool) -> None:
    lab, units = content / "lab", content / "etc/systemd/system"
    for folder in (lab, units / "multi-user.target.wants"):
        folder.mkdir(parents=True, exist_ok=True)  # packages may have their units there
    (lab / "task").write_text(script)
    for name, text in (("init", INIT), ("run", RUN)):
        (lab / name).write_text(text)
        (lab / name).chmod(0o755)
    if with_systemd:
        (lab / "with-systemd").touch()
        (units / "lab.service").write_text(UNIT)
        (units / "multi-user.target.wants" / "lab.service").symlink_to("../lab.service")


def _add_state(content: Path, before: Before) -> None:
    for place, data in before.files.items():
        path = content / place.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
    wants = content / "etc/systemd/system/multi-user.target.wants"
    for unit in before.enabled:
        template, _, instance = unit.partition("@")
        file = f"{template}@.service" if instance else unit
        (wants / unit).symlink_to(f"/usr/lib/systemd/system/{file}")


def _run_machine(folder: Path, timeout_s: float) -> None:
    with (folder / "qemu.log").open("wb") as log:
        machine = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", *_qemu(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        machine.wait(timeout_s)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"not done after {timeout_s:g} s\n{_console(folder)}") from error
    finally:
        programs.end_processes([machine.pid])
        machine.wait()


def _qemu(folder: Path) -> list[str]:
    disks = ((kernel.disk(), "on"), (folder / "task", "on"), (folder / "result", "off"))
    drives = [
        word
        for path, is_read_only in disks
        for word in ("-drive", f"file={path},if=virtio,format=raw,readonly={is_read_only}")
    ]
    return [
        *(programs.program(QEMU), "-accel", "tcg", "-cpu", CPU),
        # A kernel rewrites its own code while it runs. With two processors QEMU 7.2 now and then
        # has one run the breakpoint of a rewriting that is over, and the kernel dies of it.
        *("-m", str(MEMORY_MIB), "-smp", "1"),
        *("-nodefaults", "-display", "none", "-no-reboot", "-serial", f"file:{folder / 'console'}"),
        *("-device", "virtio-rng-pci", "-kernel", str(kernel.kernel() / "vmlinuz")),
        *("-initrd", str(kernel.kernel() / "initrd.gz")),
        *("-append", "console=ttyS0 quiet panic=-1 rdinit=/init"),
        *drives,
    ]


def _read_result(folder: Path) -> VmResult:
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO((folder / "result").read_bytes())) as archive:
            for member in archive.getmembers():
                if content := archive.extractfile(member):
                    files[member.name.removeprefix("./")] = content.read()
        exit_code = int(files.pop("exit_code"))
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise programs.ProgramFailed(f"the machine gave no result\n{_console(folder)}") from error
    return VmResult(exit_code, files.pop("output").decode(errors="replace"), files)


def _console(folder: Path) -> str:
    """The end of what the machine and its emulator said."""
    logs = [folder / "qemu.log", folder / "console"]
    return "".join(log.read_text(errors="replace")[-4000:] for log in logs if log.exists())
