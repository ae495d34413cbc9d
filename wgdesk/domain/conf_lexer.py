"""Lines, names and sections of the format, as both `wg` and `wg-quick` see them.

wg deletes all white space from a line before it looks at it; wg-quick trims the
name and the value. Where the two differ (white space inside a name) wgdesk refuses.
"""

from difflib import get_close_matches
from typing import Final

# isspace() of the C locale, which both programs use: no-break space is not among them.
SPACE: Final = " \t\n\v\f\r"
_NO_SPACE: Final = str.maketrans("", "", SPACE)

INTERFACE: Final = "[Interface]"
PEER: Final = "[Peer]"
HOOK_KEYS: Final = ("PreUp", "PostUp", "PreDown", "PostDown")
INTERFACE_KEYS: Final = (
    "PrivateKey",
    "ListenPort",
    "FwMark",
    "Address",
    "DNS",
    "MTU",
    "Table",
    *HOOK_KEYS,
    "SaveConfig",
)
PEER_KEYS: Final = ("PublicKey", "PresharedKey", "Endpoint", "AllowedIPs", "PersistentKeepalive")

_SECTIONS: Final = {name.lower(): name for name in (INTERFACE, PEER)}
_KEYS: Final = {name.lower(): name for name in (*INTERFACE_KEYS, *PEER_KEYS)}


def split_line(text: str) -> tuple[str, str | None]:
    """Name and value of one line, trimmed and without its comment; None if it has no `=`."""
    if "#" in text:
        text = text.partition("#")[0]
    name, equals, value = text.partition("=")
    return name.strip(SPACE), value.strip(SPACE) if equals else None


def whole_value(text: str) -> str:
    """What follows the first `=`, `#` included: the newest wg-quick hands that to the shell."""
    return text.partition("=")[2].strip(SPACE)


def value_offset(text: str) -> int:
    """Characters before the value of a line that has an `=`."""
    rest = text.partition("=")[2]
    return len(text) - len(rest.lstrip(SPACE))


def without_space(text: str) -> str:
    return text.translate(_NO_SPACE)


def find_section(text: str) -> str | None:
    """The section that `text` means, in whatever case, white space left out of account."""
    return _SECTIONS.get(without_space(text).lower())


def find_key(text: str) -> str | None:
    """The key that `text` means, in whatever case, white space left out of account."""
    return _KEYS.get(without_space(text).lower())


def section_of(key: str) -> str:
    return PEER if key in PEER_KEYS else INTERFACE


def find_similar_key(text: str) -> str | None:
    """The known key that somebody who typed `text` most likely meant."""
    found = get_close_matches(without_space(text).lower()[:40], _KEYS, n=1, cutoff=0.7)
    return _KEYS[found[0]] if found else None


def find_similar_section(text: str) -> str | None:
    word = without_space(text).lower()[:20].strip("[]")
    found = get_close_matches(f"[{word}]", _SECTIONS, n=1, cutoff=0.6)
    return _SECTIONS[found[0]] if found else None
