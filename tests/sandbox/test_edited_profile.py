"""An edited profile and a device changed by hand, with the real command line, helper and engine."""

from tests.labs.programs import wait_until
from wgdesk.sandbox import network, profiles


def write(world, name, text):
    """As the user does it."""
    path = world.profiles_dir / f"{name}.conf"
    path.write_text(text)
    return path


def has_settled(world):
    """IPv6 takes a moment to have addresses and be sure of them, and rules for them follow."""
    found = world.run_on_machine(["ip", "address"]).stdout
    return "inet6 fe80" in found and "tentative" not in found


def wg(world, *words):
    done = world.run_on_machine(["wg", *words])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_sync_applies_an_edited_file_and_keeps_the_session(fresh_world):
    world = fresh_world
    wait_until(lambda: has_settled(world), what="the world's links to settle")
    assert world.cli("up", "home", "--wait").returncode == 0
    before = [wg(world, "show", "home", what) for what in ("latest-handshakes", "listen-port")]
    path = world.profiles_dir / "home.conf"
    text = path.read_text()
    write(world, "home", text.replace("[Peer]", "MTU = 1350\n\n[Peer]", 1))
    again = world.cli("up", "home")
    assert again.returncode == 1
    assert again.stderr.splitlines()[-1].endswith("wgdesk sync home")
    done = world.cli("sync", "home", "--explain")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == [
        "[#] ip link set mtu 1350 dev home",
        "home stayed up; changed: the MTU.",
    ]
    assert "mtu 1350" in world.run_on_machine(["ip", "link", "show", "home"]).stdout
    after = [wg(world, "show", "home", what) for what in ("latest-handshakes", "listen-port")]
    assert after == before
    address = profiles.address_of("home")
    assert f"You come from {address}." in world.fetch(network.INTERNET_PAGE)
    assert world.cli("sync", "home").stdout.startswith("home is as its profile says")


def test_down_writes_what_was_changed_by_hand_into_the_file(fresh_world):
    world = fresh_world
    path = world.profiles_dir / "home.conf"
    text = "# my own words\n" + path.read_text().replace("[Peer]", "SaveConfig = true\n\n[Peer]", 1)
    write(world, "home", text)
    assert world.cli("up", "home", "--wait").returncode == 0
    peer = wg(world, "show", "home", "peers")
    wg(world, "set", "home", "peer", peer, "persistent-keepalive", "7")
    other = wg(world, "genkey")
    wg(world, "set", "home", "peer", other, "allowed-ips", "10.200.0.0/16")
    down = world.cli("down", "home")
    assert down.returncode == 0, down.stderr
    assert "saved: 1 peer added, 1 peer changed in" in down.stdout
    saved = path.read_text()
    assert saved.startswith("# my own words\n")
    assert "PersistentKeepalive = 7\n" in saved
    assert saved.endswith(f"\n[Peer]\nPublicKey = {other}\nAllowedIPs = 10.200.0.0/16\n")
    assert "ListenPort" not in saved
    assert "FwMark" not in saved
    kept = [line for line in text.splitlines() if "Keepalive" not in line]
    lines = iter(saved.splitlines())
    assert all(line in lines for line in kept)
    assert world.cli("check", "home").returncode == 0
