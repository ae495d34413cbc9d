"""What may be typed: verbs, options, and the help that explains them."""

import argparse
import re
from functools import partial
from typing import Final, NoReturn

from wgdesk import __version__
from wgdesk.cli.profile_arguments import add_library_verbs

DEFAULT_WAIT_S: Final = 10.0

_EPILOG: Final = """\
examples:
  wgdesk list                    the profiles in ~/.wireguard and what each is doing
  wgdesk up home --wait          connect, and wait until the other side has answered
  wgdesk up ./office.conf        connect with a file that lies elsewhere
  wgdesk log -f                  what is done, step by step, as it happens
  wgdesk where example.org       which tunnel or link its packets take, and the rule that decides
  wgdesk plan home               what `up` would do, as commands; nothing is done
  wgdesk check ~/.wireguard/*.conf
  wgdesk rename home "At home"   any name will do; what belongs to the profile goes with it
  wgdesk import provider.zip qr.png   profiles from an archive and from a picture
  wgdesk genkey | tee key | wgdesk pubkey

exit codes: 0 done, 1 failed, 2 wrong usage, 3 not authorised, 4 the helper cannot be
reached, 5 no such profile or it is invalid. Without a verb the window opens."""
_NAME: Final = "a profile in ~/.wireguard"
_NAME_OR_FILE: Final = "a profile in ~/.wireguard, or the path of a .conf file"


# As domain/import_report.py has them.
CLASHES: Final = ("keep-both", "replace", "skip")
# As domain/options.py has them, which a key command need not load.
HOOK_MODES: Final = ("ignore", "me", "root")
_HOOKS_HELP: Final = (
    "who runs the profile's commands: nobody, you, or root once an administrator has read them"
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\nTry “{self.prog} --help”.\n")


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line; leaves by SystemExit after --help, --version or a wrong word."""
    return _parser().parse_args([_with_seconds(word) for word in argv])


def _with_seconds(word: str) -> str:
    """`--wait` alone means the default; argparse would take the next word for its value."""
    return f"--wait={DEFAULT_WAIT_S:g}" if word == "--wait" else word


def _parser() -> _Parser:
    parser = _Parser(
        prog="wgdesk",
        description="WireGuard tunnels without running as root.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"wgdesk {__version__}")
    verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    _add_tunnel_verbs(verbs)
    _add_profile_verbs(verbs)
    add_library_verbs(partial(_verb, verbs))
    _add_hook_verbs(verbs)
    _add_boot_verb(verbs)
    _add_key_verbs(verbs)
    return parser


_Verbs = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def _add_tunnel_verbs(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(verbs, "list", "show every profile with its state")
    _add_json(verb)
    verb = _verb(
        verbs, "status", "show what the tunnels are doing, as “wg show” does, routes and DNS"
    )
    verb.add_argument("name", nargs="?", metavar="NAME", help="only this tunnel")
    _add_json(verb)
    verb = _verb(verbs, "up", "bring a tunnel up")
    verb.add_argument("profile", metavar="NAME|FILE", help=_NAME_OR_FILE)
    _add_up_options(verb)
    _add_json(verb)
    verb = _verb(verbs, "sync", "make a tunnel that is up what its edited profile says")
    verb.add_argument("profile", metavar="NAME|FILE", help=_NAME_OR_FILE)
    _add_explain(verb)
    verb = _verb(verbs, "down", "take a tunnel down; one that is down already is fine")
    which = verb.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", metavar="NAME", help="the tunnel")
    which.add_argument("--all", action="store_true", help="every tunnel of yours")
    verb = _verb(verbs, "toggle", "take a tunnel down if it is up, else bring it up")
    verb.add_argument("profile", metavar="NAME", help=_NAME)
    _add_up_options(verb)
    verb = _verb(verbs, "log", "show what was done for your tunnels, and what happened to them")
    verb.add_argument("name", nargs="?", metavar="NAME", help="only this tunnel")
    verb.add_argument(
        "-f", "--follow", action="store_true", help="go on with every new line, until Ctrl-C"
    )
    _add_json(verb)
    verb = _verb(verbs, "where", "show which tunnel or link takes a packet, and why")
    verb.add_argument("host", metavar="ADDRESS|HOST", help="where the packet is to go")
    _add_json(verb)
    _verb(verbs, "restore", "take everything of wgdesk out of the network, for all users")


def _add_profile_verbs(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(verbs, "plan", "print the commands an “up” amounts to; nothing is done")
    verb.add_argument("profile", metavar="NAME|FILE", help=_NAME_OR_FILE)
    verb = _verb(verbs, "check", "print every problem of a profile as FILE:LINE:COLUMN")
    verb.add_argument("profiles", nargs="+", metavar="FILE", help=_NAME_OR_FILE)
    _add_json(verb)
    verb = _verb(verbs, "show", "print a profile's text, its secrets hidden")
    verb.add_argument("profile", metavar="NAME", help=_NAME_OR_FILE)
    verb.add_argument("--reveal", action="store_true", help="print the secrets too")
    _add_import(verbs)


def _add_import(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(
        verbs, "import", "take in .conf files, folders, .zip archives and pictures of QR codes"
    )
    what = verb.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "paths", nargs="*", default=[], metavar="PATH", help="what to import; - reads it"
    )
    what.add_argument(
        "--from-machine",
        nargs="*",
        metavar="NAME",
        help="of /etc/wireguard and NetworkManager; without a name, list what there is",
    )
    verb.add_argument(
        "--on-clash",
        choices=CLASHES,
        default=CLASHES[0],
        help="what to do where another profile has the name already (keep-both)",
    )
    verb.add_argument(
        "--dry-run", action="store_true", help="tell what would happen, and do nothing"
    )
    _add_json(verb)


def _add_hook_verbs(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(verbs, "hooks", "show a profile's commands and who runs them, or choose that")
    verb.add_argument("profile", metavar="NAME", help=_NAME_OR_FILE)
    verb.add_argument("hooks", nargs="?", choices=HOOK_MODES, help=_HOOKS_HELP)
    verb = _verb(verbs, "approvals", "list what an administrator has approved for you")
    verb.add_argument("--revoke", metavar="NAME", help="forget what is approved for this profile")


def _add_boot_verb(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(verbs, "boot", "connect a tunnel whenever the machine starts, before any login")
    what = verb.add_subparsers(dest="boot", metavar="WHAT", required=True, parser_class=_Parser)
    verb = _verb(what, "on", "have it connected at boot, once an administrator has agreed")
    verb.add_argument("profile", metavar="NAME|FILE", help=_NAME_OR_FILE)
    verb.add_argument(
        "--hooks", choices=("ignore", "root"), help="what becomes of its commands at boot"
    )
    verb = _verb(what, "off", "connect it at boot no more; what is up stays up")
    verb.add_argument("name", metavar="NAME", help="as “boot list” shows it")
    _add_json(_verb(what, "list", "show what is connected at boot"))


def _add_key_verbs(verbs: "_Verbs[_Parser]") -> None:
    _verb(verbs, "genkey", "print a new private key")
    _verb(verbs, "genpsk", "print a new preshared key")
    _verb(verbs, "pubkey", "read a private key from standard input, print its public key")


def _verb(verbs: "_Verbs[_Parser]", name: str, summary: str) -> argparse.ArgumentParser:
    return verbs.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )


def _add_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="one line of JSON; see docs/cli.md")


def _add_explain(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--explain", action="store_true", help="print the commands it amounted to")


def _add_up_options(verb: argparse.ArgumentParser) -> None:
    _add_explain(verb)
    verb.add_argument("--hooks", choices=HOOK_MODES, help=f"{_HOOKS_HELP}; this time only")
    verb.add_argument(
        "--dns",
        choices=("apply", "ignore"),
        default="apply",
        help="what to do with the profile's DNS servers (apply)",
    )
    verb.add_argument(
        "--wait",
        type=_seconds,
        metavar="S",
        help=f"wait up to S seconds for the first handshake ({DEFAULT_WAIT_S:g} if no S is given)",
    )


def _seconds(text: str) -> float:
    value = float(text) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text) else 0.0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("S is a number of seconds, at most 3600")
    return value
