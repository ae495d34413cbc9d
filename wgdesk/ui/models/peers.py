"""The peer table: what `wg show` tells of each peer, or what the file asks for while it is off."""

from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtCore import QObject

from wgdesk.domain.profile import Network, Peer
from wgdesk.domain.snapshot import PeerSnapshot
from wgdesk.domain.units import bytes_text
from wgdesk.ui.language import tr
from wgdesk.ui.models.columns import Column, ColumnModel
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.wording import NOTHING, long_ago


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """One peer.

    Attributes:
        latest_handshake_unix_s: 0 is never, None while the tunnel is not up.
        received_bytes: None while the tunnel is not up.
        sent_bytes: None while the tunnel is not up.
    """

    public_key: str
    endpoint: str
    allowed_ips: tuple[Network, ...]
    latest_handshake_unix_s: int | None = None
    received_bytes: int | None = None
    sent_bytes: int | None = None


def peer_rows(row: TunnelRow) -> tuple[PeerRow, ...]:
    """By public key: wireguard-go tells its peers in another order each time."""
    if row.tunnel is not None and row.tunnel.device.peers:
        found = [_from_device(peer) for peer in row.tunnel.device.peers]
    elif row.profile is not None:
        found = [_from_profile(peer) for peer in row.profile.peers]
    else:
        found = []
    return tuple(sorted(found, key=attrgetter("public_key")))


def _from_device(peer: PeerSnapshot) -> PeerRow:
    return PeerRow(
        public_key=peer.public_key.base64(),
        endpoint=str(peer.endpoint) if peer.endpoint else NOTHING,
        allowed_ips=peer.allowed_ips,
        latest_handshake_unix_s=peer.latest_handshake_unix_s,
        received_bytes=peer.received_bytes,
        sent_bytes=peer.sent_bytes,
    )


def _from_profile(peer: Peer) -> PeerRow:
    return PeerRow(
        public_key=peer.public_key.base64(),
        endpoint=str(peer.endpoint) if peer.endpoint else NOTHING,
        allowed_ips=peer.allowed_ips,
    )


class PeerModel(ColumnModel[PeerRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        columns = (
            Column[PeerRow](
                title=tr("Public key"),
                text=lambda peer, _: short_key(peer.public_key),
                whole=lambda peer: peer.public_key,
            ),
            Column[PeerRow](title=tr("Endpoint"), text=lambda peer, _: peer.endpoint),
            Column[PeerRow](
                title=tr("Latest handshake"),
                text=handshake_text,
                sort=lambda peer: peer.latest_handshake_unix_s or 0,
                ticks=True,
            ),
            Column[PeerRow](
                title=tr("Received"),
                text=lambda peer, _: counter_text(peer.received_bytes),
                sort=lambda peer: peer.received_bytes or 0,
                is_number=True,
            ),
            Column[PeerRow](
                title=tr("Sent"),
                text=lambda peer, _: counter_text(peer.sent_bytes),
                sort=lambda peer: peer.sent_bytes or 0,
                is_number=True,
            ),
            Column[PeerRow](
                title=tr("Allowed IPs"),
                text=lambda peer, _: networks_line(peer.allowed_ips),
                whole=lambda peer: ", ".join(map(str, peer.allowed_ips)) or NOTHING,
            ),
        )
        super().__init__(columns, attrgetter("public_key"), parent)


def short_key(key: str) -> str:
    """Enough of both ends to tell keys apart by eye."""
    return f"{key[:8]}…{key[-7:]}"


def handshake_text(peer: PeerRow, now_unix_s: int) -> str:
    then = peer.latest_handshake_unix_s
    if then is None:
        return NOTHING
    return long_ago(then, now_unix_s) if then else tr("never")


def counter_text(number: int | None) -> str:
    return NOTHING if number is None else bytes_text(number)


def networks_line(networks: tuple[Network, ...], limit: int = 4) -> str:
    """The first few, and how many more; a peer may have thousands."""
    if not networks:
        return NOTHING
    shown = ", ".join(map(str, networks[:limit]))
    more = len(networks) - limit
    return tr("{shown} and {more} more").format(shown=shown, more=more) if more > 0 else shown
