"""The parser against the programs it must agree with: `wg` and `wg-quick` themselves.

Never may it accept what they refuse. What it refuses beyond them is the list in
docs/compatibility.md, and every entry of that list must turn up here.
"""

import subprocess
from collections.abc import Iterator
from ipaddress import ip_interface
from pathlib import Path

import pytest

from tests.labs import ns, programs
from tests.labs.fixtures import require
from tests.support.agreement import UP_DECIDES, Tally, compare, listed_codes
from tests.support.conf_vectors import (
    TEXTS,
    VALUES,
    large_quick_texts,
    large_wg_texts,
    text_with,
)
from tests.support.odd_profiles import Maker, right_and_broken
from tests.support.quick_up import QuickUp, Raised
from tests.support.wg_device import Names, WgDevice
from wgdesk.domain.profile import Profile
from wgdesk.engine.table_names import FILES

SEED = 20210914
# What a text without IPv6 routes and addresses that must survive does not say about the link.
MIN_IPV6_MTU = 1280


@pytest.fixture(scope="module")
def host() -> Iterator[ns.Host]:
    """A namespace with this thread inside it."""
    require("ns", ns.missing())
    host = ns.new_host("agree")
    try:
        with host.enter():
            yield host
    finally:
        host.close()


@pytest.fixture(scope="module")
def names(host: ns.Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Names]:
    found = Names(tmp_path_factory.mktemp("names"))
    yield found
    found.forget()


@pytest.fixture(scope="module")
def device(host: ns.Host, tmp_path_factory: pytest.TempPathFactory) -> WgDevice:
    return WgDevice(host, "agree0", tmp_path_factory.mktemp("wg"))


@pytest.fixture
def named_tables(host: ns.Host, tmp_path: Path) -> Iterator[None]:
    """The machine knows the routing tables that the texts name, in this process's own mounts."""
    shipped = next(path for path in FILES if path.exists())
    own = tmp_path / "rt_tables"
    own.write_text(f"{shipped.read_text()}\n100 vpn\n101 my_table-2.x\n")
    programs.run(["mount", "--bind", str(own), str(shipped)])
    yield
    programs.run(["umount", str(shipped)])


@pytest.fixture
def quick(host: ns.Host, tmp_path: Path) -> Iterator[QuickUp]:
    found = QuickUp(tmp_path)
    yield found
    found.uncover()


def may_refuse() -> set[str]:
    return listed_codes("Refused")


def value_texts(*names: str) -> Iterator[bytes]:
    return (text_with(name, value) for name in names or VALUES for value, _ in VALUES[name])


def test_parser_agrees_with_wg_setconf(device, names):
    tally = Tally(may_refuse())

    def given() -> Iterator[tuple[bytes, bytes]]:
        for text in right_and_broken(SEED, 3000, quick=False):
            names.learn(text)
            yield text, text

    compare(tally, device, given())
    tally.check("wg setconf")
    assert tally.accepted > 1000
    assert tally.refused_texts > 1000


def strip(path: Path) -> bytes | None:
    """What wg-quick hands to wg, or None where it refuses the file."""
    done = subprocess.run(
        ["wg-quick", "strip", str(path)], capture_output=True, check=False, timeout=20
    )
    return done.stdout if done.returncode == 0 else None


def test_parser_agrees_with_what_wg_quick_forwards_and_the_list_is_true(device, names, tmp_path):
    tally = Tally(may_refuse() | UP_DECIDES)
    path = tmp_path / "agree1.conf"
    whole = [text for _, text, _ in TEXTS] + [text.encode() for _, text, _ in large_quick_texts()]
    made = right_and_broken(SEED + 1, 400, quick=True)

    def given() -> Iterator[tuple[bytes, bytes | None]]:
        for text in (*value_texts(), *whole, *made):
            names.learn(text)
            path.write_bytes(text)
            yield text, strip(path)
        for _, text, _ in large_wg_texts():  # wg-quick needs minutes for these
            yield text.encode(), text.encode()

    compare(tally, device, given())
    tally.check("wg-quick strip, then wg setconf")
    assert tally.accepted > 200
    assert listed_codes("Refused") - set(tally.ours_only) == set()
    assert set(tally.newer_only) == listed_codes("Accepted by newer versions only")


def test_parser_agrees_with_wg_quick_up(quick, names, named_tables):
    tally = Tally(may_refuse())
    makers = Maker(SEED + 2, quick=True)
    texts = [
        *value_texts("Address", "DNS", "MTU", "Table", "SaveConfig", "PreUp", "PostUp"),
        *(text for name, text, _ in TEXTS if "mtu" in name or "address" in name),
        *(makers.right() for _ in range(30)),
    ]
    for text in texts:
        names.learn(text)
        raised = quick.up(text)
        profile = tally.add(text, they_accept=raised is not None)
        if profile and raised:
            assert_same_link(profile, raised, text)
        if raised:
            quick.down()
    tally.check("wg-quick up")
    assert tally.accepted > 60
    assert set(tally.refused) >= UP_DECIDES


def assert_same_link(profile: Profile, raised: Raised, text: bytes) -> None:
    interface = profile.interface
    if interface.mtu:
        assert raised.mtu == interface.mtu, text
    wanted = frozenset(
        str(address)
        for address in interface.addresses
        if not address.is_link_local and (address.version == 4 or raised.mtu >= MIN_IPV6_MTU)
    )
    assert {str(ip_interface(address)) for address in raised.addresses} == wanted, text
    assert raised.dns == tuple(map(str, interface.dns_servers)), text
    # wg-quick tells resolvconf nothing at all where there is no server.
    assert raised.dns_search == (interface.dns_search if interface.dns_servers else ()), text
