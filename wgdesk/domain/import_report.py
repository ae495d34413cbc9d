"""What an import found, and what became of each thing that it found. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from wgdesk.domain.errors import WgdeskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One text that may be a profile.

    Attributes:
        source: Where it comes from, as a person would say it: "provider.zip, berlin.conf".
        title: The name it had there, any text; "" where it had none.
        content: Its bytes; empty where `refusal` says why there are none.
        refusal: A sentence that names the cause, or "".
        remedy: What to do about that, or "".
        unsupported: What its source knew of it and a profile cannot say, in sentences.
    """

    source: str
    title: str = ""
    content: bytes = b""
    refusal: str = ""
    remedy: str = ""
    unsupported: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Candidate({self.source!r}, {len(self.content)} bytes)"


class Clash(StrEnum):
    """What to do where another profile has that name already."""

    KEEP_BOTH = "keep-both"
    REPLACE = "replace"
    SKIP = "skip"


class Outcome(StrEnum):
    """What became of a candidate."""

    IMPORTED = "imported"
    RENAMED = "renamed"
    REPLACED = "replaced"
    KEPT = "kept"  # the same profile was there already
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """One row of the result.

    Attributes:
        name: The profile's name now, which an interface can have; "" where nothing was written.
        why: Why it was renamed, skipped or not imported, one sentence, or "".
        remedy: What to do about a failure, or "".
        changes: What was mended in the text, one sentence each.
        notes: What is odd in the text and was left as it is, one sentence each.
        unsupported: As the candidate has it.
        summary: What the profile does, in words: "Sends all traffic to 203.0.113.9."
    """

    source: str
    title: str
    outcome: Outcome
    name: str = ""
    why: str = ""
    remedy: str = ""
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    summary: str = ""


def refused(source: str, error: WgdeskError, title: str = "") -> Candidate:
    """What is told of a thing that could not be read."""
    return Candidate(
        source=source, title=title, refusal=as_sentence(str(error)), remedy=error.remedy
    )


def as_sentence(clause: str) -> str:
    """Errors are clauses; a table of results has sentences."""
    end = "" if clause.endswith((".", "…")) else "."
    return f"{clause[:1].upper()}{clause[1:]}{end}"
