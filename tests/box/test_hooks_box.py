"""Commands of a profile that run as root, under the real systemd, polkit and helper."""

import json
import time

import pytest

from tests.labs.box import Box
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME_SUBNETS

FAILED, NOT_AUTHORISED = 1, 3
UNIT = "wgdesk-helper.service"
RULE = "/etc/polkit-1/rules.d/10-test.rules"
APPROVALS = "/var/lib/wgdesk/approvals.json"
LOG = "/root/log"
LIMIT_S = 2
# The shipped limit is half a minute, which is longer than a test wants to wait.
HASTY = f"""
from functools import partial
from wgdesk.engine.this_machine import open_tunnels
from wgdesk.helper.main import run
run(partial(open_tunnels, hook_limit_s={LIMIT_S}))
"""
YES_RULE = """polkit.addRule(function (action) {
    if (%s.indexOf(action.id) >= 0) return polkit.Result.YES;
});
"""
# Says which command it is, as whom it runs, and what there is of the interface.
NOTE = f"""#!/bin/bash
mtu=$(cat /sys/class/net/home/mtu 2>/dev/null || echo none)
peers=$(wg show home peers 2>/dev/null | wc -l)
echo "$1 uid=$(id -u) name=$WGDESK_IFNAME umask=$(umask) mtu=$mtu peers=$peers" >>{LOG}
"""


class Scene:
    """Alice at the screen with a profile, and a policy that says yes to what a test names."""

    def __init__(self, box: Box) -> None:
        self.box = box
        server = box.world.wireguard()
        self._text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
        box.write("/usr/libexec/wgdesk/wgdesk-helper", HASTY, mode=0o755)
        box.write("/usr/bin/note", NOTE, mode=0o755)
        self.session = box.log_in("alice")

    def allow(self, *actions: str) -> None:
        ids = json.dumps([f"org.wgdesk.{action}" for action in actions])
        self.box.write(RULE, YES_RULE % ids)
        self.box.run(["systemctl", "restart", "polkit"])

    def profile(self, *hooks: str, user: str = "alice") -> None:
        text = self._text.replace("[Interface]\n", "[Interface]\n" + "\n".join(hooks) + "\n")
        self.box.write(f"/home/{user}/.wireguard/home.conf", text, owner=user, mode=0o600)

    def wgdesk(self, *words: str, user: str = "alice", check: bool = True):
        return self.box.run(["wgdesk", *words], user=user, check=check, timeout_s=60)

    def has_link(self) -> bool:
        return "home" in [link["ifname"] for link in json.loads(self.box.ip("-json", "link"))]

    def log(self) -> list[str]:
        return self.box.read(LOG).splitlines()

    def hook_units(self) -> str:
        listed = ["systemctl", "list-units", "--all", "--no-legend", "wgdesk-hook-*"]
        return self.box.run(listed).stdout

    def processes(self) -> str:
        return self.box.run(["ps", "-eo", "args"]).stdout


@pytest.fixture
def scene(fresh_box: Box) -> Scene:
    return Scene(fresh_box)


def test_approved_commands_run_as_root_in_their_order(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile(
        "PostUp = note PostUp; env | sort >/root/env; cat >/root/stdin",
        "PreUp = note PreUp",
        "PostUp = note %i; x='a  b$$'; echo \"${x} $x\" >/root/words",
        "PostDown = note PostDown",
        "PreDown = note PreDown",
    )
    scene.wgdesk("up", "home", "--hooks=root")
    scene.wgdesk("down", "home")
    same = "uid=0 name=home umask=0077"
    assert scene.log() == [
        f"PreUp {same} mtu=1420 peers=0",
        f"PostUp {same} mtu=1420 peers=1",
        f"home {same} mtu=1420 peers=1",
        f"PreDown {same} mtu=1420 peers=1",
        f"PostDown {same} mtu=none peers=0",
    ]
    assert scene.box.read("/root/stdin") == ""
    assert scene.box.read("/root/words").startswith("a  b")
    names = [line.partition("=")[0] for line in scene.box.read("/root/env").splitlines()]
    assert names == ["LC_ALL", "PATH", "PWD", "SHLVL", "WGDESK_IFNAME", "_"]
    assert scene.hook_units() == ""
    assert "note" not in scene.box.journal(UNIT)


def test_a_command_that_takes_too_long_is_ended_and_the_tunnel_with_it(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostUp = sleep 3600 & sleep 3601; true")
    rising = scene.box.popen(["wgdesk", "up", "home", "--hooks=root"], user="alice")
    wait_until(lambda: "sleep 3601" in scene.processes(), what="the command to run")
    began_s = time.monotonic()
    others = json.loads(scene.wgdesk("status", "--json", user="bob").stdout)["others"]
    took_s = time.monotonic() - began_s
    assert [it["state"] for it in others] == ["rising"]
    assert took_s < 1.5, "the helper is to answer others meanwhile"
    _, complaint = rising.communicate(timeout=30)
    assert rising.returncode == FAILED
    assert "PostUp 1 failed: it took longer than 2 seconds" in complaint
    assert "sleep" not in complaint
    assert not scene.has_link()
    assert "sleep 360" not in scene.processes()
    assert scene.hook_units() == ""
    assert "sleep 360" not in scene.box.journal(UNIT)


def test_a_program_left_behind_ends_with_its_command(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostUp = setsid sleep 3600 >/dev/null 2>&1 & disown; note PostUp")
    scene.wgdesk("up", "home", "--hooks=root")
    assert scene.has_link()
    assert len(scene.log()) == 1
    assert "sleep 3600" not in scene.processes()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("PreUp = exit 7", "PreUp 1 failed: it ended with status 7"),
        ("PostUp = false; note never", "PostUp 1 failed: it ended with status 1"),
        ("PostUp = false | true; note never", "PostUp 1 failed: it ended with status 1"),
        ("PostUp = kill -9 $$", "PostUp 1 failed: it was ended by signal 9"),
    ],
)
def test_a_command_that_fails_undoes_the_up(scene, command, why):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostDown = note PostDown", command)
    before = scene.box.ip("-json", "rule")
    refused = scene.wgdesk("up", "home", "--hooks=root", check=False)
    assert refused.returncode == FAILED
    assert why in refused.stderr
    assert not scene.has_link()
    assert scene.box.ip("-json", "rule") == before
    assert scene.box.run(["test", "-e", LOG], check=False).returncode == 1


def test_a_command_that_fails_on_the_way_down_keeps_nothing_up(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PreDown = exit 3", "PreDown = note second", "PostDown = sleep 60")
    scene.wgdesk("up", "home", "--hooks=root")
    scene.wgdesk("down", "home")
    assert not scene.has_link()
    assert len(scene.log()) == 1
    journal = scene.box.journal(UNIT)
    assert "PreDown 1 failed: it ended with status 3" in journal
    assert "PostDown 1 failed: it took longer than 2 seconds" in journal


def test_what_a_command_prints_stays_out_of_the_journal_and_its_complaints_do_not(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostUp = wg showconf %i; echo 'not good' >&2; exit 1")
    scene.wgdesk("up", "home", "--hooks=root", check=False)
    journal = scene.box.run(["journalctl", "--no-pager", "-t", "wgdesk-hook"]).stdout
    assert "not good" in journal
    assert "PrivateKey" not in scene.box.journal()
