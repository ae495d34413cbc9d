"""`wgdesk-admin`: what only root decides, on a terminal."""

import argparse
import asyncio
import json
import os
import pwd
import sys
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any, Final

from wgdesk import __version__
from wgdesk.cli.as_user import run_as
from wgdesk.cli.hooks import approval_line, hook_lines
from wgdesk.cli.terminal import complain, say
from wgdesk.client.backend import KnownApproval
from wgdesk.client.helper_backend import HelperBackend
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import parse_tunnel_name, printable

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 128 + 2
YES: Final = "yes"


class _Refused(Exception):
    """Ends the program with one sentence, as a fault of its use."""


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns the exit code, as of `wgdesk`."""
    arguments = _parser().parse_args(argv)
    if os.geteuid() != 0:
        return _failed("this is for root: start it with sudo", EXIT_USAGE)
    try:
        work = {"approve": _approve, "list": _list, "revoke": _revoke}[arguments.verb]
        return work(_user(arguments.user), arguments)
    except _Refused as error:
        return _failed(str(error), EXIT_USAGE)
    except WgdeskError as error:
        return _failed(str(error), EXIT_FAILED, error.remedy)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _approve(user: pwd.struct_passwd, arguments: argparse.Namespace) -> int:
    """Print every command of a profile in full and, after a yes, let root run them."""
    answer = run_as(user, lambda: _named_text(arguments.profile))
    encoded, _, text = answer.partition(b"\n")
    name = parse_tunnel_name(encoded.decode("ascii", "replace"))
    hooks = read_profile(text).interface.hooks
    if not hooks:
        say(f"{name} of {user.pw_name} has no commands.")
        return 0
    say(f"When {user.pw_name} brings {name} up or down, root is to run:\n")
    for line in hook_lines(hooks):
        say(line)
    if not _is_agreed():
        say("Nothing is approved.")
        return EXIT_FAILED
    _approve_now(user.pw_uid, name, text)
    say(f"Approved for {user.pw_name}: wgdesk up {name} --hooks=root")
    return 0


def _list(user: pwd.struct_passwd, _: argparse.Namespace) -> int:
    approvals = _approvals_of(user)
    for approval in approvals:
        say(approval_line(approval))
    if not approvals:
        say(f"Nothing is approved for {user.pw_name}.")
    return 0


def _revoke(user: pwd.struct_passwd, arguments: argparse.Namespace) -> int:
    wanted = arguments.what
    digests = {it.digest for it in _approvals_of(user) if wanted in (it.name, it.digest)}
    if digests:
        run_as(user, lambda: _revoke_all(digests))
    say(f"{len(digests)} revoked." if digests else f"Nothing is approved as {printable(wanted)}.")
    return 0 if digests else EXIT_FAILED


def _named_text(argument: str) -> bytes:
    """Name and text of a profile, for the other side of a pipe; runs as its user."""
    file = ProfileStore().locate(argument)
    return parse_tunnel_name(file.name).encode() + b"\n" + file.read()


def _approvals_of(user: pwd.struct_passwd) -> tuple[KnownApproval, ...]:
    """The helper tells each user their own, and nobody any other's: so that user asks."""
    listed: Any = json.loads(run_as(user, _approvals_now))
    return tuple(
        KnownApproval(str(name), str(digest), int(when_unix_s), str(kind))
        for name, digest, when_unix_s, kind in listed
    )


def _approvals_now() -> bytes:
    async def ask() -> bytes:
        helper = HelperBackend()
        try:
            return json.dumps([astuple(it) for it in await helper.approvals()]).encode()
        finally:
            await helper.close()

    return asyncio.run(ask())


def _revoke_all(digests: Iterable[str]) -> bytes:
    async def ask() -> None:
        helper = HelperBackend()
        try:
            for digest in digests:
                await helper.revoke(digest)
        finally:
            await helper.close()

    asyncio.run(ask())
    return b""


def _approve_now(uid: int, name: str, text: bytes) -> None:
    async def ask() -> None:
        helper = HelperBackend()
        try:
            await helper.approve_hooks(uid, name, text)
        finally:
            await helper.close()

    asyncio.run(ask())


def _is_agreed() -> bool:
    """Whether a person at the terminal says yes; nobody else can."""
    if not sys.stdin.isatty():
        raise _Refused("somebody has to read that and say yes, on a terminal")
    print(f"\nLet root run that? Type “{YES}”: ", end="", flush=True)
    return sys.stdin.readline().strip() == YES


def _user(named: str | None) -> pwd.struct_passwd:
    """Whose profile is meant: who was named, or whoever called sudo."""
    try:
        if named is not None:
            return pwd.getpwnam(named)
        return pwd.getpwuid(int(os.environ["SUDO_UID"]))
    except (KeyError, ValueError) as error:
        if named is not None:
            raise _Refused(f"there is no user {printable(named)}") from error
        raise _Refused("whose profile is meant? Say it with --user") from error


def _failed(text: str, code: int, remedy: str = "") -> int:
    sys.stdout.flush()
    complain(text, remedy)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wgdesk-admin",
        description="What only an administrator decides about WireGuard tunnels of users.",
        epilog="Without --user it is about whoever called sudo.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"wgdesk-admin {__version__}")
    topics = parser.add_subparsers(metavar="TOPIC", required=True)
    hooks = topics.add_parser("hooks", help="commands of profiles")
    verbs = hooks.add_subparsers(dest="verb", metavar="VERB", required=True)
    verb = verbs.add_parser("approve", help="show a profile's commands and let root run them")
    verb.add_argument("profile", metavar="NAME", help="a profile of that user")
    _add_user(verb)
    approvals = topics.add_parser("approvals", help="what users may do without an administrator")
    verbs = approvals.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_user(verbs.add_parser("list", help="show what is approved for a user"))
    verb = verbs.add_parser("revoke", help="forget it, so that an administrator is asked again")
    verb.add_argument("what", metavar="NAME|DIGEST", help="as “list” shows it")
    _add_user(verb)
    return parser


def _add_user(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--user", metavar="USER", help="whose profile or approvals")


if __name__ == "__main__":
    sys.exit(main())
