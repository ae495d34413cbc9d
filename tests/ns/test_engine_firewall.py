"""Tables on a real kernel, by the real nft."""

import stat
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.support.waiting import on_loop
from wgdesk.domain.errors import FirewallFailed
from wgdesk.domain.firewall import Firewall, creation
from wgdesk.engine import firewall
from wgdesk.engine.firewall import NftFirewall

TABLE = Firewall(
    name="home",
    table=51820,
    fwmark=0x77670001,
    addresses=(ip_address("10.9.0.2"), ip_address("10.9.0.3"), ip_address("fd09::2")),
)


def tables(host):
    return host.run(["nft", "list", "tables"]).stdout


@on_loop
async def test_table_stands_once_it_is_loaded_and_is_gone_after_unload(in_ns):
    nft = NftFirewall()
    assert nft.is_there()
    assert not await nft.stands(TABLE)
    await nft.load(TABLE)
    assert await nft.stands(TABLE)
    assert 'comment "wgdesk: home"' in in_ns.run(["nft", "list", "ruleset"]).stdout
    await nft.unload(TABLE)
    assert not await nft.stands(TABLE)
    await nft.unload(TABLE)
    assert tables(in_ns) == ""


@on_loop
async def test_table_for_ipv4_alone_stands_too(in_ns):
    table = replace(TABLE, ipv6=False)
    nft = NftFirewall()
    await nft.load(table)
    assert await nft.stands(table)
    assert tables(in_ns) == "table ip wgdesk-51820\n"


@on_loop
async def test_table_of_that_name_is_replaced_and_others_are_left_alone(in_ns):
    in_ns.run(["nft", "add", "table", "inet", "theirs"])
    nft = NftFirewall()
    await nft.load(replace(TABLE, addresses=()))
    await nft.load(TABLE)
    assert await nft.stands(TABLE)
    await nft.unload(TABLE)
    assert tables(in_ns) == "table inet theirs\n"


@on_loop
async def test_strays_are_tables_with_our_kind_of_name_and_another_number(in_ns):
    for table in ("inet wgdesk-x", "inet wgdesk", "ip6 wgdesk-7", "inet other"):
        in_ns.run(["nft", "add", "table", *table.split()])
    before = sorted(tables(in_ns).splitlines())
    nft = NftFirewall()
    await nft.load(TABLE)
    await nft.load(replace(TABLE, table=7, ipv6=False))
    await nft.load(replace(TABLE, table=8))
    cleared = await nft.clear_strays([8])
    assert sorted(cleared) == ["table inet wgdesk-51820", "table ip wgdesk-7"]
    assert sorted(tables(in_ns).splitlines()) == sorted([*before, "table inet wgdesk-8"])
    assert await nft.clear_strays([8]) == []
    assert await NftFirewall(places=()).clear_strays([]) == []


@pytest.mark.parametrize(
    "change",
    [
        ["flush", "chain", "inet", "wgdesk-51820", "raw_pre"],
        ["delete", "table", "inet", "wgdesk-51820"],
        ["add", "rule", "inet", "wgdesk-51820", "raw_pre", "counter"],
        ["insert", "rule", "inet", "wgdesk-51820", "raw_pre", "accept"],
        ["add", "chain", "inet", "wgdesk-51820", "more"],
        ["flush", "ruleset"],
    ],
)
@on_loop
async def test_table_that_somebody_changed_does_not_stand(in_ns, change):
    nft = NftFirewall()
    await nft.load(TABLE)
    in_ns.run(["nft", *change])
    assert not await nft.stands(TABLE)


@on_loop
async def test_table_that_is_refused_is_not_loaded_in_part(in_ns, monkeypatch):
    nft = NftFirewall()
    text = "add chain inet wgdesk-51820 x { type nothing hook prerouting priority 0; }\n"
    monkeypatch.setattr(firewall.rules, "creation", lambda table: creation(table) + text)
    with pytest.raises(FirewallFailed, match="cannot be loaded: unknown chain type") as told:
        await nft.load(TABLE)
    assert "\n" not in str(told.value)
    assert tables(in_ns) == ""


@on_loop
async def test_missing_nft_is_told(in_ns):
    nft = NftFirewall(places=(Path("/nonexistent/nft"),))
    assert not nft.is_there()
    with pytest.raises(FirewallFailed, match="nft is not installed"):
        await nft.load(TABLE)


@on_loop
async def test_nft_gets_an_empty_environment_and_does_not_run_for_ever(tmp_path, monkeypatch):
    program = tmp_path / "nft"
    program.write_text('#!/bin/sh\nenv >"${0%/*}/seen"\nexec sleep 30\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(firewall, "_TIMEOUT_S", 0.3)
    monkeypatch.setenv("LD_PRELOAD", "")
    with pytest.raises(FirewallFailed, match=r"not done in 0\.3 s"):
        await NftFirewall(places=(program,)).load(TABLE)
    names = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    assert names <= {"PWD", "_", "SHLVL", "OLDPWD"}  # what sh itself makes
