"""The command line as it is typed."""

import pytest

from wgdesk.cli import arguments
from wgdesk.cli.arguments import parse_arguments
from wgdesk.domain.import_report import Clash


@pytest.mark.parametrize(
    ("words", "wait_s"),
    [
        ("up home", None),
        ("up home --wait", 10),
        ("up --wait home", 10),
        ("up home --wait=2.5", 2.5),
    ],
)
def test_wait_takes_seconds_only_behind_an_equals_sign(words, wait_s):
    arguments = parse_arguments(words.split())
    assert (arguments.profile, arguments.wait) == ("home", wait_s)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "bogus",
        "up",
        "up a b",
        "up a --wait=0",
        "up a --wait=-1",
        "up a --wait=nan",
        "up a --wait=inf",
        "up a --wait=3601",
        "up a --exp",
        "up a --dns",
        "up a --dns=no",
        "down",
        "down a --all",
        "check",
        "list a",
        "genkey a",
        "import",
        "import a --on-clash",
        "import a --on-clash=overwrite",
        "import a --dry",
    ],
)
def test_wrong_usage_is_told_on_stderr_with_code_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        parse_arguments(words.split())
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert err.startswith("wgdesk")
    assert "--help" in err


@pytest.mark.parametrize(
    "verb",
    [
        "list",
        "status",
        "up",
        "down",
        "toggle",
        "plan",
        "check",
        "show",
        "genkey",
        "genpsk",
        "pubkey",
    ],
)
def test_every_verb_has_help(verb, capsys):
    with pytest.raises(SystemExit) as left:
        parse_arguments([verb, "--help"])
    assert left.value.code == 0
    assert f"usage: wgdesk {verb}" in capsys.readouterr().out


def test_help_has_examples_and_exit_codes(capsys):
    with pytest.raises(SystemExit):
        parse_arguments(["--help"])
    out = capsys.readouterr().out
    assert "examples:" in out
    assert "exit codes: 0 done" in out


@pytest.mark.parametrize(
    ("words", "dns"), [("up a", "apply"), ("up a --dns=ignore", "ignore"), ("toggle a", "apply")]
)
def test_dns_is_applied_unless_it_is_to_be_ignored(words, dns):
    assert parse_arguments(words.split()).dns == dns


def test_clashes_are_those_that_the_import_knows():
    assert set(arguments.CLASHES) == {clash.value for clash in Clash}
