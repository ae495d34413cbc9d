"""NetworkManager's settings as plain values: each is what it should be, or as good as not there."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final

CONNECTION: Final = "connection"
WIREGUARD: Final = "wireguard"
USER: Final = "user"  # what others note on a connection
FAMILIES: Final = {4: "ipv4", 6: "ipv6"}
_MAX_TEXT_CHARS: Final = 1000

# By section, then by name; nested arrays and dictionaries, numbers, texts, bytes.
Settings = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Section:
    """One section, such as `ipv4`.

    Attributes:
        values: May hold keys.
    """

    name: str
    values: Mapping[str, Any] = field(repr=False)

    def text(self, key: str) -> str:
        found = self.values.get(key)
        return found if isinstance(found, str) and len(found) <= _MAX_TEXT_CHARS else ""

    def number(self, key: str, default: int = 0) -> int:
        found = self.values.get(key)
        return found if isinstance(found, int) and not isinstance(found, bool) else default

    def flag(self, key: str, *, default: bool) -> bool:
        found = self.values.get(key)
        return found if isinstance(found, bool) else default

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(it for it in self._items(key) if isinstance(it, str))

    def sections(self, key: str) -> tuple["Section", ...]:
        """An array of dictionaries, such as `peers`."""
        return tuple(Section(key, it) for it in self._items(key) if isinstance(it, Mapping))

    def addresses(self) -> Iterator[str]:
        """`10.0.0.2/24`; as versions of it before 1.0 had them, where there are no others."""
        if "address-data" in self.values:
            for it in self.sections("address-data"):
                yield f"{it.text('address')}/{it.number('prefix')}"
            return
        for it in self._items("addresses"):
            match it:
                case [address, int(prefix), *_]:
                    yield f"{_old_address(address)}/{prefix}"

    def servers(self) -> Iterator[str]:
        """Name servers; before version 1.42 they were numbers or bytes."""
        if "dns-data" in self.values:
            yield from self.texts("dns-data")
        else:
            yield from map(_old_address, self._items("dns"))

    def _items(self, key: str) -> Sequence[Any]:
        found = self.values.get(key)
        return found if isinstance(found, list | tuple) else ()


def section(settings: Settings, name: str) -> Section:
    found = settings.get(name)
    return Section(name, found if isinstance(found, Mapping) else {})


def _old_address(value: object) -> str:
    """A number whose bytes in memory are the address, or 16 bytes; "" for anything else."""
    if isinstance(value, int) and 0 <= value < 1 << 32:
        return str(ip_address(value.to_bytes(4, sys.byteorder)))
    if isinstance(value, bytes) and len(value) == 16:
        return str(ip_address(value))
    return ""
