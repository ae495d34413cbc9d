"""Texts that nobody would write: mutated again and again, kept where the parser says something new."""

import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.support.odd_profiles import Maker
from wgdesk.domain.conf import Document, parse

# What a line of the format is made of, and what others mistake for it.
_PIECES: Final = (
    *(
        b"[Interface]",
        b"[Peer]",
        b"[peer]",
        b" ",
        b"\t",
        b"\r",
        b"\v",
        b"\f",
        b"\n",
        b"\n\n",
        b"=",
        b"#",
    ),
    *(
        b";",
        b",",
        b"/",
        b":",
        b"[",
        b"]",
        b"%",
        b"+",
        b"-",
        b".",
        b"0",
        b"00",
        b"0x",
        b"256",
        b"65536",
    ),
    *(b"-1", b"4294967296", b"off", b"(none)", b"::", b"::/0", b"0.0.0.0/0", b"/33", b"/129", b"1"),
    *(
        b"\xc2\xa0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"PublicKey",
        b"AllowedIPs = ",
        b"Endpoint = a:1",
        b"=\n",
    ),
)
_SEEDS: Final = 300
_MOST_BYTES: Final = 700
_CORPUS: Final = 2_000
_MOST_FINDS: Final = 10_000


@dataclass
class Found:
    """What a run came to.

    Attributes:
        parses: How many texts were parsed.
        finds: Texts of which each was something new.
        others: Some of the rest, evenly.
    """

    parses: int = 0
    finds: list[bytes] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)


def hunt(seed: int, parses: int) -> Found:
    """Parse that many texts in this process; the same seed finds the same."""
    draw, found, seen = Random(seed), Found(), set()  # noqa: S311  # no secrets: the same texts
    corpus = [text for text in _seeds(seed) if len(text) <= _MOST_BYTES]
    for number in range(parses):
        text = corpus[number] if number < len(corpus) else _mutated(draw, corpus)
        found.parses += 1
        shape = _shape(parse(text))
        if shape not in seen:
            seen.add(shape)
            if len(found.finds) < _MOST_FINDS:
                found.finds.append(text)
            if len(corpus) < _CORPUS and number >= _SEEDS:
                corpus.append(text)
        elif number % (parses // 200 or 1) == 0:
            found.others.append(text)
    return found


def hunt_on_each_core(seed: int, parses: int) -> Found:
    """The same, shared among processes."""
    cores = max(1, os.cpu_count() or 1)
    pipes = [_hunt_aside(seed + number, -(-parses // cores)) for number in range(cores)]
    whole = Found()
    for pid, reader in pipes:
        with os.fdopen(reader, "rb") as stream:
            part = pickle.load(stream)  # noqa: S301  # our own child wrote it
        os.waitpid(pid, 0)
        whole.parses += part.parses
        whole.finds += part.finds
        whole.others += part.others
    return whole


def _hunt_aside(seed: int, parses: int) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as stream:
                pickle.dump(hunt(seed, parses), stream)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    return pid, reader


def _seeds(seed: int) -> Iterator[bytes]:
    maker = Maker(seed, quick=False)
    for number in range(_SEEDS):
        yield maker.right() if number % 2 else maker.broken()


def _mutated(draw: Random, corpus: list[bytes]) -> bytes:
    text = draw.choice(corpus)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        text = draw.choice(_MUTATIONS)(draw, text, corpus)
    return text[:_MOST_BYTES]


def _put(draw: Random, text: bytes, _: list[bytes]) -> bytes:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice(_PIECES) + text[at:]


def _swap(draw: Random, text: bytes, _: list[bytes]) -> bytes:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice(_PIECES) + text[at + draw.randint(0, 4) :]


def _cut(draw: Random, text: bytes, _: list[bytes]) -> bytes:
    at = draw.randint(0, len(text))
    return text[:at] + text[at + draw.randint(1, 9) :]


def _byte(draw: Random, text: bytes, _: list[bytes]) -> bytes:
    at = draw.randint(0, len(text))
    return text[:at] + bytes([draw.randint(1, 255)]) + text[at + 1 :]


def _lines(draw: Random, text: bytes, corpus: list[bytes]) -> bytes:
    """A line of another text, a line twice, or a line less."""
    lines = text.split(b"\n")
    at = draw.randrange(len(lines))
    match draw.randint(0, 2):
        case 0:
            lines.insert(at, draw.choice(draw.choice(corpus).split(b"\n")))
        case 1:
            lines.insert(at, lines[at])
        case _:
            del lines[at]
    return b"\n".join(lines)


_MUTATIONS: Final = (_put, _swap, _cut, _byte, _lines, _lines)


def _shape(document: Document) -> tuple[object, ...]:
    """What is the same for texts that teach nothing new about each other."""
    codes = tuple(sorted({problem.code for problem in document.problems})[:3])
    profile = document.profile
    if profile is None:
        return codes
    interface = profile.interface
    return (
        codes,
        bool(interface.private_key),
        interface.listen_port is not None,
        interface.fwmark is not None,
        tuple(
            (
                bool(peer.preshared_key),
                peer.endpoint is not None
                and (":" in peer.endpoint.host, bool(peer.endpoint.scope)),
                min(3, len(peer.allowed_ips)),
                peer.removed_ips is not None,
                peer.keepalive_s is not None,
            )
            for peer in profile.peers[:3]
        ),
    )
