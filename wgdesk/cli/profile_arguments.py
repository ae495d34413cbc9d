"""What may be typed behind the verbs that change the folder of profiles."""

import argparse
from collections.abc import Callable
from typing import Final

_NAME: Final = "a profile in ~/.wireguard"

AddVerb = Callable[[str, str], argparse.ArgumentParser]


def add_library_verbs(add: AddVerb) -> None:
    """`add` makes the parser of a verb from its name and its summary."""
    verb = add("rename", "give a profile another name, which may be any text")
    verb.add_argument("profile", metavar="NAME", help=_NAME)
    verb.add_argument("title", metavar="NEW", help="its new name")
    verb = add("delete", "move a profile into the trash")
    verb.add_argument("profile", metavar="NAME", help=_NAME)
    verb = add("undelete", "bring back a deleted profile, or list those that can come back")
    verb.add_argument("profile", nargs="?", metavar="NAME", help="the deleted profile")
    verb = add("history", "list what a profile was before, print it, or go back to it")
    verb.add_argument("profile", metavar="NAME", help=_NAME)
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--show", type=int, metavar="N", help="print that version, secrets hidden")
    which.add_argument("--restore", type=int, metavar="N", help="make that version the profile")
    verb.add_argument("--reveal", action="store_true", help="print the secrets too")
    verb = add("tag", "print the tags of a profile, or change them")
    verb.add_argument("profile", metavar="NAME", help=_NAME)
    # REMAINDER, or “-work” would be taken for an option.
    verb.add_argument(
        "changes", nargs=argparse.REMAINDER, metavar="+TAG|-TAG", help="add or take away a tag"
    )
