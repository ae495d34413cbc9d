"""A profile that is a link to /etc/shadow; and what the helper opens of anybody's home."""

import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.labs.programs import wait_until
from tests.labs.server_end import HOME_SUBNETS

HELPER = "wgdesk-helper.service"
INVALID = 5  # exit code of the command line
LINK = "/home/alice/.wireguard/secret.conf"


def is_active(box):
    asked = box.run(["systemctl", "is-active", HELPER], check=False)
    return asked.stdout.strip() == "active"


def pid_outside(box, pid):
    """The number that this machine knows a process of the box by."""
    space = Path(f"/proc/{box.leader}/ns/pid").readlink()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found = re.search(r"NSpid:.*\s(\d+)\n", (folder / "status").read_text())
            if found and found[1] == pid and (folder / "ns/pid").readlink() == space:
                return folder.name
        except OSError:  # it ended meanwhile
            continue
    raise LookupError(pid)


@contextmanager
def traced(box, log):
    """Every path that the helper hands to the kernel meanwhile, in `log`."""
    show = ["systemctl", "show", "--value", "--property=MainPID", HELPER]
    pid = pid_outside(box, box.run(show).stdout.strip())
    words = ["strace", "-f", "-s", "500", "-e", "trace=%file", "-o", str(log), "-p", pid]
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        assert "attached" in tracer.stderr.readline()
        yield
        time.sleep(0.5)
    finally:
        tracer.terminate()
        tracer.communicate(timeout=10)


@pytest.mark.parametrize("argument", ["secret", LINK], ids=["by its name", "by its path"])
def test_fault_16_the_user_is_refused_and_the_helper_is_never_asked(users, argument, record):
    users.run(["systemctl", "stop", HELPER])
    users.run(["mkdir", "-m", "700", "/home/alice/.wireguard"], user="alice")
    users.run(["ln", "-s", "/etc/shadow", LINK], user="alice")
    refused = users.run(["wgdesk", "up", argument], user="alice", check=False)
    assert refused.returncode == INVALID
    why = "permission" if argument == LINK else "a link that leads out of"
    assert why in refused.stderr
    assert "root:" not in refused.stdout + refused.stderr
    assert not is_active(users), "the helper was asked"
    record(f"refused ({why}), helper not started")


def test_fault_16_the_helper_opens_nothing_of_a_home(users, box_server, tmp_path, record):
    text = box_server.profile(box_server.add_client(), allowed_ips=HOME_SUBNETS)
    users.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    users.run(["wgdesk", "list"], user="alice")
    wait_until(lambda: is_active(users), what="the helper to run")
    log = tmp_path / "strace"
    with traced(users, log):
        users.run(["wgdesk", "up", "home"], user="alice")
        users.run(["wgdesk", "status"], user="alice")
        users.run(["wgdesk", "down", "home"], user="alice")
    opened = re.findall(r'open(?:at|at2)?\((?:AT_FDCWD, )?"([^"]*)"', log.read_text())
    named = re.findall(r'"(/[^"]*)"', log.read_text())
    assert any(path.startswith("/var/lib/wgdesk/approvals") for path in opened), "it saw nothing"
    assert [path for path in named if path.startswith(("/home", "/root"))] == []
    assert "shadow" not in log.read_text()
    record(f"{len(opened)} opens of the helper, none below a home")
