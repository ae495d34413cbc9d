"""The [Interface] sections of one text; several merge, and the last value counts."""

from collections.abc import Callable
from typing import Final, TypeVar

from wgdesk.domain.conf_addresses import parse_address, parse_dns
from wgdesk.domain.conf_lexer import whole_value
from wgdesk.domain.conf_report import BadValue, Report
from wgdesk.domain.conf_scalar import read_scalar, repeated
from wgdesk.domain.conf_values import (
    parse_command,
    parse_fwmark,
    parse_key,
    parse_mtu,
    parse_port,
    parse_save_config,
    parse_table,
)
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.profile import (
    Address,
    Hook,
    HookKind,
    Interface,
    InterfaceAddress,
    Table,
)

MAX_ADDRESSES: Final = 64
MAX_DNS_SERVERS: Final = 8
MAX_DNS_SEARCH: Final = 16
MAX_HOOK_BYTES: Final = 64 * 1024

T = TypeVar("T")


class InterfaceReader:
    """Takes the values of [Interface] one by one.

    Attributes:
        mtu_line: Where the MTU in force stands, as number and text.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._private_key: PrivateKey | None = None
        self._listen_port: int | None = None
        self._fwmark: int | None = None
        self._mtu: int | None = None
        self._table = Table()
        self._save_config = False
        self._addresses: dict[Address, InterfaceAddress] = {}
        self._servers: list[Address] = []
        self._search: list[str] = []
        self._hooks: list[Hook] = []
        self._hook_bytes = 0
        self._seen: set[str] = set()
        self.mtu_line = (1, "")
        self.handlers: dict[str, Callable[[str], None]] = {
            "privatekey": self._read_private_key,
            "listenport": self._read_listen_port,
            "fwmark": self._read_fwmark,
            "address": self._read_addresses,
            "dns": self._read_dns,
            "mtu": self._read_mtu,
            "table": self._read_table,
            "saveconfig": self._read_save_config,
            **{kind.value.lower(): self._hook_reader(kind) for kind in HookKind},
        }

    @property
    def private_key(self) -> PrivateKey | None:
        return self._private_key

    @property
    def has_ipv6_address(self) -> bool:
        return any(address.version == 6 for address in self._addresses)

    def interface(self) -> Interface:
        return Interface(
            private_key=self._private_key,
            listen_port=self._listen_port,
            fwmark=self._fwmark,
            addresses=tuple(self._addresses.values()),
            dns_servers=tuple(self._servers),
            dns_search=tuple(self._search),
            mtu=self._mtu,
            table=self._table,
            hooks=tuple(self._hooks),
            save_config=self._save_config,
        )

    def _scalar(self, key: str, value: str, parse: Callable[[str], T], default: T) -> T:
        if key in self._seen:
            self._report.warn_line(repeated(key))
        self._seen.add(key)
        return read_scalar(self._report, value, parse, default)

    def _read_private_key(self, value: str) -> None:
        key = self._scalar("PrivateKey", value, _private_key, None)
        self._private_key = None if key is None or key.is_zero else key

    def _read_listen_port(self, value: str) -> None:
        self._listen_port = self._scalar("ListenPort", value, parse_port, None)

    def _read_fwmark(self, value: str) -> None:
        self._fwmark = self._scalar("FwMark", value, parse_fwmark, None)

    def _read_mtu(self, value: str) -> None:
        self.mtu_line = (self._report.number, self._report.line)
        self._mtu = self._scalar("MTU", value, parse_mtu, None) if value else None
        if not value:
            self._ignored()

    def _read_table(self, value: str) -> None:
        self._table = self._scalar("Table", value, parse_table, Table()) if value else Table()
        if not value:
            self._ignored()

    def _read_save_config(self, value: str) -> None:
        self._save_config = self._scalar("SaveConfig", value, parse_save_config, default=False)

    def _ignored(self) -> None:
        self._report.warn_line(BadValue("no-value", "nothing stands after the “=”: it is ignored"))

    def _read_addresses(self, value: str) -> None:
        for offset, word in _words(value):
            try:
                address = parse_address(word)
                self._add_address(address)
            except BadValue as bad:
                self._report.refuse_value(bad, offset, len(word))
        if not value.strip(","):
            self._ignored()

    def _add_address(self, address: InterfaceAddress) -> None:
        if address.ip in self._addresses:
            raise BadValue("duplicate-address", f"{address.ip} stands here for the second time")
        if len(self._addresses) >= MAX_ADDRESSES:
            raise BadValue("too-many-addresses", f"at most {MAX_ADDRESSES} addresses are accepted")
        self._addresses[address.ip] = address

    def _read_dns(self, value: str) -> None:
        for offset, word in _words(value):
            try:
                self._add_dns(parse_dns(word))
            except BadValue as bad:
                self._report.refuse_value(bad, offset, len(word))
        if not value.strip(","):
            self._ignored()

    def _add_dns(self, found: Address | str) -> None:
        if isinstance(found, str):
            if len(self._search) >= MAX_DNS_SEARCH:
                raise BadValue("too-many-dns", f"at most {MAX_DNS_SEARCH} domains are accepted")
            self._search.append(found)
            return
        if len(self._servers) >= MAX_DNS_SERVERS:
            raise BadValue("too-many-dns", f"at most {MAX_DNS_SERVERS} DNS servers are accepted")
        self._servers.append(found)

    def _hook_reader(self, kind: HookKind) -> Callable[[str], None]:
        def read(value: str) -> None:
            self._read_hook(kind, value)

        return read

    def _read_hook(self, kind: HookKind, visible: str) -> None:
        command = whole_value(self._report.line)
        if not command:
            self._ignored()
            return
        try:
            self._hooks.append(Hook(kind, parse_command(command)))
        except BadValue as bad:
            self._report.refuse_value(bad, length=len(command))
        if command != visible:
            self._report.warn_value(_HASH, len(visible), len(command) - len(visible))
        before = self._hook_bytes
        self._hook_bytes += len(command.encode("utf-8", "surrogateescape"))
        if before <= MAX_HOOK_BYTES < self._hook_bytes:
            self._report.refuse_line(
                BadValue("too-many-hooks", "the commands together are longer than 64 KiB")
            )


_HASH: Final = BadValue(
    "hook-hash",
    "wireguard-tools before 1.0.20260223 take the “#” in a command for a comment, newer ones do not",
    "Put the command into a script.",
)


def _private_key(text: str) -> PrivateKey:
    return parse_key(PrivateKey, text)


def _words(value: str) -> list[tuple[int, str]]:
    """The words of a list as a shell splits it, commas being spaces, each with its offset."""
    found: list[tuple[int, str]] = []
    offset = 0
    for word in value.replace(",", " ").replace("\t", " ").split(" "):
        if word:
            found.append((offset, word))
        offset += len(word) + 1
    return found
