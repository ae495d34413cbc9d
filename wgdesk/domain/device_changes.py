"""What a live WireGuard device has to be told so that it becomes what a profile asks for. Pure.

Only what differs is told: the sessions of a peer live on, a port and an endpoint that were
found by themselves stay, and so does what a command set and the profile never spoke of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wgdesk.domain.device import DeviceConfig, DevicePeer, DeviceUpdate, PeerUpdate, SocketAddress
from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.keys import KEY_BYTES, PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.ownership import owned, unmapped
from wgdesk.domain.profile import Endpoint, Network, Peer, Profile

_NO_PRIVATE_KEY = PrivateKey(bytes(KEY_BYTES))
_NO_PRESHARED_KEY = PresharedKey(bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of the time before.

    Attributes:
        profile: What the tunnel was made from; without its keys if another helper made it.
        config: What its device was told, None where that is not known.
        fwmark: The mark that its plan gave it.
    """

    profile: Profile
    config: DeviceConfig | None
    fwmark: int


def merged(profile: Profile, live: DeviceConfig) -> Profile:
    """The profile with each list of “+” and “-” made whole by what the device has.

    What the profile gives to a peer by name is not taken back by another's old list.
    """
    named = {network for peer in profile.peers for network in peer.allowed_ips}
    has = {peer.public_key: peer.allowed_ips for peer in live.peers}
    return replace(
        profile,
        peers=tuple(_whole(peer, has.get(peer.public_key, ()), named) for peer in profile.peers),
    )


def with_keys(profile: Profile, live: DeviceConfig) -> Profile:
    """The profile with the private and the preshared keys that the device has."""
    has = {peer.public_key: peer.preshared_key for peer in live.peers}
    return replace(
        profile,
        interface=replace(profile.interface, private_key=live.private_key),
        peers=tuple(
            replace(peer, preshared_key=has.get(peer.public_key)) for peer in profile.peers
        ),
    )


def unchanged_endpoints(
    before: Profile, profile: Profile, live: DeviceConfig
) -> Mapping[PublicKey, SocketAddress]:
    """Where those peers are now whose endpoint in the profile is the one it was."""
    was = {peer.public_key: peer.endpoint for peer in before.peers}
    now = {peer.public_key: peer.endpoint for peer in live.peers}
    return {
        peer.public_key: found
        for peer in profile.peers
        if peer.endpoint is not None
        and was.get(peer.public_key) == peer.endpoint
        and (found := now.get(peer.public_key)) is not None
    }


def device_changes(
    live: DeviceConfig,
    told: Told,
    profile: Profile,
    fwmark: int,
    endpoints: Mapping[Endpoint, SocketAddress],
) -> tuple[DeviceUpdate, DeviceUpdate] | None:
    """The update, and the one that takes it back; None where nothing differs.

    Raises:
        EndpointUnresolved: An endpoint that has to be told is missing from `endpoints`.
    """
    interface = profile.interface
    private_key = _private_key(live, told, interface.private_key)
    listen_port = _listen_port(live, told.profile, interface.listen_port or 0)
    mark = fwmark if fwmark != live.fwmark and (fwmark or told.fwmark) else None
    peers = _Peers(live, told, profile, endpoints)
    update = DeviceUpdate(
        private_key=private_key,
        listen_port=listen_port,
        fwmark=mark,
        removed=peers.removed(),
        peers=peers.updates(),
    )
    if update == DeviceUpdate():
        return None
    back = DeviceUpdate(
        private_key=None if private_key is None else live.private_key or _NO_PRIVATE_KEY,
        listen_port=None if listen_port is None else live.listen_port,
        fwmark=None if mark is None else live.fwmark,
        removed=tuple(peer.public_key for peer in update.peers if peer.is_new),
        peers=peers.backs(update),
    )
    return update, back


def _whole(peer: Peer, has: Sequence[Network], named: set[Network]) -> Peer:
    if peer.removed_ips is None:
        return peer
    gone = named | set(peer.removed_ips)
    kept = tuple(network for network in has if network not in gone)
    return replace(peer, allowed_ips=(*kept, *peer.allowed_ips), removed_ips=None)


def _private_key(live: DeviceConfig, told: Told, wanted: PrivateKey | None) -> PrivateKey | None:
    if wanted is not None:
        has = live.private_key.clamped() if live.private_key else None
        return None if has == wanted.clamped() else wanted
    was_told = told.config is not None and told.config.private_key is not None
    return _NO_PRIVATE_KEY if was_told and live.private_key else None


def _listen_port(live: DeviceConfig, before: Profile, wanted: int) -> int | None:
    if wanted:
        return None if wanted == live.listen_port else wanted
    was_asked_for = before.interface.listen_port == live.listen_port
    return 0 if was_asked_for and live.listen_port else None


class _Peers:
    """The peers of the device beside those of the profile."""

    def __init__(
        self,
        live: DeviceConfig,
        told: Told,
        profile: Profile,
        endpoints: Mapping[Endpoint, SocketAddress],
    ) -> None:
        key = profile.interface.private_key or live.private_key
        own = key.public() if key else None  # a device leaves out a peer that is itself
        self._live = {peer.public_key: peer for peer in live.peers}
        self._wanted = {it.public_key: it for it in profile.peers if it.public_key != own}
        self._was = {peer.public_key: peer for peer in told.profile.peers}
        config = told.config
        self._told = {peer.public_key: peer for peer in config.peers} if config else None
        self._endpoints = endpoints
        self._kept = unchanged_endpoints(told.profile, profile, live)
        self._owned = owned(profile)
        self._all_owned = {unmapped(net) for nets in self._owned.values() for net in nets}

    def removed(self) -> tuple[PublicKey, ...]:
        return tuple(key for key in self._live if key not in self._wanted)

    def updates(self) -> tuple[PeerUpdate, ...]:
        found = (self._update(peer) for peer in self._wanted.values())
        return tuple(it for it in found if it != PeerUpdate(public_key=it.public_key))

    def backs(self, update: DeviceUpdate) -> tuple[PeerUpdate, ...]:
        """What makes every peer that is there now what it is now."""
        changed = {peer.public_key: peer for peer in update.peers}
        found = []
        for key, peer in self._live.items():
            if key not in self._wanted:
                found.append(_made_again(peer))
            elif key in changed or self._is_robbed(peer):
                found.append(_made_as_it_was(peer, changed.get(key, PeerUpdate(public_key=key))))
        return tuple(found)

    def _update(self, peer: Peer) -> PeerUpdate:
        key = peer.public_key
        live = self._live.get(key)
        owned = self._owned[key]
        if live is None:
            return PeerUpdate(
                public_key=key,
                is_new=True,
                preshared_key=peer.preshared_key,
                endpoint=self._resolved(peer.endpoint) if peer.endpoint else None,
                keepalive_s=peer.keepalive_s,
                allowed_ips=owned,
                replaces_ips=True,
            )
        has = {unmapped(network) for network in live.allowed_ips}
        wants = {unmapped(network) for network in owned}
        # What another peer gets leaves this one by itself.
        replaces = bool(has - wants - self._all_owned)
        added = tuple(network for network in owned if replaces or unmapped(network) not in has)
        return PeerUpdate(
            public_key=key,
            preshared_key=self._preshared_key(peer, live),
            endpoint=self._endpoint(peer, live),
            keepalive_s=self._keepalive(peer, live),
            allowed_ips=added,
            replaces_ips=replaces,
        )

    def _is_robbed(self, peer: DevicePeer) -> bool:
        """Whether another peer is given what this one has."""
        owned = {unmapped(network) for network in self._owned[peer.public_key]}
        return any(unmapped(network) not in owned for network in peer.allowed_ips)

    def _preshared_key(self, peer: Peer, live: DevicePeer) -> PresharedKey | None:
        if peer.preshared_key is not None:
            return None if peer.preshared_key == live.preshared_key else peer.preshared_key
        told = self._told.get(peer.public_key) if self._told is not None else None
        # One that a command gave to the device stays.
        is_gone = told is None or told.preshared_key is not None
        return _NO_PRESHARED_KEY if live.preshared_key and is_gone else None

    def _keepalive(self, peer: Peer, live: DevicePeer) -> int | None:
        wanted, has = peer.keepalive_s or 0, live.keepalive_s or 0
        was = self._was.get(peer.public_key)
        is_never_mentioned = not wanted and was is not None and was.keepalive_s is None
        return None if wanted == has or is_never_mentioned else wanted

    def _endpoint(self, peer: Peer, live: DevicePeer) -> SocketAddress | None:
        if peer.endpoint is None or peer.public_key in self._kept:
            return None
        found = self._resolved(peer.endpoint)
        return None if found == live.endpoint else found

    def _resolved(self, endpoint: Endpoint) -> SocketAddress:
        try:
            return self._endpoints[endpoint]
        except KeyError as error:
            raise EndpointUnresolved(endpoint.host, "it was not looked up") from error


def _made_again(peer: DevicePeer) -> PeerUpdate:
    return PeerUpdate(
        public_key=peer.public_key,
        is_new=True,
        preshared_key=peer.preshared_key,
        endpoint=peer.endpoint,
        keepalive_s=peer.keepalive_s,
        allowed_ips=peer.allowed_ips,
        replaces_ips=True,
    )


def _made_as_it_was(peer: DevicePeer, changed: PeerUpdate) -> PeerUpdate:
    was_psk = peer.preshared_key or _NO_PRESHARED_KEY
    return PeerUpdate(
        public_key=peer.public_key,
        preshared_key=None if changed.preshared_key is None else was_psk,
        endpoint=None if changed.endpoint is None else peer.endpoint,
        keepalive_s=None if changed.keepalive_s is None else peer.keepalive_s or 0,
        allowed_ips=peer.allowed_ips,
        replaces_ips=True,
    )
