"""Profiles and plans for tests, with fresh keys."""

from ipaddress import ip_address, ip_interface, ip_network

from wgdesk.domain.device import DevicePeer, Engine, EngineKind, SocketAddress
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.plan import Facts, Plan, plan_up
from wgdesk.domain.profile import Endpoint, Interface, Network, Peer, Profile, Table

EVERYTHING = ("0.0.0.0/0", "::/0")
SERVER = Endpoint("192.0.2.2", 51820)
ENGINE = Engine(EngineKind.USERSPACE, "the test says so")


def networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


def a_key() -> PublicKey:
    return PrivateKey.generate().public()


def a_profile(
    *allowed_ips: str,
    endpoint: Endpoint | None = SERVER,
    addresses: tuple[str, ...] = ("10.9.0.2/32", "fd09::2/128"),
    table: Table | None = None,
) -> Profile:
    """One peer; all traffic where no allowed IPs are given."""
    peer = Peer(
        public_key=a_key(),
        preshared_key=PresharedKey.generate(),
        endpoint=endpoint,
        allowed_ips=networks(*(allowed_ips or EVERYTHING)),
        keepalive_s=25,
    )
    interface = Interface(
        private_key=PrivateKey.generate(),
        addresses=tuple(ip_interface(text) for text in addresses),
        table=table or Table(),
    )
    return Profile(interface=interface, peers=(peer,))


def some_facts(profile: Profile) -> Facts:
    endpoints = {
        peer.endpoint: SocketAddress(ip_address(peer.endpoint.host), peer.endpoint.port)
        for peer in profile.peers
        if peer.endpoint
    }
    return Facts(
        engine=ENGINE, onlink_networks=networks("192.168.1.0/24", "fe80::/64"), endpoints=endpoints
    )


def a_plan(name: str = "home", profile: Profile | None = None) -> Plan:
    profile = profile or a_profile()
    return plan_up(name, profile, some_facts(profile))


def a_device_peer(*allowed_ips: str) -> DevicePeer:
    return DevicePeer(public_key=a_key(), allowed_ips=networks(*allowed_ips))
