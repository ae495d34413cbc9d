"""What only the user's side knows of its tunnels."""

from tests.support.scenes import NOW_UNIX_S, connected_home, with_peers
from wgdesk.domain.snapshot import MachineSnapshot
from wgdesk.ui.picture import Memory


def machine(received_bytes: int) -> MachineSnapshot:
    return MachineSnapshot((with_peers(connected_home(), received_bytes=received_bytes),))


def test_memory_hears_a_tunnel_only_when_its_bytes_grow():
    before, same, more = machine(100), machine(100), machine(101)
    nothing = Memory().listened(MachineSnapshot(), before, NOW_UNIX_S)
    assert nothing.heard_unix_s == {}
    assert nothing.listened(before, same, NOW_UNIX_S + 1).heard_unix_s == {}
    heard = nothing.listened(same, more, NOW_UNIX_S + 2)
    assert heard.heard_unix_s == {"home": NOW_UNIX_S + 2}
    assert heard.listened(more, more, NOW_UNIX_S + 9).heard_unix_s == {"home": NOW_UNIX_S + 2}
    assert heard.listened(more, MachineSnapshot(), NOW_UNIX_S + 9).heard_unix_s == {}
