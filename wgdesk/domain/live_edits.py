"""What was changed by hand on a live device, as edits of the profile it was made from. Pure.

What came about by itself is no edit: a port and a mark that were chosen, and an endpoint that
moved away from a host name or was learnt.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from ipaddress import ip_address

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.ownership import unmapped
from wgdesk.domain.profile import Endpoint, Network, Peer, Profile
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot

PRIVATE_KEY_STAYS = (
    "The private key of the device was changed. It cannot be read back: the file keeps the old one."
)
PRESHARED_KEY_STAYS = (
    "The preshared key that peer {} was given cannot be read back: add it to the file by hand."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerEdit:
    """What differs about one peer of the file; None leaves a value.

    Attributes:
        keepalive_s: 0 is off.
        drops_preshared_key: The device has none any more.
    """

    public_key: PublicKey
    added_ips: tuple[Network, ...] = ()
    removed_ips: tuple[Network, ...] = ()
    keepalive_s: int | None = None
    endpoint: SocketAddress | None = None
    drops_preshared_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEdits:
    """What has to change in the file so that it says what the device has."""

    listen_port: int | None = None
    fwmark: int | None = None
    changed: tuple[PeerEdit, ...] = ()
    removed: tuple[PublicKey, ...] = ()
    added: tuple[PeerSnapshot, ...] = ()


def find_edits(profile: Profile, device: DeviceSnapshot) -> LiveEdits:
    """Compare a profile with the device that was made from it."""
    interface = profile.interface
    live = {peer.public_key: peer for peer in device.peers}
    own = _own_keys(profile, device)
    known = {peer.public_key for peer in profile.peers}
    holders = {unmapped(net): peer.public_key for peer in device.peers for net in peer.allowed_ips}
    later: set[PublicKey] = set()
    changed = []
    for peer in reversed(profile.peers):
        if peer.public_key in live:
            # What a later peer of the file has, and has on the device, may stay with this one.
            elsewhere = {net for net, holder in holders.items() if holder in later}
            changed.append(_peer_edit(peer, live[peer.public_key], elsewhere))
            later.add(peer.public_key)
    changed.reverse()
    return LiveEdits(
        listen_port=_other(interface.listen_port, device.listen_port),
        fwmark=device.fwmark if interface.fwmark and interface.fwmark != device.fwmark else None,
        changed=tuple(it for it in changed if it != PeerEdit(public_key=it.public_key)),
        removed=tuple(
            it.public_key for it in profile.peers if it.public_key not in live.keys() | own
        ),
        added=tuple(peer for peer in device.peers if peer.public_key not in known),
    )


def lost_keys(profile: Profile, device: DeviceSnapshot) -> Iterator[str]:
    """Sentences about keys that the device was given and that nobody can read back."""
    key = profile.interface.private_key
    if key is not None and device.public_key not in (None, key.public()):
        yield PRIVATE_KEY_STAYS
    keyed = {peer.public_key for peer in profile.peers if peer.preshared_key is not None}
    for peer in device.peers:
        if peer.has_preshared_key and peer.public_key not in keyed:
            yield PRESHARED_KEY_STAYS.format(peer.public_key)


def changes_in_words(edits: LiveEdits) -> tuple[str, ...]:
    """What is different, in a few words each."""
    counted = (
        ("added", len(edits.added)),
        ("changed", len(edits.changed)),
        ("removed", len(edits.removed)),
    )
    found = ["the listening port"] if edits.listen_port is not None else []
    found += ["the mark"] if edits.fwmark is not None else []
    found += [f"{count} peer{'s' * (count > 1)} {verb}" for verb, count in counted if count]
    return tuple(found)


def _own_keys(profile: Profile, device: DeviceSnapshot) -> set[PublicKey]:
    """A device leaves out a peer that is itself."""
    key = profile.interface.private_key
    return {it for it in (device.public_key, key.public() if key else None) if it is not None}


def _other(wanted: int | None, live: int) -> int | None:
    return live if wanted and live and wanted != live else None


def _peer_edit(peer: Peer, live: PeerSnapshot, elsewhere: AbstractSet[Network]) -> PeerEdit:
    listed = set(map(unmapped, peer.allowed_ips))
    has = set(map(unmapped, live.allowed_ips)) | elsewhere
    keepalive_s = None if (peer.keepalive_s or 0) == live.keepalive_s else live.keepalive_s
    return PeerEdit(
        public_key=peer.public_key,
        added_ips=tuple(net for net in live.allowed_ips if unmapped(net) not in listed),
        removed_ips=tuple(net for net in peer.allowed_ips if unmapped(net) not in has),
        keepalive_s=keepalive_s,
        endpoint=_moved(peer.endpoint, live.endpoint) if peer.endpoint else None,
        drops_preshared_key=peer.preshared_key is not None and not live.has_preshared_key,
    )


def _moved(endpoint: Endpoint, live: SocketAddress | None) -> SocketAddress | None:
    """Where a peer is whose endpoint the file names by its address."""
    try:
        address = ip_address(endpoint.host)
    except ValueError:
        return None
    if live is None or (live.address, live.port) == (address, endpoint.port):
        return None
    return live
