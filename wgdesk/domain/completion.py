"""What may stand where somebody types, each with what it is for. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.conf_lexer import (
    HOOK_KEYS,
    INTERFACE,
    INTERFACE_KEYS,
    PEER,
    PEER_KEYS,
    SPACE,
    find_key,
)

ABOUT: Final = {
    "PrivateKey": "The key of this device. Nobody else needs it.",
    "ListenPort": "The UDP port that peers reach this device at; without it any free one.",
    "FwMark": "A mark on encrypted packets, for rules of your own.",
    "Address": "The addresses of this device inside the tunnel.",
    "DNS": "Name servers, and domains to search, while the tunnel is up.",
    "MTU": "The largest packet inside the tunnel; without it worked out from the path.",
    "Table": "The routing table that the routes go to; “off” for none.",
    "PreUp": "A command before the tunnel comes up.",
    "PostUp": "A command after the tunnel came up.",
    "PreDown": "A command before the tunnel goes down.",
    "PostDown": "A command after the tunnel went down.",
    "SaveConfig": "Whether a “down” writes what was changed on the live tunnel into the file.",
    "PublicKey": "The key that names the peer.",
    "PresharedKey": "A secret that both ends share, against what computers may do one day.",
    "Endpoint": "Where the peer is: HOST:PORT.",
    "AllowedIPs": "What is sent to the peer, and may come from it.",
    "PersistentKeepalive": "Seconds between packets that keep a router's door open.",
}
_VALUES: Final = {
    "Table": (
        ("auto", "As WireGuard does it: rules and a table of its own."),
        ("off", "No routes at all."),
    ),
    "SaveConfig": (("true", "Save what was changed on the live tunnel."),),
    "PersistentKeepalive": (
        ("25", "Often enough for nearly every router."),
        ("off", "Nothing is sent unasked."),
    ),
    "AllowedIPs": (("0.0.0.0/0, ::/0", "All traffic."),),
    "FwMark": (("off", "No mark."),),
}
_SECTIONS: Final = ((INTERFACE, "This device."), (PEER, "Another device that this one talks to."))
# wg and wg-quick take several lines of these.
_REPEATABLE: Final = frozenset({"Address", "DNS", "AllowedIPs", *HOOK_KEYS})


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal.

    Attributes:
        start: Where it takes the place of what is typed, from 0; it ends at the caret.
        text: What it puts there.
        label: What a list shows.
        about: One sentence.
    """

    start: int
    text: str
    label: str
    about: str


def completions(
    line: str, column: int, section: str, used: Collection[str] = ()
) -> tuple[Completion, ...]:
    """What may come at `column` characters into a line of that section.

    `used` are the keys that the section has on other lines.
    """
    before = line[:column]
    if "#" in before:
        return ()
    return tuple(_values(before)) if "=" in before else tuple(_starts(before, section, used))


def _starts(before: str, section: str, used: Collection[str]) -> Iterator[Completion]:
    typed = before.lstrip(SPACE)
    start = len(before) - len(typed)
    wanted = typed.casefold()
    keys = {INTERFACE: INTERFACE_KEYS, PEER: PEER_KEYS}.get(section, ())
    for key in keys:
        is_free = key in _REPEATABLE or key not in used
        if is_free and key.casefold().startswith(wanted):
            yield Completion(start, f"{key} = ", key, ABOUT[key])
    for name, about in _SECTIONS:
        is_meant = name.casefold().startswith(wanted) or name[1:].casefold().startswith(wanted)
        if is_meant and not (name == INTERFACE and section):
            yield Completion(start, name, name, about)


def _values(before: str) -> Iterator[Completion]:
    name, _, value = before.partition("=")
    typed = value.lstrip(SPACE)
    start = len(before) - len(typed)
    for text, about in _VALUES.get(find_key(name) or "", ()):
        if text.startswith(typed) and text != typed:
            yield Completion(start, text if value else f" {text}", text, about)
