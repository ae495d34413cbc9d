"""Texts made from other texts by small harm: to a character, to a line, to a value."""

import base64
from random import Random
from typing import Final

from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC, UNCLAMPED, VALUES, ZERO

SECRETS: Final = (PRIVATE, PUBLIC, PRESHARED, UNCLAMPED)
MAX_CHARACTERS: Final = 260
_MOST_KEPT: Final = 4000
_WRONG: Final = 0.1
_KEYS: Final = (*SECRETS, ZERO, base64.b64encode(bytes(range(32))).decode())
_NUMBERS: Final = tuple(
    f"{before}{number}{after}"
    for number in (
        *("0", "1", "7", "8", "9", "31", "32", "33", "67", "68", "127", "128", "129", "252", "253"),
        *("254", "255", "256", "1279", "1280", "65534", "65535", "65536", "99999", "100000"),
        *("2147483647", "2147483648", "4294967294", "4294967295", "4294967296", "4295032831"),
        *("9223372036854775807", "9223372036854775808", "18446744073709551615"),
        *("18446744073709551616", "18446744073709617151", "0x0", "0xffff", "0x10000", "0xffffffff"),
        "0x100000000",
    )
    for before, after in (("", ""), ("0", ""), ("+", ""), ("-", ""), ("", "x"), (" ", " 0"))
)
_ADDRESSES: Final = (
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    *("0.0.0.0/0", "255.255.255.255", "127.0.0.1", "169.254.0.1", "10.0.0.256", "1.2.3"),
    *("::", "::/0", "::1", "ff02::1", "fe80::1", "fe80::1%lo", "fe80::1%1", "::ffff:10.0.0.1"),
    *("::10.0.0.1", "1::2::3", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "12345::", ":::", "::1:"),
    *(
        "64:ff9b::10.0.0.1",
        "::ffff:10.0.0.256",
        "::10.0.0.01",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4::/0",
    ),
    *("localhost", "a", "a.", "a..b", "_a", "-a", "a-", "x" * 63, "x" * 64, "1a", "a.1", "a.0x1"),
)
_ODD: Final = (
    *" \t\r\v\f\n\0\x01\x1b\x7f,#;=[]/:.%-+\"'\\$`*?~_09aAzZ",
    *"\u0085\u00a0\u00e9\u0131\u0130\u017f\u212a\u0663\u200b\u2028\u202e\ufeff\uff1d",
    *("\udcff", "\udcc3", "\udc80", "\x1c", "\x1f"),
)
_SECTIONS: Final = ("[Interface]", "[Peer]", "[peer]", "[ Peer ]", "[Peer] x", "[Peers]", "[Peer]]")


class Mutator:
    """Makes a new text of those that it keeps; the same random numbers make the same texts."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._right: list[tuple[str, ...]] = []
        self._wrong: list[tuple[str, ...]] = []
        self._harms = (
            *((self._character,) * 3),
            *((self._cut, self._repeat, self._swap_characters)),
            *((self._line, self._line, self._other_line, self._other_line)),
            *((self._value,) * 4),
            *((self._listed, self._part)),
        )

    def keep(self, text: bytes, *, is_right: bool) -> None:
        """Make texts of this one too; of too many, one that was kept before goes."""
        kept = self._right if is_right else self._wrong
        if len(kept) < _MOST_KEPT:
            kept.append(_lines(text))
        else:
            kept[self._random.randrange(_MOST_KEPT)] = _lines(text)

    def _kept(self) -> tuple[str, ...]:
        """Mostly a right one: harm adds up, and what is wrong in three places teaches little."""
        wrong = self._wrong and self._random.random() < _WRONG
        return self._random.choice(self._wrong if wrong else self._right)

    def next(self) -> bytes:
        """One text; one to four things were done to one that is kept."""
        random = self._random
        lines = list(self._kept())
        for _ in range(random.choice((1, 1, 1, 1, 2, 2, 3))):
            if not lines:
                lines = [random.choice(_SECTIONS)]
            random.choice(self._harms)(lines, random.randrange(len(lines)))
        while sum(map(len, lines)) > MAX_CHARACTERS:
            del lines[random.randrange(len(lines))]
        return "\n".join(lines).encode("utf-8", "surrogateescape")

    def _character(self, lines: list[str], at: int) -> None:
        random, line = self._random, lines[at]
        where = random.randrange(len(line) + 1)
        lines[at] = line[:where] + random.choice(_ODD) + line[where + random.randrange(2) :]

    def _cut(self, lines: list[str], at: int) -> None:
        line = lines[at]
        first = self._random.randrange(len(line) + 1)
        lines[at] = line[:first] + line[first + self._random.choice((1, 1, 2, 8, 99)) :]

    def _repeat(self, lines: list[str], at: int) -> None:
        line = lines[at]
        first = self._random.randrange(len(line) + 1)
        last = first + self._random.choice((1, 1, 2, 8, 40))
        lines[at] = line[:last] + line[first:last] + line[last:]

    def _swap_characters(self, lines: list[str], at: int) -> None:
        line = lines[at]
        where = self._random.randrange(len(line) + 1)
        pair = line[where : where + 2]
        turned = pair.swapcase() if self._random.random() < 0.5 else pair[::-1]
        lines[at] = line[:where] + turned + line[where + 2 :]

    def _line(self, lines: list[str], at: int) -> None:
        random = self._random
        other = random.randrange(len(lines))
        match random.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
            case 4:
                lines.insert(at, random.choice(_SECTIONS))
            case _:
                where = random.randrange(len(lines[at]) + 1)
                lines[at : at + 1] = [lines[at][:where], lines[at][where:]]

    def _other_line(self, lines: list[str], at: int) -> None:
        """A few lines of another text."""
        other = self._kept()
        first = self._random.randrange(len(other))
        lines[at:at] = other[first : first + self._random.choice((1, 1, 2, 5))]

    def _value(self, lines: list[str], at: int) -> None:
        """Another value for the key, mostly one that is meant for it."""
        random = self._random
        name, equals, _ = lines[at].partition("=")
        if not equals:
            name = random.choice(_NAMES)
        values = _VALUES_OF.get(name.strip().lower())
        if values is None or random.random() < 0.3:
            values = _VALUES_OF[random.choice(_NAMES).lower()]
        lines[at] = f"{name}={random.choice((' ', ' ', '', '  '))}{random.choice(values)}"

    def _listed(self, lines: list[str], at: int) -> None:
        """One more item, before or behind the others."""
        name, equals, value = lines[at].partition("=")
        if not equals:
            return
        item = self._random.choice(self._random.choice((_ADDRESSES, _NETWORKS, _NUMBERS)))
        joint = self._random.choice((",", ", ", " ", ":", "/", " , ", ",,"))
        both = (item, value) if self._random.random() < 0.5 else (value, item)
        lines[at] = f"{name}={joint.join(both)}"

    def _part(self, lines: list[str], at: int) -> None:
        """A number in the line becomes another."""
        random, line = self._random, lines[at]
        digits = [where for where, sign in enumerate(line) if sign in "0123456789"]
        if not digits:
            return
        first = last = random.choice(digits)
        while last < len(line) and line[last] in "0123456789":
            last += 1
        lines[at] = line[:first] + random.choice(_NUMBERS) + line[last:]


def _lines(text: bytes) -> tuple[str, ...]:
    return tuple(text.decode("utf-8", "surrogateescape").split("\n"))


_NAMES: Final = tuple(VALUES)
_NETWORKS: Final = tuple(text for text, _ in VALUES["AllowedIPs"])
_MORE: Final = {
    **dict.fromkeys(("PrivateKey", "PublicKey", "PresharedKey"), _KEYS),
    **dict.fromkeys(("ListenPort", "FwMark", "MTU", "Table", "PersistentKeepalive"), _NUMBERS),
    **dict.fromkeys(("Address", "DNS", "AllowedIPs"), _ADDRESSES),
    "Endpoint": tuple(
        text.format(address)
        for address in _ADDRESSES
        for text in ("{}:51820", "[{}]:51820", "{}:0", "[{}]", "{}:+053")
    ),
}
_VALUES_OF: Final = {
    name.lower(): (*(text for text, _ in rows), *_MORE.get(name, ()))
    for name, rows in VALUES.items()
}
