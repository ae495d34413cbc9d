import os
import subprocess
from pathlib import Path

import pytest

from wgdesk.sandbox import confinement
from wgdesk.sandbox.confinement import Impossible, find_confinement, find_obstacle

EVERYTHING = frozenset({*confinement.TOOLS, "sudo", "wireguard-go"})


@pytest.fixture
def machine(monkeypatch):
    """A machine to be described: which programs there are, which commands work walled off."""

    class Machine:
        programs = EVERYTHING
        working = frozenset({"set", "add"})
        euid = 1000
        may_open_tun = True

    described = Machine()
    monkeypatch.setattr(os, "geteuid", lambda: described.euid)
    monkeypatch.setattr(os, "access", lambda path, _: path != Path("/x") and described.may_open_tun)
    monkeypatch.setattr(
        confinement.shutil, "which", lambda name, **_: name if name in described.programs else None
    )

    def run(command, **_):
        return subprocess.CompletedProcess(command, not described.working & set(command))

    monkeypatch.setattr(confinement.subprocess, "run", run)
    return described


def test_ordinary_user_needs_no_root_when_namespaces_work(machine):
    found = find_confinement()
    assert found.command[:3] == ("unshare", "--user", "--map-root-user")
    assert not found.why_root
    assert not found.asks_password


def test_tun_does_not_matter_when_the_kernel_has_wireguard(machine):
    machine.may_open_tun = False
    machine.programs -= {"wireguard-go"}
    assert find_obstacle() is None


def test_sudo_is_asked_when_tun_is_for_root(machine):
    machine.working, machine.may_open_tun = {"set"}, False
    found = find_confinement()
    assert found.command[:3] == ("sudo", "--", "unshare")
    assert "--user" not in found.command
    assert "/dev/net/tun" in found.why_root


def test_sudo_is_asked_when_namespaces_are_refused(machine):
    machine.working = set()
    assert "network namespaces" in find_confinement().why_root


def test_root_uses_no_user_namespace(machine):
    machine.euid = 0
    found = find_confinement()
    assert found.command[0] == "unshare"
    assert "--user" not in found.command


@pytest.mark.parametrize(
    ("absent", "euid", "sentence"),
    [
        ("wg", 1000, "not installed: wg"),
        ("dbus-daemon", 0, "not installed: dbus-daemon"),
        ("sudo", 1000, "Install sudo, or start it as root"),
        ("wireguard-go", 1000, "wireguard-go is not installed"),
    ],
)
def test_impossible_machine_is_told_why(machine, absent, euid, sentence):
    machine.working = {"set"} if absent == "wireguard-go" else set()
    machine.programs -= {absent}
    machine.euid = euid
    with pytest.raises(Impossible, match=sentence):
        find_confinement()
