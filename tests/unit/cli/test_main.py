"""From errors to exit codes and sentences."""

import argparse
import tomllib
from pathlib import Path

import pytest

import wgdesk
from wgdesk.cli import main as cli
from wgdesk.domain import errors
from wgdesk.domain.errors import InvalidProfile, WgdeskError
from wgdesk.domain.problem import Problem, Severity
from wgdesk.wire.codec import error_from

CODES = {
    errors.NotAuthorized: 3,
    errors.AuthRequired: 3,
    errors.NotOwner: 3,
    errors.HooksNotApproved: 3,
    errors.HelperUnreachable: 4,
    errors.NeedsHelper: 4,
    errors.NoSuchProfile: 5,
    errors.ProfileUnreadable: 5,
    errors.InvalidProfile: 5,
    errors.InvalidName: 5,
}


def every(kind):
    return {kind, *(deeper for child in kind.__subclasses__() for deeper in every(child))}


@pytest.mark.parametrize("kind", sorted(every(WgdeskError), key=lambda kind: kind.__name__))
def test_every_error_has_its_exit_code(kind, capsys, monkeypatch):
    if kind.__module__ != errors.__name__:
        return
    remote = error_from(kind.code, "why")

    def fail(*_):
        raise remote

    monkeypatch.setitem(cli._VERBS, "up", fail)
    assert cli._run(argparse.Namespace(verb="up", profile="home"), None) == CODES.get(kind, 1)
    assert capsys.readouterr().err.startswith("wgdesk: cannot bring home up: why\n")


def test_remedy_stands_on_a_second_line(capsys, monkeypatch):
    def fail(*_):
        raise errors.HelperUnreachable("it is not installed", "Install it.")

    monkeypatch.setitem(cli._VERBS, "status", fail)
    cli._run(argparse.Namespace(verb="status", name=None), None)
    assert capsys.readouterr().err.splitlines()[1] == "Install it."


@pytest.mark.parametrize(
    ("fixes", "more", "remedy"),
    [
        (("", ""), " (and 1 more)", "Every problem of it, with its line: wgdesk check home"),
        (("Do this.", ""), " (and 1 more)", "Do this. Every problem of it, with its line: "),
        (("Do this.",), "", "Do this."),
    ],
)
def test_invalid_profile_names_its_first_error_and_how_to_see_the_rest(
    capsys, monkeypatch, fixes, more, remedy
):
    problems = [Problem(1, 1, 1, "a", "only a warning", Severity.WARNING)]
    problems += [Problem(2, 3, 1, "b", "this is wrong", fix=fix) for fix in fixes]

    def fail(*_):
        raise InvalidProfile(tuple(problems))

    monkeypatch.setitem(cli._VERBS, "plan", fail)
    cli._run(argparse.Namespace(verb="plan", profile="home"), None)
    what, second = capsys.readouterr().err.splitlines()
    assert what == f"wgdesk: cannot plan home: line 2, column 3: this is wrong{more}"
    assert second.startswith(remedy)


def test_bug_is_not_hidden(monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(cli._VERBS, "genkey", fail)
    with pytest.raises(ZeroDivisionError):
        cli.main(["genkey"])


def test_version_is_that_of_the_project():
    project = tomllib.loads((Path(wgdesk.__file__).parents[1] / "pyproject.toml").read_text())
    assert wgdesk.__version__ == project["project"]["version"]


def test_every_verb_and_every_exit_code_is_written_down():
    text = (Path(wgdesk.__file__).parents[1] / "docs" / "cli.md").read_text()
    for verb in cli._VERBS:
        assert f"`{verb}" in text, verb
    codes = {*cli._EXIT_CODES.values(), 0, 1, 2, cli.EXIT_INTERRUPTED, cli.EXIT_BROKEN_PIPE}
    for code in codes:
        assert f"| {code} | " in text, code
