"""Commands that hang, and commands that leave something behind."""

import json
import time

import pytest

from tests.labs.programs import wait_until
from tests.support.box_commands import FAILED, UNIT, CommandScene


@pytest.fixture
def scene(fresh_box):
    return CommandScene(fresh_box)


def test_fault_22_a_command_that_hangs_is_ended_and_the_tunnel_with_it(scene, record):
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
    record(f"ended at its limit; the helper answered others in {took_s:.2f} s")


def test_fault_22_a_program_left_behind_ends_with_its_command(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostUp = setsid sleep 3600 >/dev/null 2>&1 & disown; note PostUp")
    scene.wgdesk("up", "home", "--hooks=root")
    assert scene.has_link()
    assert len(scene.log()) == 1
    assert "sleep 3600" not in scene.processes()
