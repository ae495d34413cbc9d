"""Two verdicts on one text, side by side, and the list of differences that are meant."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from wgdesk.domain.conf import parse
from wgdesk.domain.errors import Severity
from wgdesk.domain.profile import Profile

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
        theirs_only: Texts that wgdesk accepts and the programs refuse: never.
    """

    allowed: set[str]
    accepted: int = 0
    machine_decides: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    ours_only: Counter[str] = field(default_factory=Counter)
    theirs_only: list[bytes] = field(default_factory=list)
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
        assert self.unlisted == [], f"not in {LIST.name}: {self.unlisted[:3]}"


def needs_an_interface(profile: Profile) -> bool:
    """Whether an endpoint names a link that this machine would have to have."""
    scopes = {peer.endpoint.scope for peer in profile.peers if peer.endpoint}
    return any(scope not in ("", "lo") and not scope.isdecimal() for scope in scopes)
