"""What the assistants for new tunnels make, brought up for real: traffic goes through it."""

import sys
from ipaddress import IPv6Network

from tests.labs.ns import INTERNET4, USER4, Lab, new_host
from tests.labs.programs import wait_until
from tests.labs.server_end import start_web
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.client.demo_server import ask
from wgdesk.domain.conf import read_profile
from wgdesk.domain.demo_profile import demo_text
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.server_pair import ServerWish, make_pair
from wgdesk.engine.machine import Machine

NETWORK6 = IPv6Network("fd66::/64")
SERVER4 = "192.0.2.2"
BEHIND4, BEHIND6 = "203.0.113.1", "2001:db8:77::ff"
THIRD4, THIRD6 = "203.0.113.77", "2001:db8:77::1"
DEMO = """
import socket, subprocess, sys
interface, key, port = sys.argv[1:4]
with socket.create_server(("0.0.0.0", 42912)) as server:
    while True:
        connection, _ = server.accept()
        with connection:
            peer = connection.makefile("rb").readline(100).decode().strip()
            subprocess.run(["wg", "set", interface, "peer", peer, "allowed-ips", "192.168.4.2/32"], check=True)
            connection.sendall(f"OK:{key}:{port}:192.168.4.2\\n".encode())
"""


def start_demo(lab: Lab, tmp_path) -> None:
    """A server that does what WireGuard's ncat example does."""
    key, interface = PrivateKey.generate(), f"dm{lab.server.name[-12:-7]}"
    path = tmp_path / "demo.key"
    path.write_text(key.base64())
    lab.server.start_engine(interface)
    settings = ["private-key", str(path), "listen-port", "12912"]
    lab.server.run(["wg", "set", interface, *settings])
    lab.server.ip("address", "add", "192.168.4.1/24", "dev", interface)
    lab.server.ip("link", "set", interface, "up")
    words = [interface, key.public().base64(), "12912"]
    lab.server.popen([sys.executable, "-c", DEMO, *words])
    wait_until(lambda: ":42912" in lab.server.run(["ss", "-Hltn"]).stdout, what="the demo server")


@on_loop
async def test_a_place_on_a_demo_server_is_a_tunnel_that_works(two_hosts, tmp_path):
    start_demo(two_hosts, tmp_path)
    key = PrivateKey.generate()
    with two_hosts.user.enter():
        answer = await ask(SERVER4, 42912, key.public())
        profile = read_profile(demo_text(key, SERVER4, answer, all_traffic=False))
        everything = read_profile(demo_text(key, SERVER4, answer, all_traffic=True))
        assert two_hosts.source_seen_by("192.168.4.1") == USER4
        async with a_rig(Machine()) as rig:
            outcome = await rig.tunnels.up(OWNER_UID, "demo", profile)
            assert two_hosts.source_seen_by("192.168.4.1") == "192.168.4.2"
            assert two_hosts.source_seen_by(INTERNET4) == USER4
            await rig.tunnels.down(outcome.id)
            outcome = await rig.tunnels.up(OWNER_UID, "demo", everything)
            assert two_hosts.source_seen_by(INTERNET4) == "192.168.4.2"
            await rig.tunnels.down(outcome.id)
            assert two_hosts.source_seen_by(INTERNET4) == USER4


def add_third(lab: Lab):
    """A host behind the server that knows no way back into the tunnel."""
    third = new_host("third")
    lab.server.ip(
        "link", "add", "behind", "type", "veth", "peer", "name", "eth0", "netns", third.name
    )
    lab.server.ip("link", "set", "behind", "up")
    third.ip("link", "set", "eth0", "up")
    lab.server.ip("address", "add", f"{BEHIND4}/24", "dev", "behind")
    third.ip("address", "add", f"{THIRD4}/24", "dev", "eth0")
    lab.server.ip("address", "add", f"{BEHIND6}/64", "dev", "behind", "nodad")
    third.ip("address", "add", f"{THIRD6}/64", "dev", "eth0", "nodad")
    start_web(third)
    return third


@on_loop
async def test_both_ends_of_a_server_of_ones_own_carry_and_hide_traffic(two_hosts, tmp_path):
    third = add_third(two_hosts)
    try:
        wish = ServerWish(host=SERVER4, devices=("phone", "laptop"), network6=NETWORK6)
        pair = make_pair(wish)
        path = tmp_path / f"p{two_hosts.server.name[-12:-7]}.conf"
        path.write_bytes(pair.server)
        path.chmod(0o600)
        profile = read_profile(pair.devices[1].content)
        two_hosts.server.run(["wg-quick", "up", str(path)])
        try:
            with two_hosts.user.enter():
                for there in (THIRD4, THIRD6):
                    seen = two_hosts.source_seen_by(there, timeout_s=1)
                    assert seen is None, "there is another way"
                async with a_rig(Machine()) as rig:
                    outcome = await rig.tunnels.up(OWNER_UID, "own", profile)
                    assert two_hosts.source_seen_by("10.66.66.1") == "10.66.66.3"
                    assert two_hosts.source_seen_by("fd66::1") == "fd66::3"
                    assert two_hosts.source_seen_by(THIRD4) == BEHIND4
                    assert two_hosts.source_seen_by(THIRD6) == BEHIND6
                    two_hosts.server.run(["nft", "delete", "table", "inet", f"wg-{path.stem}"])
                    for there in (THIRD4, THIRD6):
                        seen = two_hosts.source_seen_by(there, timeout_s=1)
                        assert seen is None, "it hid nothing"
                    two_hosts.server.run(["nft", "add", "table", "inet", f"wg-{path.stem}"])
                    await rig.tunnels.down(outcome.id)
        finally:
            two_hosts.server.run(["wg-quick", "down", str(path)])
        assert path.stem not in two_hosts.server.run(["nft", "list", "tables"]).stdout
    finally:
        third.close()
