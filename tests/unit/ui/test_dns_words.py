"""Name servers that are not applied: a state of its own, with its reason."""

from dataclasses import replace
from ipaddress import ip_address

from tests.support.scenes import HOME, NOW_UNIX_S, connected_home
from wgdesk.domain.conf import read_profile
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.health import health
from wgdesk.ui.faces import face
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.protection import Line, protection_lines
from wgdesk.ui.sentences import headline


def row_of(tunnel, profile=HOME, **more) -> TunnelRow:
    return TunnelRow(
        name=tunnel.name,
        profile=read_profile(profile),
        tunnel=tunnel,
        health=health(tunnel, NOW_UNIX_S),
        **more,
    )


def test_dns_that_is_not_applied_is_a_state_with_its_reason():
    dns = DnsStatus(
        backend=DnsBackend.FILE,
        servers=(ip_address("10.0.0.1"),),
        state=DnsState.NOT_APPLIED,
        reason="another program controls DNS",
    )
    row = row_of(replace(connected_home(), dns=dns))
    assert face(row) == Face(Mark.ATTENTION, Tone.ATTENTION, "DNS not applied")
    assert headline(row) == "home: DNS not applied"
    (line, *_) = protection_lines(row)
    assert line == Line(
        Mark.ATTENTION, Tone.ATTENTION, "DNS is not applied: another program controls DNS"
    )
    well = replace(connected_home(), dns=replace(dns, state=DnsState.VERIFIED, reason=""))
    assert face(row_of(well)).word == "Connected"
    (line, *_) = protection_lines(row_of(well))
    assert (line.mark, line.text) == (
        Mark.CONNECTED,
        "DNS is answered by 10.0.0.1 (verified; resolv.conf)",
    )
