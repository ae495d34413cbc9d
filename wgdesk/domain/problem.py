"""One thing that is wrong, or odd, in a profile's text."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a profile's text.

    Attributes:
        line: 1-based.
        column: 1-based, in characters.
        length: Characters to underline, at least 1.
        text: One sentence that never quotes key material.
        fix: What to do about it, one sentence, or "".
    """

    line: int
    column: int
    length: int
    code: str
    text: str
    severity: Severity = Severity.ERROR
    fix: str = ""
