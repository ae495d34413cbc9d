"""The page on the command line has every verb with all that it takes, and no other."""

import re
from pathlib import Path

from tests.support.command_line import verbs

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def written() -> dict[str, str]:
    """For each verb, how the first column writes it, all its rows together."""
    told: dict[str, str] = {}
    for cell in re.findall(r"(?m)^\| (`.*?) (?<!\\)\| ", PAGE):
        for text in re.findall(r"`([^`]+)`", cell):
            verb = text.split()[0]
            told[verb] = f"{told.get(verb, '')} {text}"
    return told


def test_every_verb_is_told_and_no_other():
    known = {verb.name for verb in verbs()}
    assert {verb for verb in written() if verb in known} == known
    table = PAGE[PAGE.index("| verb |") :].partition("\n\n")[0]
    told = set(
        re.findall(r"`(\w+)[^`]*`", "\n".join(row.split(" | ")[0] for row in table.split("\n")))
    )
    assert told - known == set()


def test_every_option_of_a_verb_is_told():
    missing = []
    for verb in verbs():
        words = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", written().get(verb.name, "")))
        short = {option for option in verb.options if not option.startswith("--")}
        missing += [
            f"{verb.name} {option}"
            for option in verb.options
            if option not in words and not short & words
        ]
    assert missing == []


def test_every_word_of_a_verb_is_told():
    missing = [
        f"{verb.name} {word}"
        for verb in verbs()
        for word in verb.words
        if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", written().get(verb.name, ""))
    ]
    assert missing == []
