"""One tunnel's nftables table, as text and as nft shows it."""

from ipaddress import ip_address

from wgdesk.domain.firewall import Firewall, creation, listing, removal, replacement

TABLE = Firewall(
    name="home",
    table=51820,
    fwmark=0x77670001,
    addresses=(ip_address("10.9.0.2"), ip_address("fd09::2")),
)
IPV4_ONLY = Firewall(
    name="home", table=51820, fwmark=7, addresses=(ip_address("10.9.0.2"),), ipv6=False
)


BASE = "type filter hook {} priority {}; policy accept;"
RAW, POST, PRE = (
    BASE.format(*place)
    for place in (("prerouting", -300), ("postrouting", -150), ("prerouting", -150))
)


def test_table_drops_what_comes_by_another_way_and_carries_the_mark_through_connections():
    told = [line.replace("inet wgdesk-51820 ", "") for line in creation(TABLE).splitlines()]
    spoofed = 'iifname != "home" {} fib saddr type != local drop'
    assert told == [
        'create table { comment "wgdesk: home"; }',
        f"add chain raw_pre {{ {RAW} }}",
        f"add rule raw_pre {spoofed.format('ip daddr 10.9.0.2')}",
        f"add rule raw_pre {spoofed.format('ip6 daddr fd09::2')}",
        f"add chain mangle_post {{ {POST} }}",
        "add rule mangle_post meta l4proto udp meta mark 2003238913 ct mark set meta mark",
        f"add chain mangle_pre {{ {PRE} }}",
        "add rule mangle_pre meta l4proto udp ct mark 2003238913 meta mark set ct mark",
    ]


def test_replacement_is_one_transaction_that_fits_whatever_is_there():
    assert replacement(TABLE) == removal(TABLE) + creation(TABLE)
    assert removal(TABLE).splitlines() == [
        "add table inet wgdesk-51820",
        "delete table inet wgdesk-51820",
    ]


def test_kernel_without_ipv6_gets_a_table_for_ipv4_only():
    text = creation(IPV4_ONLY)
    assert "inet" not in text
    assert "ip6" not in text
    assert "create table ip wgdesk-51820" in text
    assert {item["family"] for it in listing(IPV4_ONLY)[1:] for item in it.values()} == {"ip"}


def test_listing_names_every_chain_and_rule():
    kinds = [next(iter(item)) for item in listing(TABLE)]
    assert kinds == ["table", *["chain"] * 3, *["rule"] * 4]
