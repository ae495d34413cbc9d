"""`wg-quick up` and `wgdesk up` in one world: the same machine afterwards."""

import json

import pytest

from tests.labs.programs import wait_until
from tests.support.differential_machine import TUNNEL, way
from tests.support.wg_device import shown_device
from wgdesk.sandbox.network import HOME_SITE, WORK_SITE

ASKED = {
    "home": ("192.168.50.10", "fd00:50::10"),
    "work": ("10.60.0.1", "fd00:60::1"),
    "server": (HOME_SITE.endpoint, WORK_SITE.endpoint),
    "lan": ("192.168.77.9",),
    "internet": ("198.51.100.99", "2001:db8:ffff::99"),
    "onlink": ("2001:db8:77::9",),
}
ASK = """
for one; do
    found=$(ip -j route get "$one" 2>&1) || found='[{"type": "unreachable"}]'
    echo "$found"
done
"""
QUICK = ("env", "WG_QUICK_USERSPACE_IMPLEMENTATION=wireguard-go", "LOG_LEVEL=silent", "wg-quick")
# The list of docs/compatibility.md: `onlink-public`, `mark-always`.
BY_LINK, BY_TUNNEL = "dev lan0", f"dev {TUNNEL}"


def on_machine(world, *argv):
    done = world.run_on_machine(argv)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ways(world, interface):
    """Address -> the way to it, its source left out: the tunnel's address or the link's."""
    addresses = [address for found in ASKED.values() for address in found]
    text = on_machine(world, "sh", "-c", ASK, "sh", *addresses)
    decoder, answers = json.JSONDecoder(), []
    while text := text.lstrip():
        (route,), end = decoder.raw_decode(text)
        answers.append(way(route, interface))
        text = text[end:]
    return dict(zip(addresses, answers, strict=True))


def standing(world, name):
    """What both programs must come to."""
    device = shown_device(on_machine(world, "wg", "showconf", name))
    (link,) = json.loads(on_machine(world, "ip", "-j", "address", "show", "dev", name))
    addresses = {f"{it['local']}/{it['prefixlen']}" for it in link["addr_info"]}
    own = {address for address in addresses if not address.startswith("fe80:")}
    return ways(world, name), device, link["mtu"], own


@pytest.fixture(scope="module")
def settled(world):
    """IPv6 of a link answers a moment after it is up."""
    (far,) = (it for it in ASKED["internet"] if ":" in it)
    wait_until(lambda: BY_LINK in ways(world, "none")[far], what="the machine's IPv6")
    return world


@pytest.mark.parametrize("name", ["home", "attached_home", "work"])
def test_wgdesk_up_does_what_wg_quick_up_does(settled, name):
    world = settled
    path = str(world.profiles_dir / f"{name}.conf")
    on_machine(world, *QUICK, "up", path)
    theirs_ways, theirs, *theirs_link = standing(world, name)
    on_machine(world, *QUICK, "down", path)
    up = world.cli("up", name)
    assert up.returncode == 0, up.stderr
    ours_ways, ours, *ours_link = standing(world, name)
    assert world.cli("down", name).returncode == 0
    assert ours_link == theirs_link
    assert (ours.private_key, ours.peers) == (theirs.private_key, theirs.peers)
    differ = {it for it in ours_ways if ours_ways[it] != theirs_ways[it]}
    is_full = name != "attached_home"
    assert differ == (set(ASKED["onlink"]) if is_full else set())
    assert all(theirs_ways[it].startswith(BY_LINK) for it in differ)
    assert all(ours_ways[it].startswith(BY_TUNNEL) for it in differ)
    assert (bool(theirs.fwmark), bool(ours.fwmark)) == (is_full, True)
