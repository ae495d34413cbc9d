"""What is found out about the machine's name look-ups, and how much of it is logged."""

import logging

import pytest

from wgdesk.domain.dns import DnsBackend
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.dns.files import OwnHands
from wgdesk.engine.dns.name_service import SystemNames
from wgdesk.engine.dns.places import Places


class NoBus:
    async def owner(self, _name):
        raise CallRefused("org.example.No", "nobody is there")


@pytest.fixture
def places(tmp_path):
    found = Places.below(tmp_path)
    found.resolv_conf.parent.mkdir(parents=True)
    found.resolv_conf.write_text("nameserver 192.0.2.1\n")
    return found


async def test_what_is_found_is_logged_once_however_often_somebody_asks(places, caplog):
    names = SystemNames(NoBus(), places, OwnHands(places))
    with caplog.at_level(logging.INFO):
        for _ in range(50):
            assert (await names.choose()).backend is DnsBackend.FILE
        assert len(caplog.records) == 1
        places.resolv_conf.write_text("nameserver 127.0.0.1\n")
        assert (await names.choose()).backend is DnsBackend.LOCAL
    assert len(caplog.records) == 2
