"""A profile becomes text: whole, without its secrets, or as a digest."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from wgdesk.domain.profile import Interface, Peer, Profile, Table, TableMode

HIDDEN: Final = "(hidden)"
_SHORTEST_SECRET: Final = len("PrivateKey=")

# The longest allowed IP has 43 characters: a line stays far below the 8 KiB that conf accepts.
_ALLOWED_IPS_A_LINE: Final = 100


def render_profile(profile: Profile) -> str:
    """The canonical text: conf reads the same profile from it."""
    sections = [_interface_lines(profile.interface), *map(_peer_lines, profile.peers)]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def digest(profile: Profile) -> str:
    """SHA-256 of the canonical text, hexadecimal.

    Comments, spacing and the order of keywords do not change it; everything that
    means something does, the keys included.
    """
    return hashlib.sha256(render_profile(profile).encode("utf-8")).hexdigest()


def text_without_secrets(profile: Profile) -> str:
    """The canonical text with no private and no preshared key in it."""
    bare = replace(
        profile,
        interface=replace(profile.interface, private_key=None),
        peers=tuple(replace(peer, preshared_key=None) for peer in profile.peers),
    )
    return render_profile(bare)


def public_digest(profile: Profile) -> str:
    """As `digest`, of the text without its secrets: it may be shown to whoever owns the tunnel."""
    return hashlib.sha256(text_without_secrets(profile).encode("utf-8")).hexdigest()


def _interface_lines(interface: Interface) -> list[str]:
    servers = [str(server) for server in interface.dns_servers]
    pairs = (
        ("PrivateKey", interface.private_key and interface.private_key.base64()),
        ("ListenPort", interface.listen_port),
        ("FwMark", None if interface.fwmark is None else f"{interface.fwmark:#x}"),
        ("Address", ", ".join(map(str, interface.addresses))),
        ("DNS", ", ".join([*servers, *interface.dns_search])),
        ("MTU", interface.mtu),
        ("Table", _table_text(interface.table)),
        *((hook.kind.value, hook.command) for hook in interface.hooks),
        ("SaveConfig", "true" if interface.save_config else None),
    )
    return ["[Interface]", *_lines(pairs)]


def _table_text(table: Table) -> str | None:
    match table.mode:
        case TableMode.AUTO:
            return None
        case TableMode.OFF:
            return "off"
        case TableMode.NUMBER:
            return str(table.number)
        case TableMode.NAME:
            return table.name


def _peer_lines(peer: Peer) -> list[str]:
    first = (
        ("PublicKey", peer.public_key.base64()),
        ("PresharedKey", peer.preshared_key and peer.preshared_key.base64()),
    )
    last = (
        ("Endpoint", peer.endpoint and str(peer.endpoint)),
        ("PersistentKeepalive", peer.keepalive_s),
    )
    return ["[Peer]", *_lines(first), *_allowed_ip_lines(peer), *_lines(last)]


def _allowed_ip_lines(peer: Peer) -> Iterator[str]:
    sign = "" if peer.removed_ips is None else "+"
    removed = (f"-{network}" for network in peer.removed_ips or ())
    rest = chain(removed, (f"{sign}{network}" for network in peer.allowed_ips))
    while part := list(islice(rest, _ALLOWED_IPS_A_LINE)):
        yield "AllowedIPs = " + ", ".join(part)


def _lines(pairs: Iterable[tuple[str, object]]) -> Iterator[str]:
    return (f"{key} = {value}" for key, value in pairs if value is not None and value != "")


def _spelled(word: str) -> str:
    """A pattern for `word` with anything but letters, `=` and newlines between its letters.

    wg drops white space from names and wg-quick drops zero bytes; a key stays
    secret in any spelling that a program or a person might take for it.
    """
    return r"[^A-Za-z=\n]*".join(word)


_SECRET: Final = re.compile(
    rf"((?:{_spelled('privatekey')}|{_spelled('presharedkey')})[^\S\n]*+[=:]?+[^\S\n]*+)\S[^\n]*",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(
    r"\s*PublicKey\s*=\s*[A-Za-z0-9+/]{43}=?(?![A-Za-z0-9+/=])", re.IGNORECASE
)
# Long enough for a key even where a piece of it is missing, in base64, URL-safe or hexadecimal.
_KEY_LIKE: Final = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")


def redacted(data: bytes) -> str:
    """The text with every private and preshared key replaced, whether or not it is valid.

    What looks like a key is hidden wherever it stands (in a comment, a command, a
    misspelled line), unless it is the value of PublicKey. Bytes that are not UTF-8
    come out as replacement characters.
    """
    text = data.decode("utf-8", "replace")
    return "\n".join(map(_redacted_line, text.split("\n")))


def _redacted_line(line: str) -> str:
    if len(line) <= _SHORTEST_SECRET:
        return line
    public = _PUBLIC.match(line)
    start = public.end() if public else 0
    rest = _SECRET.sub(rf"\1{HIDDEN}", line[start:])
    return line[:start] + _KEY_LIKE.sub(_hidden_if_key, rest)


def _hidden_if_key(found: re.Match[str]) -> str:
    """Hide all but what is in one case: long paths in commands stay readable."""
    text = found[0]
    is_hexadecimal = not set(text.lower()) - set("0123456789abcdef")
    in_one_case = text in (text.lower(), text.upper())
    return text if in_one_case and not is_hexadecimal else HIDDEN
