"""The nftables rules that stand beside every tunnel with rules of its own. Pure.

Three chains, none of which decides what other programs' rules are asked about:

    raw_pre      who sends to the tunnel's address without coming by the tunnel is dropped
    mangle_post  a datagram of the tunnel's own leaves its mark with its connection,
    mangle_pre   and the answer gets it back, so that a strict rp_filter finds the way it came
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from wgdesk.domain.profile import Address

NAME: Final = re.compile("wgdesk-([0-9]{1,10})")  # what the tables of all tunnels are called
FAMILIES: Final = ("inet", "ip")


class Field(Enum):
    """What a rule looks at: its name in a rule's text, and the same in nft's JSON."""

    IIFNAME = "iifname", {"meta": {"key": "iifname"}}
    IP_DADDR = "ip daddr", {"payload": {"protocol": "ip", "field": "daddr"}}
    IP6_DADDR = "ip6 daddr", {"payload": {"protocol": "ip6", "field": "daddr"}}
    SADDR_TYPE = "fib saddr type", {"fib": {"result": "type", "flags": "saddr"}}
    L4PROTO = "meta l4proto", {"meta": {"key": "l4proto"}}
    META_MARK = "meta mark", {"meta": {"key": "mark"}}
    CT_MARK = "ct mark", {"ct": {"key": "mark"}}

    @property
    def text(self) -> str:
        return self.value[0]

    @property
    def json(self) -> dict[str, Any]:
        return dict(self.value[1])


@dataclass(frozen=True, slots=True)
class Match:
    """One condition; `wanted` is a number, or a word that needs no more than quotes."""

    field: Field
    wanted: int | str
    is_negated: bool = False

    @property
    def text(self) -> str:
        operator = "!= " if self.is_negated else ""
        wanted = f'"{self.wanted}"' if self.field is Field.IIFNAME else self.wanted
        return f"{self.field.text} {operator}{wanted}"

    @property
    def json(self) -> dict[str, Any]:
        operator = "!=" if self.is_negated else "=="
        return {"match": {"op": operator, "left": self.field.json, "right": self.wanted}}


@dataclass(frozen=True, slots=True)
class Copy:
    """Give one mark the value of the other."""

    to: Field
    source: Field

    @property
    def text(self) -> str:
        return f"{self.to.text} set {self.source.text}"

    @property
    def json(self) -> dict[str, Any]:
        return {"mangle": {"key": self.to.json, "value": self.source.json}}


class Drop:
    text: Final = "drop"
    json: Final[dict[str, Any]] = {"drop": None}


Statement = Match | Copy | Drop
FilterRule = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A base chain of type filter that accepts what its rules do not drop."""

    name: str
    hook: str
    priority: int
    rules: tuple[FilterRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firewall:
    """One tunnel's table.

    Attributes:
        name: The tunnel's interface.
        table: Number of the tunnel's routing table; the nft table is named after it.
        fwmark: Mark of the tunnel's encrypted packets.
        addresses: Of the interface; packets to them may come by the tunnel only.
        ipv6: Whether the kernel has IPv6; one without it has no tables for both families.
    """

    name: str
    table: int
    fwmark: int
    addresses: tuple[Address, ...]
    ipv6: bool = True

    @property
    def nft_table(self) -> str:
        return f"wgdesk-{self.table}"

    @property
    def family(self) -> str:
        return "inet" if self.ipv6 else "ip"

    @property
    def chains(self) -> tuple[Chain, ...]:
        # The numbers are nft's "raw" and "mangle", netfilter_ipv4.h.
        return (
            Chain("raw_pre", "prerouting", -300, tuple(self._spoofed())),
            Chain("mangle_post", "postrouting", -150, (self._copied(Field.META_MARK),)),
            Chain("mangle_pre", "prerouting", -150, (self._copied(Field.CT_MARK),)),
        )

    def _spoofed(self) -> Iterable[FilterRule]:
        for address in self.addresses:
            if address.version == 4 or self.ipv6:
                yield (
                    Match(Field.IIFNAME, self.name, is_negated=True),
                    Match(
                        Field.IP_DADDR if address.version == 4 else Field.IP6_DADDR, str(address)
                    ),
                    Match(Field.SADDR_TYPE, "local", is_negated=True),
                    Drop(),
                )

    def _copied(self, source: Field) -> FilterRule:
        to = Field.CT_MARK if source is Field.META_MARK else Field.META_MARK
        return Match(Field.L4PROTO, "udp"), Match(source, self.fwmark), Copy(to, source)


def creation(firewall: Firewall) -> str:
    """One transaction that makes the table, refused whole where one of that name is there."""
    table = f"{firewall.family} {firewall.nft_table}"
    head = f'create table {table} {{ comment "wgdesk: {firewall.name}"; }}\n'
    return head + "".join(_chain_text(table, chain) for chain in firewall.chains)


def replacement(firewall: Firewall) -> str:
    """The same, in place of what has that name; about 10 ms slower even where nothing has."""
    return removal(firewall) + creation(firewall)


def removal(firewall: Firewall) -> str:
    """One transaction that removes the table, and does not mind that there is none."""
    table = f"{firewall.family} {firewall.nft_table}"
    return f"add table {table}\ndelete table {table}\n"


def listing(firewall: Firewall) -> list[dict[str, Any]]:
    """The table as `nft -j list table` shows it, handles and comments left out."""
    place = {"family": firewall.family, "table": firewall.nft_table}
    found: list[dict[str, Any]] = [
        {"table": {"family": firewall.family, "name": firewall.nft_table}}
    ]
    for chain in firewall.chains:
        base = {"type": "filter", "hook": chain.hook, "prio": chain.priority, "policy": "accept"}
        found.append({"chain": {**place, "name": chain.name, **base}})
    for chain in firewall.chains:
        for rule in chain.rules:
            told = [statement.json for statement in rule]
            found.append({"rule": {**place, "chain": chain.name, "expr": told}})
    return found


def _chain_text(table: str, chain: Chain) -> str:
    base = f"type filter hook {chain.hook} priority {chain.priority}; policy accept;"
    lines = [f"add chain {table} {chain.name} {{ {base} }}"]
    lines += (
        f"add rule {table} {chain.name} {' '.join(part.text for part in rule)}"
        for rule in chain.rules
    )
    return "".join(f"{line}\n" for line in lines)
