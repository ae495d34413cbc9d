"""A machine that has neither the kernel's WireGuard nor wireguard-go."""

import pytest

from tests.labs.server_end import EVERYTHING
from tests.support.box_helper import network

FAILED = 1
PROGRAM = "/usr/bin/wireguard-go"


@pytest.fixture
def bare(users, box_server):
    text = box_server.profile(box_server.add_client(), allowed_ips=EVERYTHING)
    users.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    users.run(["mv", PROGRAM, f"{PROGRAM}.away"])
    yield users
    users.run(["mv", f"{PROGRAM}.away", PROGRAM])


def test_fault_34_the_package_is_named_and_nothing_is_changed(bare, record):
    before = network(bare)
    refused = bare.run(["wgdesk", "up", "home"], user="alice", check=False)
    assert refused.returncode == FAILED
    said, remedy = refused.stderr.splitlines()
    assert said == (
        "wgdesk: cannot bring home up: this machine has no WireGuard: "
        "the kernel has no WireGuard module and wireguard-go is not there"
    )
    assert remedy.startswith("Install wireguard-go")
    assert network(bare) == before
    assert bare.run(["ls", "-A", "/run/wgdesk/tunnels"], check=False).stdout == ""
    bare.run(["mv", f"{PROGRAM}.away", PROGRAM])
    try:
        bare.run(["wgdesk", "up", "home"], user="alice")  # without a restart of anything
    finally:
        bare.run(["mv", PROGRAM, f"{PROGRAM}.away"])
    record(f"“{remedy}”")
