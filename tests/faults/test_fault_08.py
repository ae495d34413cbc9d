"""A profile with the name of a link that somebody else made."""

import pytest

from tests.support.build import a_profile
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.errors import NameConflict

FOREIGN = ("eth0", "docker0", "office")
CONF = "[Interface]\nListenPort = 51999\nPrivateKey = {key}\n"


def facts_of_links(host):
    return host.run(["ip", "-d", "-j", "link"]).stdout


@pytest.fixture
def crowded(two_hosts):
    """A user's machine with a network card, a bridge and somebody's WireGuard link."""
    user = two_hosts.user
    with user.enter():
        user.ip("link", "add", "docker0", "type", "bridge")
        user.start_engine("office")
        key = user.run(["wg", "genkey"]).stdout
        user.run(["wg", "setconf", "office", "/dev/stdin"], input_text=CONF.format(key=key))
        user.ip("link", "set", "office", "up")
        yield user


@on_loop
async def test_fault_08_a_foreign_link_keeps_its_name_and_stays_as_it_is(crowded, record):
    links, network = facts_of_links(crowded), crowded.network_state()
    device = crowded.run(["wg", "showconf", "office"]).stdout
    async with a_rig() as rig:
        for name in FOREIGN:
            with pytest.raises(NameConflict) as refused:
                await rig.tunnels.up(OWNER_UID, name, a_profile())
            assert "another program" in str(refused.value)
            assert name in str(refused.value)
    assert facts_of_links(crowded) == links
    assert crowded.network_state() == network
    assert crowded.run(["wg", "showconf", "office"]).stdout == device
    record(f"{len(FOREIGN)} foreign links byte for byte as before")
