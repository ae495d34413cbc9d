"""`wgdesk VERB`: reads the command line, runs one verb, turns what went wrong into a sentence.

Only what the verb needs is loaded: a key command starts without D-Bus, as does `check`.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NoReturn

from wgdesk.cli.arguments import parse_arguments
from wgdesk.cli.asking import MakeBackend, ask
from wgdesk.cli.profile_verbs import PROFILE_VERBS
from wgdesk.cli.terminal import complain
from wgdesk.domain.errors import InvalidProfile, WgdeskError
from wgdesk.domain.names import printable

if TYPE_CHECKING:  # it brings half of domain with it, which `genkey` does not need
    from wgdesk.client.backend import Backend
    from wgdesk.domain.options import HookMode

EXIT_FAILED: Final = 1
EXIT_INTERRUPTED: Final = 128 + 2  # as a shell reports SIGINT
EXIT_BROKEN_PIPE: Final = 128 + 13  # and SIGPIPE

_EXIT_CODES: Final = {
    "NotAuthorized": 3,
    "AuthRequired": 3,
    "NotOwner": 3,
    "HooksNotApproved": 3,
    "HelperUnreachable": 4,
    "NeedsHelper": 4,
    "NoSuchProfile": 5,
    "ProfileUnreadable": 5,
    "InvalidProfile": 5,
    "InvalidName": 5,
}
_PURPOSES: Final = {
    "list": "cannot list the profiles",
    "status": "cannot tell the status",
    "up": "cannot bring {} up",
    "sync": "cannot apply {} to its tunnel",
    "down": "cannot take {} down",
    "toggle": "cannot toggle {}",
    "plan": "cannot plan {}",
    "show": "cannot show {}",
    "log": "cannot tell the log",
    "where": "cannot tell where {} goes",
    "restore": "cannot go back to plain networking",
    "new": "cannot make {}",
    "rename": "cannot rename {}",
    "delete": "cannot delete {}",
    "undelete": "cannot bring {} back",
    "history": "cannot tell what {} was",
    "tag": "cannot tag {}",
    "export": "cannot export",
    "keyring": "cannot move the keys of {}",
    "hooks": "cannot tell the commands of {}",
    "approvals": "cannot tell what is approved",
    "import": "cannot import",
    "boot": "cannot change or tell what connects at boot",
}


def start(argv: list[str]) -> NoReturn:
    """Run one verb as the whole work of this process, as quickly as Python can.

    Of a tenth of a second that `up` takes in all, collecting garbage while modules load is
    a tenth, and tidying up a memory that goes away anyhow is a seventh.
    """
    if sys.stdout is None or sys.stderr is None:
        os._exit(EXIT_FAILED)  # whoever started this closed them: there is nowhere to say why
    gc.set_threshold(50_000)
    code = main(argv)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # nothing here waits for an orderly end: no threads, no temporary files


def main(argv: list[str], make_backend: MakeBackend | None = None) -> int:
    """Run one verb.

    Args:
        argv: Without the program's own name.
        make_backend: Who carries tunnels out; the helper if None, or else NetworkManager.

    Returns:
        The exit code, as in docs/cli.md.
    """
    _tame_output()
    try:
        arguments = parse_arguments(argv)
        return _flushed(_run(arguments, make_backend or _carrier))
    except SystemExit as wrong:  # argparse has printed help, or what is wrong
        return wrong.code if isinstance(wrong.code, int) else EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return EXIT_BROKEN_PIPE
    except OSError as error:  # such as a disk that is full: what is printed is lost
        _drop_output()
        complain(f"cannot go on: {(error.strerror or str(error)).lower()}")
        return EXIT_FAILED


def _run(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    try:
        return _VERBS[arguments.verb](arguments, make_backend)
    except WgdeskError as error:
        complain(f"{_purpose(arguments)}: {error}", _remedy(error, arguments))
        return _EXIT_CODES.get(error.code, EXIT_FAILED)


def _list(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.listing import list_profiles  # noqa: PLC0415

    return ask(make_backend, lambda backend: list_profiles(backend, as_json=arguments.json))


def _status(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.tunnels import status  # noqa: PLC0415

    return ask(
        make_backend, lambda backend: status(backend, arguments.name, as_json=arguments.json)
    )


def _up(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.tunnels import UpOptions, up  # noqa: PLC0415

    options = UpOptions(
        arguments.explain,
        arguments.wait,
        as_json=arguments.json,
        hooks=_hooks_of(arguments),
        use_dns=arguments.dns == "apply",
    )
    return ask(make_backend, lambda backend: up(backend, arguments.profile, options))


def _toggle(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.tunnels import UpOptions, toggle  # noqa: PLC0415

    options = UpOptions(
        arguments.explain,
        arguments.wait,
        hooks=_hooks_of(arguments),
        use_dns=arguments.dns == "apply",
    )
    return ask(make_backend, lambda backend: toggle(backend, arguments.profile, options))


def _sync(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.tunnels import sync  # noqa: PLC0415

    return ask(
        make_backend,
        lambda backend: sync(backend, arguments.profile, explain=arguments.explain),
    )


def _hooks_of(arguments: argparse.Namespace) -> "HookMode | None":
    from wgdesk.domain.options import HookMode  # noqa: PLC0415

    return HookMode(arguments.hooks) if arguments.hooks else None


def _hooks(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.hooks import hooks  # noqa: PLC0415

    return hooks(arguments.profile, _hooks_of(arguments))


def _approvals(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.hooks import approvals  # noqa: PLC0415

    return ask(make_backend, lambda backend: approvals(backend, arguments.revoke))


def _boot(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli import boot  # noqa: PLC0415

    match arguments.boot:
        case "on":
            hooks = _hooks_of(arguments)
            return ask(make_backend, lambda backend: boot.on(backend, arguments.profile, hooks))
        case "off":
            return ask(make_backend, lambda backend: boot.off(backend, arguments.name))
        case _:
            return ask(make_backend, lambda backend: boot.list_(backend, as_json=arguments.json))


def _down(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.tunnels import down, down_all  # noqa: PLC0415

    if arguments.all:
        return ask(make_backend, down_all)
    return ask(make_backend, lambda backend: down(backend, arguments.name))


def _log(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.log import log  # noqa: PLC0415

    return ask(
        make_backend,
        lambda backend: log(
            backend, arguments.name, follow=arguments.follow, as_json=arguments.json
        ),
    )


def _where(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.where import where  # noqa: PLC0415

    return ask(make_backend, lambda backend: where(backend, arguments.host, as_json=arguments.json))


def _restore(_arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.restore import restore  # noqa: PLC0415

    return restore()


def _plan(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.profiles import plan  # noqa: PLC0415

    return plan(arguments.profile)


def _check(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.profiles import check  # noqa: PLC0415

    return check(arguments.profiles, as_json=arguments.json)


def _show(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.profiles import show  # noqa: PLC0415

    return show(arguments.profile, reveal=arguments.reveal)


def _keys(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli import keys  # noqa: PLC0415

    return {"genkey": keys.genkey, "genpsk": keys.genpsk, "pubkey": keys.pubkey}[arguments.verb]()


_VERBS: Final[dict[str, Callable[[argparse.Namespace, MakeBackend], int]]] = {
    **PROFILE_VERBS,
    "list": _list,
    "status": _status,
    "up": _up,
    "toggle": _toggle,
    "sync": _sync,
    "down": _down,
    "log": _log,
    "where": _where,
    "restore": _restore,
    "plan": _plan,
    "check": _check,
    "show": _show,
    "hooks": _hooks,
    "approvals": _approvals,
    "boot": _boot,
    "genkey": _keys,
    "genpsk": _keys,
    "pubkey": _keys,
}


def _carrier() -> "Backend":
    from wgdesk.client.chosen_backend import ChosenBackend  # noqa: PLC0415

    return ChosenBackend()


def _purpose(arguments: argparse.Namespace) -> str:
    """What failed; the error itself says why."""
    named = (getattr(arguments, word, None) for word in ("profile", "name", "host", "title"))
    subject = next((it for it in named if it is not None), None)
    words = "the tunnels" if subject is None else printable(subject, 200) or "“”"
    return _PURPOSES[arguments.verb].format(words)


def _remedy(error: WgdeskError, arguments: argparse.Namespace) -> str:
    """What to do about it, on one line; the error's own remedy first."""
    if isinstance(error, InvalidProfile) and (len(error.errors) > 1 or not error.remedy):
        every = f"Every problem of it, with its line: wgdesk check {arguments.profile}"
        return f"{error.remedy} {every}".lstrip()
    if error.code == "UpOtherwise":
        return (
            f"To apply the profile without taking the tunnel down: wgdesk sync {arguments.profile}"
        )
    if error.code == "NoSuchTunnel" and arguments.verb == "sync":
        return f"To bring it up: wgdesk up {arguments.profile}"
    if error.code == "NoSuchProfile" and not error.remedy:
        return "The profiles there are: wgdesk list"
    return error.remedy


def _flushed(code: int) -> int:
    sys.stdout.flush()  # here a broken pipe can still be told from a bug
    return code


def _drop_output() -> None:
    """What is still to be flushed goes nowhere: nobody reads it, or it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tame_output() -> None:
    """Let no character that the locale lacks end the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a test's own stream may have none
        if reconfigure:
            reconfigure(errors="replace")
