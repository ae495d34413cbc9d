"""A profile whose keys lie elsewhere: a comment in place of each line that has one. Pure.

    PrivateKey = 4F…=       # wgdesk-secret: PrivateKey 5f0c…

The comment is the line itself with an identifier where the key was; the usual “ = ” is written as
one space. So the text comes back byte by byte, and for `wg` and `wg-quick` it says nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from wgdesk.domain.conf_lexer import SPACE, find_key, find_section, split_line, value_offset
from wgdesk.domain.keys import KEY_CHARACTERS, Key, PrivateKey, PublicKey

PRIVATE_KEY: Final = "PrivateKey"
PRESHARED_KEY: Final = "PresharedKey"
MARK: Final = "wgdesk-secret:"

_MARK_BYTES: Final = MARK.encode()
_USUAL: Final = " = "
_SHORT: Final = " "
_SPACE: Final = r"[ \t\n\v\f\r]"
_REFERENCE: Final = re.compile(
    rf"(?P<lead>{_SPACE}*)\# {MARK} (?P<key>PrivateKey|PresharedKey)"
    rf"(?P<equals>[ ]|{_SPACE}*={_SPACE}*)"
    r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    rf"(?P<rest>{_SPACE}*(?:\#.*)?)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Names a key that is not in the text.

    Attributes:
        id: A UUID, in lower case.
        field: PRIVATE_KEY or PRESHARED_KEY.
    """

    id: str
    field: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that was in the text.

    Attributes:
        value: Its 44 characters.
        public_key: That of a private key, or of the peer that a preshared key is for; "" where
            the text does not say. So that somebody can tell one secret from another.
    """

    reference: Reference
    value: str = field(repr=False)
    public_key: str = ""


def without_secrets(
    content: bytes, new_id: Callable[[str], str | None]
) -> tuple[bytes, tuple[Secret, ...]]:
    """The text with a comment in place of each key, and those keys; all else is as it was.

    A text with errors in it is taken as it is: only what is a key goes. `new_id` gets a key and
    gives the UUID that is to name it, or None where it is to stay.
    """
    lines = _lines(content)
    found: list[Secret] = []
    for begin, end in _sections(lines):
        public_key = _public_key(lines[begin:end])
        for number in range(begin, end):
            key = _secret_key(lines[number])
            secret_id = new_id(key[1]) if key else None
            if key is None or secret_id is None:
                continue
            name, value = key
            reference = Reference(secret_id.lower(), name)
            public = _public_of(value) if name == PRIVATE_KEY else public_key
            found.append(Secret(reference, value, public))
            lines[number] = _as_comment(lines[number], value, reference)
    return _content(lines), tuple(found)


def references(content: bytes) -> tuple[Reference, ...]:
    """What the text needs to be whole; none where a section has a key of its own beside it."""
    if _MARK_BYTES not in content:
        return ()
    return tuple(_reference(found) for _, found in _wanted(_lines(content)))


def with_secrets(content: bytes, values: Mapping[str, str]) -> bytes:
    """The whole text; what `without_secrets` was given, if nobody edited what it gave.

    `values` are named by the ids of their references.

    Raises:
        KeyError: One is missing; its argument is the id.
        ValueError: One is no key, and could be anything.
    """
    if _MARK_BYTES not in content:
        return content
    lines = _lines(content)
    for number, found in _wanted(lines):
        value = values[_reference(found).id]
        Key.parse(value)  # else a line end in it could write a command into the profile
        equals = _USUAL if found["equals"] == _SHORT else found["equals"]
        lines[number] = f"{found['lead']}{found['key']}{equals}{value}{found['rest']}"
    return _content(lines)


def with_stand_ins(content: bytes) -> tuple[bytes, Mapping[str, str]]:
    """The text with a made-up key in place of each that lies elsewhere, and the ids by those keys.

    For who wants to know what a profile does and needs no key for it.
    """
    values = {it.id: _made_up(it.id) for it in references(content)}
    return with_secrets(content, values), {value: it for it, value in values.items()}


def is_key(value: str) -> bool:
    """Whether it may take the place of a reference."""
    try:
        Key.parse(value)
    except ValueError:
        return False
    return True


def has_reference(lines: Iterable[str], name: str) -> bool:
    """Whether a key of that name lies elsewhere."""
    return any(
        found["key"].lower() == name.lower()
        for line in lines
        if MARK in line and (found := _REFERENCE.fullmatch(line))
    )


def _wanted(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """A key that somebody has written beside its old comment counts, wherever it stands."""
    for begin, end in _sections(lines):
        marked = [
            (number, found)
            for number in range(begin, end)
            if MARK in lines[number] and (found := _REFERENCE.fullmatch(lines[number]))
        ]
        if marked:
            written = {key[0] for line in lines[begin:end] if (key := _secret_key(line))}
            for number, found in marked:
                if _reference(found).field not in written:
                    yield number, found


def _reference(found: re.Match[str]) -> Reference:
    is_private = found["key"].lower() == PRIVATE_KEY.lower()
    return Reference(found["id"].lower(), PRIVATE_KEY if is_private else PRESHARED_KEY)


def _sections(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First line of each section and the one after its last; what stands above all is one too."""
    begin = 0
    for number, line in enumerate(lines):
        if "[" in line and find_section(split_line(line)[0]) is not None:
            yield begin, number
            begin = number
    yield begin, len(lines)


def _secret_key(line: str) -> tuple[str, str] | None:
    """Name and value of a line that has a key which is to be secret."""
    name, value = split_line(line)
    if value is None or len(value) != KEY_CHARACTERS:
        return None
    key = find_key(name)
    if key not in (PRIVATE_KEY, PRESHARED_KEY) or key.lower() != name.lower():
        return None
    try:
        return None if Key.parse(value).is_zero else (key, value)
    except ValueError:
        return None


def _as_comment(line: str, value: str, reference: Reference) -> str:
    start = value_offset(line)
    head, rest = line[:start], line[start + len(value) :]
    bare = head.lstrip(SPACE)
    name = bare.partition("=")[0].rstrip(SPACE)
    equals = bare[len(name) :]
    shown = _SHORT if equals == _USUAL else equals
    lead = head[: len(head) - len(bare)]
    return f"{lead}# {MARK} {name}{shown}{reference.id}{rest}"


def _public_key(lines: list[str]) -> str:
    """That of a [Peer] section; the last one counts."""
    found = ""
    for line in lines:
        name, value = split_line(line)
        if value is not None and name.lower() == "publickey":
            try:
                found = str(PublicKey.parse(value))
            except ValueError:
                found = ""
    return found


def _made_up(secret_id: str) -> str:
    return Key(sha256(secret_id.encode()).digest()).base64()


def _public_of(value: str) -> str:
    return str(PrivateKey.parse(value).public())


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "surrogateescape").split("\n")


def _content(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("utf-8", "surrogateescape")
