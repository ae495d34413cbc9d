"""The sandbox's three profiles, and the server ends that answer them."""

from dataclasses import dataclass, replace
from typing import Final

from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.sandbox.network import HOME_SITE, HOME_SUBNETS, WORK_SITE, Site, wanted

EVERYTHING: Final = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One profile: which server it talks to, as whom, for which traffic.

    Attributes:
        addresses: Its own addresses in the tunnel, without a prefix length.
        keepalive_s: 0 is off.
    """

    name: str
    site: Site
    comment: str
    addresses: tuple[str, ...]
    allowed_ips: tuple[str, ...]
    keepalive_s: int = 0
    has_preshared_key: bool = False


CLIENTS: Final = (
    Client(
        name="home",
        site=HOME_SITE,
        comment="All traffic goes home.",
        addresses=("10.50.0.2", "fd00:50::2"),
        allowed_ips=EVERYTHING,
        keepalive_s=25,
    ),
    Client(
        name="attached_home",
        site=HOME_SITE,
        comment="Only the two subnets at home; everything else goes its usual way.",
        addresses=("10.50.0.3", "fd00:50::3"),
        allowed_ips=HOME_SUBNETS,
    ),
    Client(
        name="work",
        site=WORK_SITE,
        comment="All traffic goes through work.",
        addresses=("10.60.0.2", "fd00:60::2"),
        allowed_ips=EVERYTHING,
        keepalive_s=25,
        has_preshared_key=True,
    ),
)


def address_of(name: str) -> str:
    """The IPv4 address that a page sees when it is asked through this profile's tunnel."""
    return next(client.addresses[0] for client in CLIENTS if client.name == name)


def render_all(*, ipv6: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Make fresh keys and write both ends.

    Returns:
        Profile name -> profile text, and place -> text for `wg setconf` there.
    """
    keys = {site.place: PrivateKey.generate() for site in (HOME_SITE, WORK_SITE)}
    servers = {
        site.place: f"[Interface]\nPrivateKey = {keys[site.place].base64()}\n"
        f"ListenPort = {site.port}\n"
        for site in (HOME_SITE, WORK_SITE)
    }
    profiles: dict[str, str] = {}
    for client in (_trimmed(each, ipv6=ipv6) for each in CLIENTS):
        key, preshared = PrivateKey.generate(), PresharedKey.generate()
        profiles[client.name] = _profile_text(client, key, keys[client.site.place], preshared)
        servers[client.site.place] += _server_peer_text(client, key, preshared)
    return profiles, servers


def _trimmed(client: Client, *, ipv6: bool) -> Client:
    return replace(
        client,
        addresses=wanted(client.addresses, ipv6=ipv6),
        allowed_ips=wanted(client.allowed_ips, ipv6=ipv6),
    )


def _profile_text(
    client: Client, key: PrivateKey, server: PrivateKey, preshared: PresharedKey
) -> str:
    lines = [
        f"# {client.comment}",
        "[Interface]",
        f"PrivateKey = {key.base64()}",
        f"Address = {', '.join(_own_networks(client))}",
        "",
        "[Peer]",
        f"PublicKey = {server.public().base64()}",
    ]
    if client.has_preshared_key:
        lines.append(f"PresharedKey = {preshared.base64()}")
    lines.append(f"AllowedIPs = {', '.join(client.allowed_ips)}")
    lines.append(f"Endpoint = {client.site.endpoint}:{client.site.port}")
    if client.keepalive_s:
        lines.append(f"PersistentKeepalive = {client.keepalive_s}")
    return "\n".join(lines) + "\n"


def _server_peer_text(client: Client, key: PrivateKey, preshared: PresharedKey) -> str:
    lines = ["[Peer]", f"PublicKey = {key.public().base64()}"]
    if client.has_preshared_key:
        lines.append(f"PresharedKey = {preshared.base64()}")
    lines.append(f"AllowedIPs = {', '.join(_own_networks(client))}")
    return "\n".join(lines) + "\n"


def _own_networks(client: Client) -> list[str]:
    return [f"{each}/{128 if ':' in each else 32}" for each in client.addresses]
