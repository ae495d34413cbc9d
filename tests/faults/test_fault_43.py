"""Both packages are purged while two tunnels are up, one of them for all traffic and names."""

from collections.abc import Iterator

import pytest

from tests.labs import box as box_lab
from tests.labs import deb
from tests.labs.fixtures import require
from tests.labs.server_end import HOME4
from tests.support.box_helper import approve_all, listed
from tests.support.packaged import BOTH, PROFILE, Packaged, packaged_machine

RULE = "/etc/polkit-1/rules.d/10-test.rules"
RESOLV_CONF = "/etc/resolv.conf"
FULL_FILE = "/home/alice/.wireguard/full.conf"
FULL = """[Interface]
PrivateKey = aGFyZGx5IGEgc2VjcmV0IG9mIGFueWJvZHkgaGVyZSE=
Address = 10.44.0.2/32
DNS = 10.44.0.1

[Peer]
PublicKey = eKFEd2VsbCwgYSBwdWJsaWMgb25lIGlzIG5lZWRlZDA=
AllowedIPs = 0.0.0.0/0, ::/0
Endpoint = 192.0.2.9:51820
"""


@pytest.fixture
def machine() -> Iterator[Packaged]:
    """A Debian 13 where both packages are installed."""
    require("deb", deb.missing())
    require("box", box_lab.missing())
    with packaged_machine(deb.debs()) as made:
        made.settle()
        made.install()
        yield made


def test_fault_43_a_purge_leaves_the_network_as_it_was_and_profiles_alone(machine, record):
    box = machine.box
    resolv_conf, rules = box.read(RESOLV_CONF), box.ip("rule")
    machine.connect()
    assert box.world.source_seen_by(HOME4) == machine.alice.address4
    approve_all(box)
    box.write(FULL_FILE, FULL, owner="alice", mode=0o600)
    machine.wgdesk("up", "full")
    assert {it["name"] for it in listed(box)["tunnels"]} == {"home", "full"}
    assert "10.44.0.1" in box.read(RESOLV_CONF)
    assert "wgdesk" in machine.traces()

    machine.purge()
    box.run(["rm", RULE])

    assert [machine.version_of(it) for it in BOTH] == ["", ""]
    assert machine.traces() == ""
    assert (box.read(RESOLV_CONF), box.ip("rule")) == (resolv_conf, rules)
    left = machine.list_files() - machine.files  # what came along for it is no matter here
    assert [it for it in left if "wgdesk" in it or "wireguard" in it] == []
    assert [box.read(it) for it in (PROFILE, FULL_FILE)] == [machine.profile, FULL]
    assert box.run(["systemctl", "is-system-running"]).stdout.strip() == "running"
    record("2 tunnels, name servers and state gone; no file is left but profiles")
