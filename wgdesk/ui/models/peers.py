"""The peer table: what `wg show` tells of each peer, or what the file asks for while it is off.

A cell's text is made when it is painted: of 10,000 peers a window shows ten.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QObject

from wgdesk.domain.profile import Network, Peer, network_key
from wgdesk.domain.snapshot import PeerSnapshot, TunnelSnapshot
from wgdesk.domain.units import bytes_text
from wgdesk.ui.language import tr
from wgdesk.ui.look import PeerRow
from wgdesk.ui.models.columns import Column, ColumnModel
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.rates import rate_text
from wgdesk.ui.wording import NOTHING, long_ago, short_key

MOST_NETWORKS: Final = 4
HANDSHAKE_COLUMN: Final = 2
LIVE_COLUMNS: Final = frozenset({2, 3, 4, 6, 7})  # known of a device alone
RATE_COLUMNS: Final = frozenset({6, 7})
PRESHARED_COLUMN: Final = 9


def peer_rows(row: TunnelRow) -> tuple[PeerRow, ...]:
    """The device's peers where there are some, else those of the file."""
    if row.peers:
        return row.peers
    return file_rows(row.profile.peers) if row.profile is not None else ()


def file_rows(peers: tuple[Peer, ...]) -> tuple[PeerRow, ...]:
    """By public key, as the device's are."""
    return tuple(PeerRow(peer) for peer in sorted(peers, key=lambda it: it.public_key.raw))


def idle_columns(peers: Sequence[PeerRow]) -> frozenset[int]:
    """The columns with nothing to say: a lone peer's rates are those of its tunnel."""
    if len(peers) != 1:
        return frozenset()
    peer = peers[0]
    idle = RATE_COLUMNS if isinstance(peer.peer, PeerSnapshot) else LIVE_COLUMNS
    return idle if has_preshared_key(peer) else idle | {PRESHARED_COLUMN}


def unknown_columns(tunnel: TunnelSnapshot | None, count: int) -> frozenset[int]:
    """What nobody tells of a peer where only the interface's bytes are known."""
    if tunnel is None or tunnel.counters is None:
        return frozenset()
    return frozenset({HANDSHAKE_COLUMN}) if count == 1 else LIVE_COLUMNS


class PeerModel(ColumnModel[PeerRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        columns = (
            Column[PeerRow](
                title=tr("Public key"),
                text=lambda row, _: short_key(row.peer.public_key.base64()),
                sort=lambda row: row.peer.public_key.raw,
                whole=lambda row: row.peer.public_key.base64(),
            ),
            Column[PeerRow](
                title=tr("Endpoint"),
                text=lambda row, _: str(row.peer.endpoint or NOTHING),
                sort=lambda row: str(row.peer.endpoint or ""),
            ),
            Column[PeerRow](
                title=tr("Latest handshake"),
                text=handshake_text,
                sort=lambda row: live(row).latest_handshake_unix_s,
                ticks=True,
            ),
            Column[PeerRow](
                title=tr("Received"),
                text=lambda row, _: if_live(row, bytes_text(live(row).received_bytes)),
                sort=lambda row: live(row).received_bytes,
                is_number=True,
            ),
            Column[PeerRow](
                title=tr("Sent"),
                text=lambda row, _: if_live(row, bytes_text(live(row).sent_bytes)),
                sort=lambda row: live(row).sent_bytes,
                is_number=True,
            ),
            Column[PeerRow](
                title=tr("Allowed IPs"),
                text=lambda row, _: networks_line(row.peer.allowed_ips),
                sort=lambda row: [network_key(it) for it in row.peer.allowed_ips[:MOST_NETWORKS]],
                whole=lambda row: ", ".join(map(str, row.peer.allowed_ips)) or NOTHING,
            ),
            Column[PeerRow](
                title=tr("↓ Rate"),
                text=lambda row, _: if_live(row, rate_text(row.received)),
                sort=lambda row: row.received,
                is_number=True,
            ),
            Column[PeerRow](
                title=tr("↑ Rate"),
                text=lambda row, _: if_live(row, rate_text(row.sent)),
                sort=lambda row: row.sent,
                is_number=True,
            ),
            Column[PeerRow](
                title=tr("Keepalive"),
                text=lambda row, _: keepalive_text(row),
                sort=lambda row: row.peer.keepalive_s or 0,
            ),
            Column[PeerRow](
                title=tr("Preshared key"),
                text=lambda row, _: tr("yes") if has_preshared_key(row) else tr("no"),
                sort=has_preshared_key,
            ),
        )
        super().__init__(columns, attrgetter("peer.public_key.raw"), parent)


def live(row: PeerRow) -> PeerSnapshot:
    """What the device says of it; nothing but its key while the tunnel is off."""
    if isinstance(row.peer, PeerSnapshot):
        return row.peer
    return PeerSnapshot(public_key=row.peer.public_key)


def if_live(row: PeerRow, text: str) -> str:
    return text if isinstance(row.peer, PeerSnapshot) else NOTHING


def has_preshared_key(row: PeerRow) -> bool:
    if isinstance(row.peer, PeerSnapshot):
        return row.peer.has_preshared_key
    return row.peer.preshared_key is not None


def handshake_text(row: PeerRow, now_unix_s: int) -> str:
    if not isinstance(row.peer, PeerSnapshot):
        return NOTHING
    then = row.peer.latest_handshake_unix_s
    return long_ago(then, now_unix_s) if then else tr("never")


def keepalive_text(row: PeerRow) -> str:
    seconds = row.peer.keepalive_s
    return tr("every {count} s").format(count=seconds) if seconds else tr("off")


def networks_line(networks: tuple[Network, ...]) -> str:
    """The first few, and how many more; a peer may have thousands."""
    if not networks:
        return NOTHING
    shown = ", ".join(map(str, networks[:MOST_NETWORKS]))
    more = len(networks) - MOST_NETWORKS
    return tr("{shown} and {more} more").format(shown=shown, more=more) if more > 0 else shown
