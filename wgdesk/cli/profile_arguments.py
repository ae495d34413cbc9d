"""What may be typed behind the verbs that change the folder of profiles."""

import argparse
from collections.abc import Callable
from typing import Final

_NAME: Final = "a profile in ~/.wireguard"

AddVerb = Callable[[str, str], argparse.ArgumentParser]


def add_library_verbs(add: AddVerb) -> None:
    """`add` makes the parser of a verb from its name and its summary."""
    _add_new(add)
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
    _add_export(add)
    _add_keyring(add)


def _add_new(add: AddVerb) -> None:
    verb = add("new", "make a profile with fresh keys: empty, for a server of yours, or for a demo")
    verb.add_argument("title", metavar="NAME", help="what it is to be called; any text will do")
    which = verb.add_mutually_exclusive_group()
    which.add_argument(
        "--server",
        metavar="HOST[:PORT]",
        help="make both ends of a server that devices reach there",
    )
    which.add_argument(
        "--demo",
        nargs="?",
        const="",
        metavar="HOST[:PORT]",
        help="ask a public demo server for a place",
    )
    verb.add_argument("--device", action="append", default=[], metavar="NAME", help="of the server")
    verb.add_argument(
        "--only", action="append", default=[], metavar="NETWORK", help="not all traffic, but this"
    )
    verb.add_argument("--dns", action="append", default=[], metavar="ADDRESS", help="name server")
    verb.add_argument("--all", action="store_true", help="all traffic goes through the demo server")


def _add_export(add: AddVerb) -> None:
    verb = add("export", "write profiles into a new file for another device, or show a QR code")
    verb.add_argument("names", nargs="+", metavar="NAME", help=_NAME)
    verb.add_argument(
        "-o", "--output", metavar="FILE", help="a .conf file, or a .zip archive; never overwritten"
    )
    verb.add_argument("--qr", action="store_true", help="show a QR code for a phone's app instead")
    verb.add_argument(
        "--plain", action="store_true", help="take keys out of the keyring for the new file"
    )


def _add_keyring(add: AddVerb) -> None:
    verb = add("keyring", "keep the keys of profiles in the desktop's keyring, or in their files")
    verb.add_argument(
        "what",
        choices=("status", "on", "off"),
        help="tell where they are; move them into the keyring; move them back into the files",
    )
    verb.add_argument("profile", nargs="?", metavar="NAME", help=_NAME)
    verb.add_argument("--all", action="store_true", help="every profile")
