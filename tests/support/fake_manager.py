"""NetworkManager in the helper's place, in the test's own process."""

from dataclasses import replace

from tests.support.fakes import FakeBackend
from tests.support.scenes import NOW_UNIX_S, connected_home
from wgdesk.client.backend import CARRIER, NETWORKMANAGER, Hello
from wgdesk.client.helper_only import HelperOnly
from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.networkmanager_limits import CARRIED
from wgdesk.domain.networkmanager_own import ENGINE
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.wire.names import API_VERSION


class FakeManager(HelperOnly, FakeBackend):
    """As FakeBackend, less what only the helper can do."""

    def __init__(self, *tunnels: TunnelSnapshot) -> None:
        super().__init__()
        facts = {CARRIER: NETWORKMANAGER, "version": "1.52.1", "engine": ENGINE.kind.value}
        self.greeting = Hello(API_VERSION, facts)
        self.show(tunnels)


def carried_home(counters: DeviceCounters) -> TunnelSnapshot:
    """A full tunnel of which nobody tells handshakes."""
    tunnel = connected_home()
    peers = tuple(
        replace(
            it,
            latest_handshake_unix_s=0,
            received_bytes=counters.received_bytes,
            sent_bytes=counters.sent_bytes,
        )
        for it in tunnel.device.peers
    )
    return replace(
        tunnel,
        device=replace(tunnel.device, peers=peers),
        engine=ENGINE,
        since_unix_s=NOW_UNIX_S - 4000,
        counters=counters,
        notices=(CARRIED,),
    )
