"""Profiles from a seeded generator: right ones, and ones broken in exactly one place."""

import base64
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.support.conf_vectors import OK, PEER_KEYS, SIGNED, VALUES

WG_INTERFACE_KEYS: Final = ("PrivateKey", "ListenPort", "FwMark")
QUICK_KEYS: Final = ("Address", "DNS", "MTU", "Table", "PreUp", "PostUp", "SaveConfig")
HOST_NAMES: Final = ("localhost", "vpn.example", "a-b_c.example")
_SPACES: Final = ("", " ", "  ", "\t", " \t ", "\v", "\f ")
_ODD_CHARACTERS: Final = " \t\r,#;=[]/:.%-+0A\u00a0\ufeff\u0663\udcff\x01"


class Maker:
    """Makes texts; the same seed makes the same ones.

    Args:
        quick: Use the keys of wg-quick too.
    """

    def __init__(self, seed: int, *, quick: bool) -> None:
        self._random = Random(seed)  # noqa: S311  # no secrets: the same seed, the same texts
        self._quick = quick

    def right(self) -> bytes:
        return self._text(self._lines())

    def broken(self) -> bytes:
        """One value, one line or one character is not as it should be, or is merely odd."""
        lines = self._lines()
        break_one = self._random.choice(
            (self._odd_value, self._odd_value, self._odd_line, self._odd_character)
        )
        break_one(lines)
        return self._text(lines)

    def _lines(self) -> list[str]:
        random = self._random
        lines = [self._section("[Interface]"), *self._interface()]
        if random.random() < 0.02:
            lines.append(self._section("[Interface]"))
        for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
            lines += [self._section("[Peer]"), *self._peer()]
        return lines

    def _interface(self) -> list[str]:
        names = [name for name in WG_INTERFACE_KEYS if self._random.random() < 0.7]
        if self._quick:
            names += [name for name in QUICK_KEYS if self._random.random() < 0.5]
        self._random.shuffle(names)
        return [self._pair(name, self._good(name)) for name in names]

    def _peer(self) -> list[str]:
        names = ["PublicKey", *(name for name in PEER_KEYS[1:] if self._random.random() < 0.6)]
        if self._random.random() < 0.2:
            names.append("AllowedIPs")
        self._random.shuffle(names)
        return [self._pair(name, self._good(name)) for name in names]

    def _good(self, name: str) -> str:
        random = self._random
        match name:
            case "PrivateKey" | "PublicKey" | "PresharedKey":
                return base64.b64encode(random.randbytes(32)).decode()
            case "AllowedIPs":
                joint = random.choice((",", ", ", " , "))
                return joint.join(self._network() for _ in range(random.randint(1, 4)))
            case "Endpoint":
                return f"{self._host()}:{random.randint(1, 65535)}"
            case _:
                return random.choice([text for text, verdict in VALUES[name] if verdict == OK])

    def _network(self) -> str:
        random = self._random
        if random.random() < 0.5:
            octets = [random.choice((10, 10, 172, 192)), *(random.randrange(4) for _ in range(3))]
            return ".".join(map(str, octets)) + random.choice(("", "/32", "/24", "/8", "/0", "/13"))
        tail = "".join(f":{random.randrange(1 << 16):x}" for _ in range(random.randint(1, 5)))
        return f"fd00:{tail}{random.choice(('', '/128', '/64', '/48', '/7', '/0'))}"

    def _host(self) -> str:
        random = self._random
        return random.choice(
            (
                f"192.0.2.{random.randrange(256)}",
                f"[2001:db8::{random.randrange(1 << 16):x}]",
                "[fe80::1%lo]",
                random.choice(HOST_NAMES),
            )
        )

    def _section(self, name: str) -> str:
        return self._dressed(self._cased(name))

    def _pair(self, name: str, value: str) -> str:
        around = self._random.choice(_SPACES), self._random.choice(_SPACES)
        return self._dressed(f"{self._cased(name)}{around[0]}={around[1]}{value}")

    def _cased(self, word: str) -> str:
        return self._random.choice((word, word, word, word.lower(), word.upper()))

    def _dressed(self, line: str) -> str:
        """Space around it, a comment after it, another line ending, an empty line."""
        random = self._random
        comment = random.choice(("",) * 8 + ("# note", "#", " # caf\u00e9 = [Peer]", "#\udce9"))
        before = random.choice(("",) * 8 + ("# above\n", "\n", "  \n"))
        ending = random.choice(("",) * 8 + ("\r", " ", "\t"))
        return before + random.choice(("", "", "", " ", "\t")) + line + comment + ending

    def _odd_value(self, lines: list[str]) -> None:
        at, name = self._some_pair(lines)
        if at is not None and name:
            odd = [text for text, verdict in VALUES[name] if verdict != OK or text in SIGNED]
            lines[at] = f"{name} = {self._random.choice(odd or [''])}"

    def _some_pair(self, lines: list[str]) -> tuple[int | None, str]:
        known = {name.lower(): name for name in VALUES}
        found = [
            (at, known[name])
            for at, line in enumerate(lines)
            if (name := line.rpartition("\n")[2].partition("=")[0].strip().lower()) in known
        ]
        return self._random.choice(found) if found else (None, "")

    def _odd_line(self, lines: list[str]) -> None:
        random = self._random
        at = random.randrange(len(lines))
        match random.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(random.randrange(len(lines) + 1), lines[at])
            case 2:
                lines.insert(random.randrange(len(lines) + 1), lines.pop(at))
            case 3:
                lines[at] = lines[at].replace("=", " ", 1)
            case _:
                junk = ("[Peers]", "[ Peer ]", "; c", "Colour = 1", "MTU", "x", "=", "[Peer]]")
                lines.insert(at, random.choice(junk))

    def _odd_character(self, lines: list[str]) -> None:
        random = self._random
        at = random.randrange(len(lines))
        line = lines[at]
        where = random.randrange(len(line) + 1)
        replaced = random.randrange(2)
        inserted = random.choice((*_ODD_CHARACTERS, ""))
        lines[at] = line[:where] + inserted + line[where + replaced :]

    def _text(self, lines: list[str]) -> bytes:
        ending = self._random.choice(("\n", "\n", "\n", ""))
        return ("\n".join(lines) + ending).encode("utf-8", "surrogateescape")


def right_and_broken(seed: int, count: int, *, quick: bool) -> Iterator[bytes]:
    """`count` texts, every third of them right."""
    maker = Maker(seed, quick=quick)
    for number in range(count):
        yield maker.broken() if number % 3 else maker.right()
