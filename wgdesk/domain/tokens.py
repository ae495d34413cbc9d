"""What each piece of a line is, for whoever colours it or hides it. Pure; never raises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from wgdesk.domain.conf_addresses import find_allowed_ip
from wgdesk.domain.conf_lexer import (
    HOOK_KEYS,
    SPACE,
    find_key,
    find_section,
    find_similar_key,
    section_of,
)


class TokenKind(StrEnum):
    SECTION = "section"
    KEY = "key"
    UNKNOWN = "unknown"  # a key or a section that is none, or not here
    ADDRESS = "address"
    HOST = "host"
    NUMBER = "number"
    PUBLIC_KEY = "public-key"
    SECRET = "secret"  # noqa: S105  # a kind, no secret
    COMMAND = "command"
    WORD = "word"
    COMMENT = "comment"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True)
class Token:
    """Characters from `start`, `length` of them, at least 1."""

    start: int
    length: int
    kind: TokenKind


SECRET_KEYS: Final = ("PrivateKey", "PresharedKey")
_LISTS: Final = ("Address", "DNS", "AllowedIPs")
_NUMBERS: Final = ("ListenPort", "MTU", "PersistentKeepalive", "FwMark", "Table")
_NUMBER: Final = re.compile(r"0x[0-9a-fA-F]+|[0-9]+")
_ITEM: Final = re.compile(r"[^\s,]+|,")
# What may be a secret where none is expected: in a comment, a command, a line without its sign.
_LOOSE_SECRET: Final = re.compile(
    r"(?:private|preshared)\s*+key\s*+[=:]?+\s*+([^\s#=:][^\s#]*+)"
    r"|(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])=?)",
    re.IGNORECASE,
)


def section_after(line: str, section: str) -> str:
    """The section that the next line is in: INTERFACE, PEER, or "" for none that is known."""
    text = line.partition("#")[0].strip(SPACE)
    if text.startswith("[") and "=" not in text:
        return find_section(text) or ""
    return section


def tokens(line: str, section: str) -> tuple[Token, ...]:
    """In order and apart from each other; white space is in none, but in commands and comments."""
    return tuple(it for it in _tokens(line, section) if it.length > 0)


def _tokens(line: str, section: str) -> Iterator[Token]:
    name, equals, _ = line.partition("=")
    if equals and "#" not in name:
        yield from _entry(line, section, len(name))
        return
    text = line.partition("#")[0].rstrip(SPACE)
    start = len(text) - len(text.lstrip(SPACE))
    if text.strip(SPACE).startswith("[") and "=" not in text:
        kind = TokenKind.SECTION if find_section(text) else TokenKind.UNKNOWN
        yield Token(start, len(text) - start, kind)
    else:
        yield from _with_loose_secrets(line, start, len(text), TokenKind.UNKNOWN)
    yield from _comment(line, len(text))


def _entry(line: str, section: str, at: int) -> Iterator[Token]:
    name = line[:at]
    start = len(name) - len(name.lstrip(SPACE))
    key = find_key(name)
    if key is not None and section_of(key) == section:
        yield Token(start, len(name.strip(SPACE)), TokenKind.KEY)
    else:
        yield from _with_loose_secrets(line, start, len(name.rstrip(SPACE)), TokenKind.UNKNOWN)
    yield Token(at, 1, TokenKind.PUNCTUATION)
    meant = key or _meant(name.strip(SPACE)[:40])
    text = line if meant in HOOK_KEYS else line.partition("#")[0]
    end = len(text.rstrip(SPACE))
    first = at + 1 + len(text[at + 1 :]) - len(text[at + 1 :].lstrip(SPACE))
    yield from _value(line, first, max(first, end), meant)
    if meant not in HOOK_KEYS:
        yield from _comment(line, max(first, end))


@lru_cache(maxsize=256)
def _meant(name: str) -> str:
    """The key that a misspelled one most likely is, as its value may be a secret all the same."""
    return find_similar_key(name) or ""


def _value(line: str, first: int, end: int, key: str) -> Iterator[Token]:
    if key in SECRET_KEYS:
        yield Token(first, end - first, TokenKind.SECRET)
    elif key in HOOK_KEYS:
        yield from _with_loose_secrets(line, first, end, TokenKind.COMMAND)
    elif key == "PublicKey":
        yield Token(first, end - first, TokenKind.PUBLIC_KEY)
    elif key == "Endpoint":
        yield from _endpoint(line, first, end)
    elif key in _LISTS:
        yield from _items(line, first, end)
    elif key in _NUMBERS and _NUMBER.fullmatch(line[first:end]):
        yield Token(first, end - first, TokenKind.NUMBER)
    else:
        yield Token(first, end - first, TokenKind.WORD)


def _endpoint(line: str, first: int, end: int) -> Iterator[Token]:
    host, colon, port = line[first:end].rpartition(":")
    if not colon or not port.isdecimal():
        yield Token(first, end - first, TokenKind.HOST)
        return
    yield Token(first, len(host), TokenKind.HOST)
    yield Token(first + len(host), 1, TokenKind.PUNCTUATION)
    yield Token(end - len(port), len(port), TokenKind.NUMBER)


def _items(line: str, first: int, end: int) -> Iterator[Token]:
    for found in _ITEM.finditer(line, first, end):
        text = found[0]
        if text == ",":
            kind = TokenKind.PUNCTUATION
        elif find_allowed_ip(text.lstrip("+-")):
            kind = TokenKind.ADDRESS
        else:
            kind = TokenKind.WORD
        yield Token(found.start(), len(text), kind)


def _comment(line: str, at: int) -> Iterator[Token]:
    start = line.find("#", at)
    if start >= 0:
        yield from _with_loose_secrets(line, start, len(line.rstrip(SPACE)), TokenKind.COMMENT)


def _with_loose_secrets(line: str, first: int, end: int, kind: TokenKind) -> Iterator[Token]:
    at = first
    for found in _LOOSE_SECRET.finditer(line, first, end):
        group = found.lastindex or 0
        yield Token(at, found.start(group) - at, kind)
        yield Token(found.start(group), len(found[group]), TokenKind.SECRET)
        at = found.end(group)
    yield Token(at, end - at, kind)
