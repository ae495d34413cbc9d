"""The error tree: codes are stable, sentences whole, and each class is drawn in it."""

import re

import pytest

from wgdesk.domain import errors
from wgdesk.domain.errors import (
    EndpointUnresolved,
    EngineFailed,
    EngineMissing,
    HelperError,
    HelperUnreachable,
    InvalidName,
    InvalidProfile,
    KernelRefused,
    NameConflict,
    NoSuchProfile,
    ProfileUnreadable,
    RollbackIncomplete,
    SandboxFailed,
    TakeOverFailed,
    WgdeskError,
)
from wgdesk.domain.problem import Problem, Severity


def tree(parent: type[WgdeskError]) -> list[type[WgdeskError]]:
    return [parent, *(found for child in parent.__subclasses__() for found in tree(child))]


CLASSES = [
    found
    for found in dict.fromkeys(tree(WgdeskError))
    if found.__module__ == errors.__name__ and not found.__name__.startswith("_")
]


@pytest.mark.parametrize("kind", CLASSES[1:])
def test_code_is_the_name_of_the_class(kind):
    assert kind.code == kind.__name__


def test_codes_are_unique():
    codes = [kind.code for kind in CLASSES[1:]]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", CLASSES)
def test_class_is_drawn_in_the_tree_of_the_module(kind):
    assert re.search(rf"^ *{kind.__name__}\b", errors.__doc__, re.MULTILINE)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if issubclass(kind, HelperError)])
def test_helper_error_has_a_sentence_of_its_own_or_the_callers(kind):
    assert str(kind()) == kind.default
    assert str(kind("the sentence from there")) == "the sentence from there"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (InvalidName("a b", "why"), "“a b” cannot be a tunnel name: why"),
        (
            KernelRefused("add the link", 17, "File exists"),
            "the kernel refused to add the link: File exists",
        ),
        (EngineFailed("it ended"), "the userspace engine failed: it ended"),
        (EndpointUnresolved("vpn.example", "no such name"), "“vpn.example” has no address"),
        (NameConflict("wg0", "root"), "“wg0” exists already and belongs to root"),
        (RollbackIncomplete("it failed", ("rule", "link")), "left behind: rule, link"),
        (HelperUnreachable("no bus"), "the helper cannot be reached: no bus"),
        (NoSuchProfile("x", "/home"), "no profile named “x” in /home"),
        (EngineMissing("no module"), "this machine has no WireGuard: no module"),
        (TakeOverFailed("it failed", ("a",)), "it failed; “a” is up again"),
        (TakeOverFailed("it failed", ("a", "b")), "it failed; “a” and “b” are up again"),
        (SandboxFailed("no tun"), "the sandbox failed: no tun"),
        (ProfileUnreadable("/x", "it is a FIFO"), "/x cannot be read: it is a FIFO"),
    ],
)
def test_sentence_holds_what_the_caller_knows(error, text):
    assert text in str(error)


def test_invalid_profile_tells_the_first_error_and_how_many_more():
    warning = Problem(1, 1, 1, "odd", "odd", Severity.WARNING)
    one, two = Problem(2, 3, 1, "a", "first"), Problem(4, 1, 1, "b", "second")
    assert str(InvalidProfile((warning, one))) == "line 2, column 3: first"
    assert str(InvalidProfile((warning, one, two))) == "line 2, column 3: first (and 1 more)"


def test_remedy_of_an_invalid_profile_is_the_first_errors_fix():
    warning = Problem(1, 1, 1, "odd", "odd", Severity.WARNING, fix="not this")
    error = InvalidProfile((warning, Problem(2, 1, 1, "a", "first", fix="Write it well.")))
    assert error.remedy == "Write it well."


def test_over_long_name_has_a_remedy():
    assert "15 letters" in InvalidName("x" * 16, "it is too long").remedy
