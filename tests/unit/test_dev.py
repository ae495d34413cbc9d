"""`./dev setup` on machines that are not this one: every program it would call is a fake."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
REAL_TOOLS = (
    *("awk", "cat", "dirname", "env", "grep", "head"),
    *("id", "mktemp", "rm", "sha256sum", "stat", "tr"),
)
# Debian 13 has glib under another name; a removed package may leave its configuration.
LIST_PACKAGES = """
for package in $(. {lists}; echo $test_packages); do
    case $package in
    {missing}) echo "config-files $package, " ;;
    libglib2.0-0) echo "installed libglib2.0-0t64, libglib2.0-0 (= 2.84)" ;;
    *) echo "installed $package, " ;;
    esac
done
"""


class Machine:
    """A repository whose .venv is ready, and a PATH with nothing but what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.repo, self.bin, self.log = folder / "repo", folder / "bin", folder / "calls"
        self.bin.mkdir()
        self.repo.mkdir()
        for name in ("dev", "requirements-dev.lock", "pyproject.toml"):
            shutil.copy(REPO / name, self.repo)
        for name in REAL_TOOLS:
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.prepare_venv()

    def prepare_venv(self) -> None:
        venv = self.repo / ".venv"
        (venv / "bin").mkdir(parents=True)
        self.program(venv / "bin/python", "echo Python 3.11.2")
        self.program(venv / "bin/wgdesk", "")
        content = b"".join(
            (self.repo / name).read_bytes() for name in ("requirements-dev.lock", "pyproject.toml")
        )
        digest = hashlib.sha256(content).hexdigest()
        (venv / ".wgdesk-stamp").write_text(f"{venv} Python 3.11.2\n{digest}  -\n")

    def program(self, path: Path, script: str) -> None:
        path.unlink(missing_ok=True)  # it may be a link to the real tool
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def has_debian_packages(self, missing: str = "nftables|dbus") -> None:
        dev = (self.repo / "dev").read_text()
        lists = self.repo / "lists"
        lists.write_text(dev[dev.index("qt_packages=") : dev.index("\nusage()")])
        listing = LIST_PACKAGES.format(lists=lists, missing=missing)
        self.program(self.bin / "dpkg-query", listing)
        self.program(self.bin / "apt-get", f'echo "apt-get $*" >>{self.log}')

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(self.repo / "dev"), *arguments],
            env={"PATH": str(self.bin)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    def calls(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",)])
def test_dev_tells_its_verbs_when_asked_nothing(machine, arguments):
    done = machine.run(*arguments)
    assert done.returncode == 0
    assert "usage: ./dev VERB" in done.stdout


def test_dev_refuses_a_verb_it_does_not_have(machine):
    done = machine.run("fly")
    assert done.returncode == 2
    assert "no such verb: fly" in done.stderr


def test_setup_names_the_packages_and_goes_on_when_it_may_not_install(machine):
    machine.has_debian_packages()
    machine.program(machine.bin / "id", "echo 1000")
    done = machine.run("setup")
    assert "sudo apt-get install --no-install-recommends nftables dbus" in done.stderr
    assert machine.calls() == ""
    assert (done.returncode, "ready" in done.stderr) == (0, True)


def test_setup_installs_only_what_is_missing_by_sudo(machine):
    machine.has_debian_packages()
    machine.program(machine.bin / "id", "echo 1000")
    machine.program(machine.bin / "sudo", f'echo "sudo $*" >>{machine.log}')
    done = machine.run("setup")
    assert done.returncode == 0
    install = [line for line in machine.calls().splitlines() if " install " in line]
    assert install[0].endswith("install -y --no-install-recommends nftables dbus")


def test_setup_installs_one_by_one_when_a_release_lacks_a_name(machine):
    machine.has_debian_packages()
    machine.program(machine.bin / "id", "echo 0")
    refuse_two = f'echo "$*" >>{machine.log}; case "$*" in *nftables*dbus*) exit 100 ;; esac'
    machine.program(machine.bin / "apt-get", refuse_two)
    assert machine.run("setup").returncode == 0
    assert [line.split()[-1] for line in machine.calls().splitlines()[-2:]] == ["nftables", "dbus"]


@pytest.mark.parametrize(("status", "is_heard"), [(0, False), (100, True)])
def test_setup_shows_what_apt_says_only_when_it_fails(machine, status, is_heard):
    machine.has_debian_packages()
    machine.program(machine.bin / "id", "echo 0")
    chatter = "echo Unpacking dbus; echo E: dpkg was interrupted >&2"
    machine.program(machine.bin / "apt-get", f"{chatter}; exit {status}")
    done = machine.run("setup")
    assert "installing: nftables dbus" in done.stderr
    assert ("Unpacking dbus" in done.stderr, "E: dpkg" in done.stderr) == (is_heard, is_heard)
    assert "Unpacking" not in done.stdout


def test_setup_says_what_to_install_where_there_is_no_apt(machine):
    done = machine.run("setup")
    assert done.returncode == 0
    assert "no apt here; please install what provides:" in done.stderr
    assert "wireguard-go" in done.stderr


def test_setup_calls_no_installer_when_nothing_is_missing(machine):
    machine.has_debian_packages(missing="nothing")
    done = machine.run("setup")
    assert (done.returncode, done.stderr) == (0, "dev: ready: .venv/bin/wgdesk\n")
    assert machine.calls() == ""
