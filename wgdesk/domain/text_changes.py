"""What is different between two texts of a profile, for a person who is about to save. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from wgdesk.domain.names import printable
from wgdesk.domain.profile import Interface, Network, Peer, Profile
from wgdesk.domain.render import HIDDEN, redacted
from wgdesk.domain.sync import ENDPOINT_STAYS, HOOKS_CHANGED

ANOTHER: Final = "(hidden, another one)"
CONTEXT: Final = 3
# Above that the search for common lines takes seconds; then all is told as changed.
_MOST_LINES: Final = 800


_Code = tuple[str, int, int, int, int]


class Side(StrEnum):
    SAME = "same"
    GONE = "gone"
    COME = "come"


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line as it is shown, its secrets hidden.

    Attributes:
        number: From 1; in the old text where it is gone, else in the new one.
    """

    side: Side
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that changed, with a few around them."""

    lines: tuple[ChangedLine, ...]


def changed_lines(before: bytes, after: bytes) -> tuple[Hunk, ...]:
    """The places where the texts differ; a secret that is another one shows as that."""
    old, new = _lines(before), _lines(after)
    shown_old, shown_new = redacted(before).split("\n"), redacted(after).split("\n")
    if old == new:
        return ()
    head = _same(old, new)
    tail = _same(old[head:][::-1], new[head:][::-1])
    first, old_last, new_last = max(0, head - CONTEXT), len(old) - tail, len(new) - tail
    if (old_last - head) + (new_last - head) > _MOST_LINES:
        return (_whole(shown_old, shown_new, head, old_last, new_last),)
    # With what is around, so that it has its lines of context too.
    parts = old[first : old_last + CONTEXT], new[first : new_last + CONTEXT]
    matcher = SequenceMatcher(None, *parts, autojunk=False)
    return tuple(
        Hunk(tuple(_hunk_lines(_moved(group, first), shown_old, shown_new)))
        for group in matcher.get_grouped_opcodes(CONTEXT)
    )


def changes_in_words(before: Profile, after: Profile) -> tuple[str, ...]:
    """What means something else now, a sentence each; no key but the start of a public one."""
    return (*_interface_words(before.interface, after.interface), *_peer_words(before, after))


def needs_reconnect(before: Profile, after: Profile) -> tuple[str, ...]:
    """What a tunnel that is up does not take, a sentence each; () where it takes all of it."""
    return tuple(_reconnect(before, after))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").split("\n")


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines they begin with alike."""
    pairs = zip(old, new, strict=False)
    shortest = min(len(old), len(new))
    return next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), shortest)


def _moved(group: Sequence[_Code], by: int) -> list[_Code]:
    return [(tag, *(place + by for place in places)) for tag, *places in group]  # type: ignore[misc]


def _whole(
    old: Sequence[str], new: Sequence[str], first: int, old_last: int, new_last: int
) -> Hunk:
    gone = [ChangedLine(Side.GONE, at + 1, old[at]) for at in range(first, old_last)]
    come = [ChangedLine(Side.COME, at + 1, new[at]) for at in range(first, new_last)]
    return Hunk((*gone, *come))


def _hunk_lines(
    group: Sequence[_Code], old: Sequence[str], new: Sequence[str]
) -> Iterator[ChangedLine]:
    for tag, first, last, to_first, to_last in group:
        if tag == "equal":
            for at in range(to_first, to_last):
                yield ChangedLine(Side.SAME, at + 1, new[at])
            continue
        gone, come = old[first:last], new[to_first:to_last]
        for at, text in enumerate(gone):
            yield ChangedLine(Side.GONE, first + at + 1, text)
        for at, text in enumerate(come):
            shown = text.replace(HIDDEN, ANOTHER) if text in gone else text
            yield ChangedLine(Side.COME, to_first + at + 1, shown)


def _interface_words(before: Interface, after: Interface) -> Iterator[str]:
    if before.private_key != after.private_key:
        yield "The private key is another one, and so is the public key that peers know."
    pairs = (
        ("Address", _listed(before.addresses), _listed(after.addresses)),
        ("DNS", _dns(before), _dns(after)),
        ("ListenPort", before.listen_port, after.listen_port),
        ("MTU", before.mtu, after.mtu),
        ("FwMark", before.fwmark, after.fwmark),
        ("Table", _table(before), _table(after)),
        ("SaveConfig", before.save_config, after.save_config),
    )
    for name, old, new in pairs:
        yield from _pair_words(name, old, new)
    if before.hooks != after.hooks:
        yield "The commands are others."


def _pair_words(name: str, old: object, new: object) -> Iterator[str]:
    if old == new:
        return
    if old in (None, "", False):
        yield f"{name} is {_shown(new)} now."
    elif new in (None, "", False):
        yield f"{name} is gone; it was {_shown(old)}."
    else:
        yield f"{name} is {_shown(new)} now; it was {_shown(old)}."


def _peer_words(before: Profile, after: Profile) -> Iterator[str]:
    old = {peer.public_key: peer for peer in before.peers}
    new = {peer.public_key: peer for peer in after.peers}
    for key in old.keys() - new.keys():
        yield f"Peer {_short(old[key])} is gone."
    for key, peer in new.items():
        if key not in old:
            yield f"Peer {_short(peer)} is new."
        elif old[key] != peer:
            yield from _one_peer(old[key], peer)
    both = [key for key in old if key in new]
    if both != [key for key in new if key in old]:
        yield "The peers stand in another order."


def _one_peer(old: Peer, new: Peer) -> Iterator[str]:
    name = _short(new)
    if old.endpoint != new.endpoint:
        shown = printable(str(new.endpoint)) if new.endpoint else "none"
        yield f"The endpoint of peer {name} is {shown} now."
    come = [net for net in new.allowed_ips if net not in old.allowed_ips]
    gone = [net for net in old.allowed_ips if net not in new.allowed_ips]
    if come:
        yield f"Peer {name} gets {_listed(come)} too."
    if gone:
        yield f"Peer {name} does not get {_listed(gone)} any more."
    if not come and not gone and old.allowed_ips != new.allowed_ips:
        yield f"The allowed IPs of peer {name} stand in another order."
    if old.preshared_key != new.preshared_key:
        yield f"The preshared key of peer {name} is another one."
    if old.keepalive_s != new.keepalive_s:
        shown = f"every {new.keepalive_s} s" if new.keepalive_s else "off"
        yield f"The keepalive of peer {name} is {shown} now."
    if old.removed_ips != new.removed_ips:
        yield f"The allowed IPs of peer {name} have other signs."


def _reconnect(before: Profile, after: Profile) -> Iterator[str]:
    if before.interface.hooks != after.interface.hooks:
        yield HOOKS_CHANGED
    new = {peer.public_key: peer for peer in after.peers}
    both = [(old, new[old.public_key]) for old in before.peers if old.public_key in new]
    if any(old.endpoint and not peer.endpoint for old, peer in both):
        yield ENDPOINT_STAYS


def _dns(interface: Interface) -> str:
    return _listed([*interface.dns_servers, *interface.dns_search])


def _table(interface: Interface) -> str:
    table = interface.table
    return table.name or (str(table.number) if table.number is not None else table.mode.value)


def _listed(items: Sequence[object] | Sequence[Network]) -> str:
    shown = ", ".join(printable(str(it)) for it in items[:CONTEXT])
    more = len(items) - CONTEXT
    return f"{shown} and {more} more" if more > 0 else shown


def _shown(value: object) -> str:
    return "on" if value is True else printable(str(value), 200)


def _short(peer: Peer) -> str:
    return f"{peer.public_key.base64()[:8]}…"
