"""One value for one key, with what wg reads in spite of white space inside it."""

from collections.abc import Callable
from typing import Final, TypeVar

from wgdesk.domain.conf_lexer import without_space
from wgdesk.domain.conf_report import BadValue, Report

T = TypeVar("T")

SPACE_IN_VALUE: Final = BadValue(
    "space-in-value", "there is white space inside this value", "Remove the white space."
)
_EMPTY: Final = BadValue(
    "empty-value", "nothing stands after the “=”", "Write a value, or remove the line."
)
SEMICOLON: Final = BadValue(
    "semicolon-comment", "“;” does not begin a comment in this format", "Use “#” in its place."
)


def repeated(key: str) -> BadValue:
    return BadValue("repeated-key", f"{key} was given before: only this last value counts")


def read_scalar(report: Report, value: str, parse: Callable[[str], T], default: T) -> T:
    """Parse one value, or report what is wrong with it and answer `default`."""
    try:
        if not value:
            raise _EMPTY
        return parse(value)
    except BadValue as bad:
        found = better(bad, value, parse)
        report.refuse_value(found, found.offset)
    return default


def better(bad: BadValue, value: str, parse: Callable[[str], object]) -> BadValue:
    """A reason that says more than `bad`, where the value has white space or a `;` in it."""
    if " ;" in value or "\t;" in value:
        return SEMICOLON
    squeezed = without_space(value)
    if squeezed == value:
        return bad
    try:
        parse(squeezed)
    except BadValue as inner:
        return inner
    return SPACE_IN_VALUE
