"""Whether a candidate is a profile: mended where that is clear, summed up, or refused. Pure."""

from dataclasses import dataclass
from typing import Final

from wgdesk.domain.conf import Document, parse
from wgdesk.domain.errors import InvalidProfile
from wgdesk.domain.fixes import mend
from wgdesk.domain.foreign_content import find_foreign
from wgdesk.domain.import_report import Candidate, ImportLine, Outcome, as_sentence
from wgdesk.domain.problem import Problem
from wgdesk.domain.profile import Profile
from wgdesk.domain.profile_summary import summary
from wgdesk.domain.secret_lines import references

# Mending reads a text up to fifty times, and no slip of somebody's hand is in one that long.
MAX_MENDED_BYTES: Final = 256 << 10
BORROWED: Final = (
    "It names a key in your keyring. Connect only if it is a copy of your own profile."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A candidate that is a profile.

    Attributes:
        content: What to write; the candidate's own bytes where nothing had to be mended.
    """

    candidate: Candidate
    profile: Profile
    content: bytes
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Judged({self.candidate!r})"

    def line(self, outcome: Outcome, title: str, name: str = "", why: str = "") -> ImportLine:
        """Its row of the result."""
        return ImportLine(
            source=self.candidate.source,
            title=title,
            outcome=outcome,
            name=name,
            why=why,
            changes=self.changes,
            notes=self.notes,
            unsupported=self.candidate.unsupported,
            summary=" ".join(summary(self.profile)),
        )


def judge(candidate: Candidate) -> Judged | ImportLine:
    """What it is, or the row of the result that says why it is nothing."""
    if candidate.refusal:
        return failed(candidate, candidate.refusal, candidate.remedy)
    content, changes = candidate.content, tuple[str, ...]()
    document = parse(content)
    if document.profile is None and len(content) <= MAX_MENDED_BYTES:
        mended = mend(content)
        content, changes = mended.content, mended.changes
        document = parse(content)
    if document.profile is None:
        return _not_a_profile(candidate, document)
    return Judged(
        candidate=candidate,
        profile=document.profile,
        content=content,
        changes=changes,
        notes=(*map(_note, document.problems), *_borrowed(content)),
    )


def _borrowed(content: bytes) -> tuple[str, ...]:
    """A file from elsewhere may name a key that another profile has in this person's keyring."""
    return (BORROWED,) if references(content) else ()


def failed(candidate: Candidate, why: str, remedy: str = "") -> ImportLine:
    """The row of one that was not imported."""
    return ImportLine(
        source=candidate.source,
        title=candidate.title,
        outcome=Outcome.FAILED,
        why=why,
        remedy=remedy,
        unsupported=candidate.unsupported,
    )


def _not_a_profile(candidate: Candidate, document: Document) -> ImportLine:
    foreign = find_foreign(document.render())
    if foreign is not None:
        return failed(candidate, foreign.why, foreign.remedy)
    problem = InvalidProfile(document.problems)
    return failed(candidate, as_sentence(str(problem)), problem.remedy)


def _note(problem: Problem) -> str:
    return as_sentence(f"line {problem.line}: {problem.text}")
