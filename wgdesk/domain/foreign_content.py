"""What a file is that is no WireGuard profile, told by its content. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# As much of a file as it takes to know it.
LOOKED_AT_BYTES: Final = 64 << 10


class FileKind(StrEnum):
    """What is done with a file."""

    TEXT = "text"  # it may be a profile
    ARCHIVE = "archive"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Foreign:
    """Why a content cannot be a profile, and what to do about it; whole sentences."""

    why: str
    remedy: str = ""


_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
UNPACK: Final = "Unpack it, and import the .conf files."
_AS_PNG: Final = "Save it as PNG, or take a screenshot of it."


def kind_of(content: bytes) -> FileKind:
    """By its first bytes; a name says nothing."""
    if content.startswith(_ZIP):
        return FileKind.ARCHIVE
    is_webp = content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    is_bmp = content.startswith(b"BM") and content[6:10] == bytes(4)
    if is_webp or is_bmp or content.startswith(_PICTURES):
        return FileKind.PICTURE
    return FileKind.TEXT


def find_foreign(content: bytes) -> Foreign | None:
    """What it is instead of a profile; None where it may be one, or nobody knows."""
    head = content[:LOOKED_AT_BYTES]
    for start, foreign in _BINARY:
        if head.startswith(start):
            return foreign
    if head[257:262] == b"ustar":
        return _OTHER_ARCHIVE
    if head[4:8] == b"ftyp":  # HEIF and AVIF, as telephones take them
        return _OTHER_PICTURE
    if kind_of(head) is FileKind.PICTURE:
        return Foreign("It is a picture, not a profile.")
    text = head.decode("utf-8-sig", "replace")
    if has_sections(text):
        return None
    return next((foreign for pattern, foreign in _TEXTS if pattern.search(text)), None)


def has_sections(text: str) -> bool:
    """Whether it was meant as a WireGuard profile, however wrong it may be."""
    return _WIREGUARD.search(text) is not None


_OTHER_ARCHIVE: Final = Foreign("It is an archive, and only .zip archives are read.", UNPACK)
_OTHER_PICTURE: Final = Foreign(
    "It is a picture of a kind that is not read: PNG, JPEG, WebP, GIF and BMP are.", _AS_PNG
)
_BINARY: Final = (
    *((start, Foreign("It is an archive, not a profile.", UNPACK)) for start in _ZIP),
    (b"\x1f\x8b", _OTHER_ARCHIVE),
    (b"BZh", _OTHER_ARCHIVE),
    (b"\xfd7zXZ\0", _OTHER_ARCHIVE),
    (b"(\xb5/\xfd", _OTHER_ARCHIVE),  # zstd
    (b"7z\xbc\xaf\x27\x1c", _OTHER_ARCHIVE),
    (b"Rar!\x1a\x07", _OTHER_ARCHIVE),
    (b"II*\0", _OTHER_PICTURE),  # TIFF
    (b"MM\0*", _OTHER_PICTURE),
    (b"%PDF-", Foreign("It is a PDF document, not a profile.", _AS_PNG)),
    (b"\x7fELF", Foreign("It is a program, not a profile.")),
    (b"MZ\x90\0", Foreign("It is a Windows program, not a profile.")),
    (b"SQLite format 3\0", Foreign("It is a database, not a profile.")),
    (b"{\\rtf", Foreign("It is a document of a word processor.", "Save it as plain text.")),
)

# wg's sections, in any spelling that its author may have thought of.
_WIREGUARD: Final = re.compile(
    r"^[^\S\n]*+\[[^\S\n]*+(interface|peer)", re.IGNORECASE | re.MULTILINE
)


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^[^\S\n]*(?:{pattern})", re.IGNORECASE | re.MULTILINE)


# The more certain comes first.
_TEXTS: Final = (
    (
        re.compile(
            r"\A\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg\b", re.DOTALL
        ),
        Foreign("It is a picture of a kind that is not read (SVG).", _AS_PNG),
    ),
    (
        re.compile(r"\A\s*<(!DOCTYPE\s+)?html\b", re.IGNORECASE),
        Foreign(
            "It is a web page, not a profile.",
            "The download may need a log-in: fetch the file with the browser.",
        ),
    ),
    (re.compile(r"\A\s*<\?xml\b"), Foreign("It is an XML file, not a WireGuard profile.")),
    (
        _line(r"client\s*$|dev\s+(tun|tap)|remote\s+\S+\s+\d+|<(ca|tls-auth|tls-crypt)>"),
        Foreign(
            "It is an OpenVPN profile.",
            "OpenVPN is another protocol: ask your provider for a WireGuard profile.",
        ),
    ),
    (
        _line(r"-----BEGIN [A-Z0-9 ]+-----\s*$"),
        Foreign("It is a key or a certificate of another kind, not a WireGuard profile."),
    ),
    (
        _line(r"\[(wireguard|wireguard-peer\..*)\]"),
        Foreign(
            "It is a connection of NetworkManager.",
            "Import it from NetworkManager itself, where this machine has it.",
        ),
    ),
    (
        _line(r"\[connection\]"),
        Foreign("It is a connection of NetworkManager, and not one of WireGuard."),
    ),
    (
        _line(r"\[(NetDev|WireGuardPeer|Network)\]"),
        Foreign("It is a file of systemd-networkd, not a profile that wg-quick reads."),
    ),
    (
        _line(r"conn\s+\S+\s*$|connections\s*\{"),
        Foreign("It is an IPsec configuration, and IPsec is another protocol."),
    ),
    (
        re.compile(r"\A\s*[\[{]\s*[\"{\[}\]]"),
        Foreign("It is a JSON file, not a WireGuard profile."),
    ),
    (
        re.compile(r"\A\s*(vless|vmess|ss|trojan|hysteria2?|vpn|wireguard|wg)://", re.IGNORECASE),
        Foreign("It is a link for another program, not a WireGuard profile."),
    ),
    (
        re.compile(r"\A\s*[a-z][a-z0-9+.-]*://\S+\s*\Z", re.IGNORECASE),
        Foreign("It is an address, not a WireGuard profile."),
    ),
)
