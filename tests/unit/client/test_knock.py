"""Which addresses are knocked at."""

import socket
from dataclasses import replace

import pytest

from tests.support.fakes import a_tunnel
from tests.support.texts import HOME
from wgdesk.client import knock as knocking
from wgdesk.client.knock import knock


@pytest.fixture
def knocked(monkeypatch):
    addresses = []
    monkeypatch.setattr(
        knocking, "_send_through", lambda _, address: addresses.append(str(address))
    )
    return addresses


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("10.66.0.0/24", "10.66.0.1"),
        ("10.66.0.7/32", "10.66.0.7"),
        ("fd00::/64", "fd00::1"),
        ("0.0.0.0/0", "192.0.0.8"),
        ("::/0", "100::1"),
    ],
)
def test_knock_sends_to_an_address_that_the_peer_takes(knocked, allowed, address):
    knock(a_tunnel("home", HOME.replace("0.0.0.0/0, ::/0", allowed).encode()))
    assert knocked == [address]


def test_knock_lets_peers_in_peace_that_have_answered_or_cannot_be_reached(knocked):
    knock(a_tunnel("home", HOME.encode(), handshake_unix_s=1))
    quiet = a_tunnel("home", HOME.encode())
    peers = tuple(replace(peer, endpoint=None) for peer in quiet.device.peers)
    knock(replace(quiet, device=replace(quiet.device, peers=peers)))
    assert knocked == []


def test_knock_does_not_mind_that_nothing_leads_there(monkeypatch):
    # Broadcast is refused to an ordinary socket, in any network.
    tunnel = a_tunnel("home", HOME.replace("0.0.0.0/0, ::/0", "255.255.255.255/32").encode())
    knock(tunnel)


@pytest.mark.parametrize(("link", "arrives"), [("lo", True), ("home", False)])
def test_knock_goes_by_the_tunnels_own_link_or_not_at_all(monkeypatch, link, arrives):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.2)
        monkeypatch.setattr(knocking, "DISCARD_PORT", listener.getsockname()[1])
        knock(a_tunnel(link, HOME.replace("0.0.0.0/0, ::/0", "127.0.0.1/32").encode()))
        if arrives:
            assert listener.recv(1) == b""
        else:
            with pytest.raises(TimeoutError):
                listener.recv(1)
