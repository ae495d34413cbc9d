"""A full disk loses no approval and gains none."""

import pytest

from tests.support.box_commands import APPROVALS, FAILED, PROFILE, RULE, AdminScene


@pytest.fixture
def scene(fresh_box):
    return AdminScene(fresh_box)


def test_fault_36_a_full_disk_loses_no_approval_and_gains_none(scene, record):
    box = scene.box
    box.run(["mkdir", "-p", "-m", "700", "/var/lib/wgdesk"])
    box.run(["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", "/var/lib/wgdesk"])
    scene.profile()
    assert scene.up("alice").returncode == 0
    scene.down("alice")
    before = box.read(APPROVALS)
    fill = "head -c 1000000 /dev/zero >/var/lib/wgdesk/fill"
    assert "No space left" in box.run(["sh", "-c", fill], check=False).stderr
    changed = scene.text.replace("AllowedIPs = ", "AllowedIPs = 198.18.0.0/15, ")
    box.write(PROFILE, changed, owner="alice", mode=0o600)
    for _ in range(2):
        refused = scene.up("alice")
        assert refused.returncode == FAILED
        assert "the approval could not be saved: No space left on device" in refused.stderr
    assert "home:" not in box.ip("-o", "link")
    assert box.read(APPROVALS) == before
    assert box.run(["ls", "/var/lib/wgdesk"]).stdout.split() == ["approvals.json", "fill"]
    scene.profile()
    box.run(["systemctl", "restart", "wgdesk-helper"])
    box.run(["rm", RULE])
    box.run(["systemctl", "restart", "polkit"])
    box.log_in("alice")
    assert scene.up("alice").returncode == 0, "what was approved before still is"
    record("the call fails, the file is the same")
