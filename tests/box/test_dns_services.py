"""A profile's name servers on machines that look names up in five ways, each the real service.

The machine's own DNS server lies about one name, the one behind the tunnel tells the truth:
what a program is told shows whom the machine asked.
"""

from collections.abc import Iterator

import pytest

from tests.labs.box import Box
from tests.labs.ns import INTERNET4
from tests.labs.server_end import HOME4
from tests.support.name_server import DOMAIN, LIE, TRUTH, TUNNEL_SERVER
from tests.support.names_box import (
    NETWORKMANAGER,
    PUBLIC,
    RESOLVCONF,
    SEARCHED,
    SERVICES,
    WORK_SUBNET,
    WORK_TRUTH,
    NamesBox,
    Service,
)


@pytest.fixture(scope="module", params=SERVICES, ids=str)
def service(request: pytest.FixtureRequest) -> Service:
    return request.param


@pytest.fixture(scope="module")
def box_packages(service: Service):
    return service.packages


@pytest.fixture(scope="module")
def machine(own_box: Box, service: Service) -> NamesBox:
    return NamesBox(own_box, service)


@pytest.fixture
def names(machine: NamesBox) -> Iterator[NamesBox]:
    assert machine.is_as_before()
    yield machine
    machine.clean()


def test_a_full_tunnels_server_answers_every_name_and_goes_without_a_trace(names, service):
    names.up()
    assert names.look_up() == {TRUTH}
    assert names.look_up(PUBLIC) == set()  # only the machine's own server knows it
    dns = names.dns()
    assert (dns["backend"], dns["servers"], dns["reason"]) == (
        service.backend,
        [TUNNEL_SERVER],
        None,
    )
    names.down()
    assert names.is_as_before()


def test_a_split_tunnels_server_answers_for_its_domains_and_for_the_rest_where_it_must(
    names, service
):
    names.profile("split", f"DNS = {HOME4}, {DOMAIN}", allowed=WORK_SUBNET)
    names.up("split")
    assert names.look_up() == {WORK_TRUTH}
    assert names.look_up(SEARCHED) == {WORK_TRUTH}
    notices = names.tunnel("split")["notices"]
    if service.is_split:
        assert names.look_up(PUBLIC) == {INTERNET4}
        assert notices == []
    else:
        assert names.look_up(PUBLIC) == set()
        assert notices == [
            f"Every name is asked of the profile's DNS servers, not only those in {DOMAIN}."
        ]
    names.down("split")
    assert names.is_as_before()


def test_a_program_that_asks_for_the_name_alone_gets_it_by_a_search_domain(names, service):
    names.profile("words", f"DNS = {DOMAIN}", allowed=WORK_SUBNET)
    assert names.look_up(SEARCHED) == set()
    names.wgdesk("up", "words", "--wait")
    if service is NETWORKMANAGER:
        assert names.tunnel("words")["dns"] is None
        assert "NetworkManager takes none" in names.tunnel("words")["notices"][0]
        return
    names.until_dns("words", "verified")
    assert names.look_up(SEARCHED) == {LIE}
    assert names.look_up() == {LIE}
    names.down("words")
    assert names.is_as_before()


@pytest.mark.parametrize("order", [("home", "work"), ("work", "home")])
def test_two_tunnels_go_in_any_order_and_what_is_left_answers(names, service, order):
    names.up("home")
    names.wgdesk("up", "work", "--wait")
    if service != RESOLVCONF and not service.is_split:
        names.until_dns("work", "verified")
        assert names.look_up() == {WORK_TRUTH}
        covered = names.until_dns("home", "not-applied")
        assert covered["reason"] == "the DNS servers of “work”, which came up later, are asked"
    names.down(order[0])
    left = order[1]
    names.until_dns(left, "verified")
    names.until_told({TRUTH if left == "home" else WORK_TRUTH})
    names.down(left)
    assert names.is_as_before()


def test_a_helper_that_is_killed_leaves_them_and_the_next_one_takes_them_back(names):
    names.up()
    names.kill_helper()
    assert names.look_up() == {TRUTH}
    names.until_dns("home", "verified")
    names.down()
    assert names.is_as_before()


def test_what_the_user_wants_to_be_ignored_is_left_alone_and_that_is_told(names):
    names.wgdesk("up", "home", "--wait", "--dns=ignore")
    assert names.resolv_conf() == names.before
    tunnel = names.tunnel()
    assert tunnel["dns"] is None
    assert tunnel["notices"] == [
        "DNS servers in this profile are not applied; names are still looked up as before."
    ]


def test_a_server_that_does_not_answer_is_a_state_of_its_own_with_the_reason(names):
    names.profile("deaf", "DNS = 10.99.0.99")
    names.wgdesk("up", "deaf", "--wait")
    dns = names.until_dns("deaf", "not-applied", timeout_s=20)
    assert dns["reason"] == "the DNS server 10.99.0.99 does not answer"
    text = names.wgdesk("status", "deaf").stdout
    assert "DNS not applied: the DNS server 10.99.0.99 does not answer, through" in text
    names.down("deaf")
    assert names.is_as_before()
