"""A profile's text is edited in place: only the lines that must change do. Pure.

The text is one that `conf` finds no error in. Comments, order, spacing, line endings and every
other line stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wgdesk.domain.conf_addresses import SIGNS, find_allowed_ip
from wgdesk.domain.conf_lexer import SPACE, value_offset
from wgdesk.domain.form_edits import ITEMS_A_LINE, LONG_LINE
from wgdesk.domain.live_edits import LiveEdits, PeerEdit
from wgdesk.domain.outline import Entry, Section, outline, value_end
from wgdesk.domain.ownership import unmapped
from wgdesk.domain.profile import Network, Profile
from wgdesk.domain.snapshot import PeerSnapshot

_ALLOWED_IPS: Final = "AllowedIPs"


def rewrite(text: str, profile: Profile, edits: LiveEdits) -> str:
    """The text with these edits; `profile` is what it says now."""
    page = _Page(text, profile)
    if edits.listen_port is not None:
        page.set_interface("ListenPort", str(edits.listen_port))
    if edits.fwmark is not None:
        page.set_interface("FwMark", f"{edits.fwmark:#x}" if edits.fwmark else "off")
    for edit in edits.changed:
        page.edit_peer(edit)
    for key in edits.removed:
        page.remove_peer(page.peers[key])
    for peer in edits.added:
        page.append_peer(peer)
    return page.text()


class _Page:
    """Lines that are replaced, dropped or followed by others, all by their old numbers."""

    def __init__(self, text: str, profile: Profile) -> None:
        self._lines: list[str | None] = list(text.split("\n"))
        self._after: dict[int, list[str]] = defaultdict(list)
        self._ending = "\r" if "\r\n" in text else ""
        found = outline(text.split("\n"))
        self._interfaces = found.interfaces
        pairs = zip(profile.peers, found.peers, strict=True)
        self.peers = {peer.public_key: section for peer, section in pairs}

    def text(self) -> str:
        return "\n".join(self._all_lines())

    def set_interface(self, key: str, value: str) -> None:
        """Replace the value that counts, where there is one."""
        self._set([entry for part in self._interfaces for entry in part.of(key)], value)

    def edit_peer(self, edit: PeerEdit) -> None:
        section = self.peers[edit.public_key]
        if edit.added_ips or edit.removed_ips:
            self._edit_allowed_ips(section, edit)
        if edit.endpoint is not None:
            self._set(section.of("Endpoint"), str(edit.endpoint))
        if edit.drops_preshared_key:
            for entry in section.of("PresharedKey"):
                self._lines[entry.line] = None
        if edit.keepalive_s is None:
            return
        value = str(edit.keepalive_s or "off")
        if not self._set(section.of("PersistentKeepalive"), value):
            self._insert(_last_entry(section), [f"PersistentKeepalive = {value}"])

    def remove_peer(self, section: Section) -> None:
        """Its lines go, and an empty line where there would be two."""
        last = _last_entry(section)
        for number in range(section.header, last + 1):
            self._lines[number] = None
        follows = self._lines[last + 1] if last + 2 < len(self._lines) else None
        if self._is_blank_before(section.header) and follows is not None and not follows.strip():
            self._lines[last + 1] = None

    def append_peer(self, peer: PeerSnapshot) -> None:
        end = len(self._lines) - 1
        has_newline = self._lines[end] == ""
        lines = ["[Peer]", f"PublicKey = {peer.public_key.base64()}"]
        lines += _allowed_ips_lines(list(map(str, peer.allowed_ips)))
        lines += [f"Endpoint = {peer.endpoint}"] if peer.endpoint else []
        lines += [f"PersistentKeepalive = {peer.keepalive_s}"] if peer.keepalive_s else []
        # Before the emptiness that stands for the newline at the end.
        at = end - 1 if has_newline else end
        is_first = not self._after[at] and self._is_blank_before(at + 1)
        self._insert(at, lines if is_first else ["", *lines])

    def _set(self, entries: Sequence[Entry], value: str) -> bool:
        """Give the last of these lines, which is the one that counts, another value."""
        if not entries:
            return False
        line = self._lines[entries[-1].line]
        if line is not None:
            self._lines[entries[-1].line] = _with_value(line, value)
        return True

    def _edit_allowed_ips(self, section: Section, edit: PeerEdit) -> None:
        numbers = [entry.line for entry in section.of(_ALLOWED_IPS)]
        gone, come = set(map(unmapped, edit.removed_ips)), set(map(unmapped, edit.added_ips))
        listed: set[Network] = set()
        for number in numbers:
            listed |= self._drop_from_list(number, gone, come)
        words = [str(net) for net in edit.added_ips if unmapped(net) not in listed]
        left = [number for number in numbers if self._lines[number] is not None]
        if not words:
            return
        if left:
            words = self._extend(left[-1], words)
            self._insert(left[-1], _allowed_ips_lines(words))
        else:
            self._insert(
                numbers[-1] if numbers else _last_entry(section), _allowed_ips_lines(words)
            )

    def _drop_from_list(self, number: int, gone: set[Network], come: set[Network]) -> set[Network]:
        """Take words out of one line; the networks that it still adds."""
        line = self._lines[number] or ""
        words = line[value_offset(line) : value_end(line, _ALLOWED_IPS)].split(",")
        kept = [word for word in words if not _is_dropped(word, gone, come)]
        if not kept:
            self._lines[number] = None
        elif len(kept) < len(words):
            self._lines[number] = _with_value(line, ",".join(kept).strip(SPACE))
        return {net for word in kept for sign, net in [_signed(word)] if sign != "-" and net}

    def _extend(self, number: int, words: list[str]) -> list[str]:
        """Add to a line as long as it is short; what is left."""
        line = self._lines[number] or ""
        if len(line) > LONG_LINE or len(words) > ITEMS_A_LINE:
            return words
        end = value_end(line, _ALLOWED_IPS)
        self._lines[number] = line[:end] + "".join(f", {word}" for word in words) + line[end:]
        return []

    def _insert(self, number: int, lines: Iterable[str]) -> None:
        self._after[number] += [line + self._ending for line in lines]

    def _is_blank_before(self, number: int) -> bool:
        before = next((it for it in reversed(self._lines[:number]) if it is not None), "")
        return not before.strip()

    def _all_lines(self) -> Iterator[str]:
        yield from self._after.get(-1, ())
        for number, line in enumerate(self._lines):
            if line is not None:
                yield line
            yield from self._after.get(number, ())


def _last_entry(section: Section) -> int:
    """The line of its last key; comments that follow stay where they are."""
    return section.entries[-1].line if section.entries else section.header


def _with_value(line: str, value: str) -> str:
    return line[: value_offset(line)] + value + line[value_end(line, _ALLOWED_IPS) :]


def _signed(word: str) -> tuple[str, Network | None]:
    text = word.strip(SPACE)
    sign = text[:1] if text.startswith(SIGNS) else ""
    found = find_allowed_ip(text.removeprefix(sign))
    return sign, unmapped(found.network) if found else None


def _is_dropped(word: str, gone: set[Network], come: set[Network]) -> bool:
    sign, network = _signed(word)
    return network in (come if sign == "-" else gone)


def _allowed_ips_lines(words: Sequence[str]) -> list[str]:
    return [
        f"AllowedIPs = {', '.join(words[at : at + ITEMS_A_LINE])}"
        for at in range(0, len(words), ITEMS_A_LINE)
    ]
