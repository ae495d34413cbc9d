"""Problems of one text, each put where it belongs."""

from dataclasses import dataclass, field
from typing import Final, Self

from wgdesk.domain.conf_lexer import SPACE, value_offset
from wgdesk.domain.problem import Problem, Severity

# A file that has more than this wrong with it is not a profile; reading on helps nobody.
MAX_PROBLEMS: Final = 1000


class BadValue(ValueError):
    """A value that is refused; the text never quotes it unless it is known to be an address.

    Attributes:
        offset: Characters of the value before what is wrong, where it is not all of it.
    """

    offset = 0

    def __init__(self, code: str, text: str, fix: str = "") -> None:
        super().__init__(code, text, fix)
        self.code, self.text, self.fix = code, text, fix

    def at(self, offset: int) -> Self:
        """The same, about the end of a longer value."""
        found = type(self)(self.code, self.text, self.fix)
        found.offset = offset
        return found


class TooManyProblems(Exception):  # ends the reading, is not an error
    """The limit is reached; the rest of the text is not read."""


@dataclass(slots=True)
class Report:
    """Collects problems, at most `most`; `number` and `line` say which line is being read."""

    number: int = 1
    line: str = ""
    problems: list[Problem] = field(default_factory=list)
    most: int = MAX_PROBLEMS

    def refuse_value(self, bad: BadValue, offset: int = 0, length: int | None = None) -> None:
        """Put `bad` at `offset` characters into the value of this line."""
        self._add(bad, Severity.ERROR, *self._in_value(offset, length))

    def warn_value(self, bad: BadValue, offset: int = 0, length: int | None = None) -> None:
        self._add(bad, Severity.WARNING, *self._in_value(offset, length))

    def refuse_line(self, bad: BadValue) -> None:
        self._add(bad, Severity.ERROR, *self._whole_line())

    def warn_line(self, bad: BadValue) -> None:
        if len(self.problems) < self.most:
            self._add(bad, Severity.WARNING, *self._whole_line())

    def warn_at(self, number: int, line: str, bad: BadValue) -> None:
        """Warn about an earlier line."""
        self.number, self.line = number, line
        self.warn_line(bad)

    def refuse_at(self, number: int, line: str, bad: BadValue) -> None:
        """Refuse an earlier line."""
        self.number, self.line = number, line
        self.refuse_line(bad)

    def has_errors(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def _in_value(self, offset: int, length: int | None) -> tuple[int, int]:
        start = value_offset(self.line)
        if length is None:
            length = len(self.line.partition("#")[0].rstrip(SPACE)) - start - offset
        return start + offset, length

    def _whole_line(self) -> tuple[int, int]:
        start = len(self.line) - len(self.line.lstrip(SPACE))
        return start, len(self.line.partition("#")[0].rstrip(SPACE)) - start

    def _add(self, bad: BadValue, severity: Severity, start: int, length: int) -> None:
        if len(self.problems) >= self.most:
            if severity is Severity.ERROR:
                raise TooManyProblems
            return  # a warning more or less does not make the text wrong
        problem = Problem(
            line=self.number,
            column=start + 1,
            length=max(length, 1),
            code=bad.code,
            text=bad.text,
            severity=severity,
            fix=bad.fix,
        )
        self.problems.append(problem)
