"""Two verdicts on one text, side by side, and the list of differences that are meant."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tests.support.wg_device import WgDevice, expected_device
from wgdesk.domain.conf import parse
from wgdesk.domain.problem import Severity
from wgdesk.domain.profile import Profile

_ALLOWED_IPS = re.compile(rb"(?im)^([ \t\v\f]*allowedips[ \t\v\f]*=)([^#\n]*)")
_SIGN = re.compile(rb"((?:^|,)[ \t\v\f\r]*)[+-]")
# `wg` never sees these values and `wg-quick strip` does not look at them; `up` does.
UP_DECIDES: Final = frozenset(("address", "prefix-length", "mtu", "mtu-ipv6"))
LIST = Path(__file__).parents[2] / "docs" / "compatibility.md"


def listed_codes(heading: str) -> set[str]:
    """The codes in one section of docs/compatibility.md."""
    section = LIST.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", section.partition("\n## ")[0], re.MULTILINE)
    return set(rows)


@dataclass
class Tally:
    """What both and what only one accept.

    Attributes:
        allowed: Codes for which wgdesk may refuse what the programs accept.
        refused: How often each code was refused by both.
        ours_only: How often each code was refused by wgdesk alone.
        machine_decides: Texts that name a link which this machine does not have.
        newer_only: How often each code, of those that newer programs accept, was found.
        theirs_only: Texts that wgdesk accepts and the programs refuse: never.
        unlike: Texts of which the device has something else than their profile says: never.
    """

    allowed: set[str]
    accepted: int = 0
    machine_decides: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    ours_only: Counter[str] = field(default_factory=Counter)
    newer_only: Counter[str] = field(default_factory=Counter)
    theirs_only: list[bytes] = field(default_factory=list)
    unlike: list[bytes] = field(default_factory=list)
    unlisted: list[tuple[set[str], bytes]] = field(default_factory=list)
    refused_texts: int = 0

    def add(self, text: bytes, *, they_accept: bool) -> Profile | None:
        """Count one text; its profile if both accept it."""
        document = parse(text)
        profile = document.profile
        if profile is None:
            codes = {p.code for p in document.problems if p.severity is Severity.ERROR}
            self._count_refusal(codes, text, they_accept=they_accept)
        elif needs_an_interface(profile):
            self.machine_decides += 1
            return None
        elif they_accept:
            self.accepted += 1
        else:
            self.theirs_only.append(text)
        return profile if they_accept else None

    def _count_refusal(self, codes: set[str], text: bytes, *, they_accept: bool) -> None:
        if not they_accept:
            self.refused_texts += 1
            self.refused.update(codes)
            return
        self.ours_only.update(codes)
        if not codes <= self.allowed:
            self.unlisted.append((codes - self.allowed, text))

    def check(self, what: str) -> None:
        """Print the counts, and fail on any difference that is not meant."""
        print(f"\n{what}: {self.accepted} accepted and {self.refused_texts} refused by both,")
        print(f"  refused by wgdesk only: {dict(sorted(self.ours_only.items()))}")
        assert self.theirs_only == [], f"only wgdesk accepts: {self.theirs_only[:3]}"
        assert self.unlike == [], f"otherwise on the device: {self.unlike[:3]}"
        assert self.unlisted == [], f"not in {LIST.name}: {self.unlisted[:3]}"


def without_signs(text: bytes) -> bytes | None:
    """The text with no “+” and “-” before its allowed IPs; None where it is wrong or has none.

    That is the one thing wgdesk accepts and older programs do not, so a text must be accepted
    without them.
    """
    document = parse(text)
    codes = {p.code for p in document.problems if p.severity is Severity.WARNING}
    if document.profile is None or "incremental" not in codes:
        return None
    return _ALLOWED_IPS.sub(lambda line: line[1] + _SIGN.sub(rb"\1", line[2]), text)


def needs_an_interface(profile: Profile) -> bool:
    """Whether an endpoint names a link that this machine would have to have."""
    scopes = {peer.endpoint.scope for peer in profile.peers if peer.endpoint}
    return any(scope not in ("", "lo") and not scope.isdecimal() for scope in scopes)


def compare(tally: Tally, device: WgDevice, texts: Iterable[tuple[bytes, bytes | None]]) -> None:
    """Judge each first text here, and the second, which is what reaches `wg`, there."""
    for given, handed_on in texts:
        text, forwarded = given, handed_on
        they_accept = forwarded is not None and device.takes(forwarded)
        plain = None if they_accept or forwarded is None else without_signs(text)
        if plain is not None:
            tally.newer_only["incremental"] += 1
            text, forwarded = plain, without_signs(forwarded)
            they_accept = forwarded is not None and device.takes(forwarded)
        profile = tally.add(text, they_accept=they_accept)
        if profile is not None and not _is_on(device, profile):
            tally.unlike.append(text)


def _is_on(device: WgDevice, profile: Profile) -> bool:
    expected, shown = expected_device(profile), device.show()
    if not expected.listen_port and shown.listen_port:
        shown = replace(shown, listen_port=0)
    return shown == expected
