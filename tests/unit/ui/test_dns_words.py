"""Name servers that are not applied: a state of its own, with its reason."""

from dataclasses import replace
from ipaddress import ip_address

from tests.support.scenes import HOME, NOW_UNIX_S, connected_home
from wgdesk.domain.conf import read_profile
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.health import health
from wgdesk.ui.faces import Face, Mark, Tone, face
from wgdesk.ui.facts import interface_facts
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.sentences import headline, notice_texts


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
    assert "DNS not applied: another program controls DNS." in notice_texts(row)
    facts = {fact.label: fact.value for fact in interface_facts(row, NOW_UNIX_S)}
    what = "10.0.0.1 for every name (resolv.conf)"
    assert facts["DNS"] == f"{what}, not applied: another program controls DNS"
    well = replace(connected_home(), dns=replace(dns, state=DnsState.VERIFIED, reason=""))
    assert face(row_of(well)).word == "Connected"
    assert interface_facts(row_of(well), NOW_UNIX_S)[-2].value == f"{what}, verified"
