"""What the command line takes, verb by verb, for tests of what tells of it."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from wgdesk.cli.arguments import _parser


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.

    Attributes:
        options: As they are typed, such as `-o` and `--output`.
        words: What has to be one of a few words, each of them.
    """

    name: str
    options: tuple[str, ...]
    words: tuple[str, ...]


def verbs() -> list[Verb]:
    (listed,) = (it for it in _parser()._actions if isinstance(it, argparse._SubParsersAction))
    return [_verb(name, parser) for name, parser in listed.choices.items()]


def _verb(name: str, parser: argparse.ArgumentParser) -> Verb:
    actions = list(_actions(parser))
    options = [option for it in actions for option in it.option_strings]
    words = [str(word) for it in actions for word in it.choices or ()]
    return Verb(name, tuple(options), tuple(words))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """With those behind a second verb, as of `boot on`."""
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)
