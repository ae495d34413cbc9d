"""The verbs that look at profiles and change nothing."""

import sys
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from wgdesk.cli.terminal import complain, safe, say
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import parse, read_profile
from wgdesk.domain.errors import InvalidName, WgdeskError
from wgdesk.domain.names import PROFILE_SUFFIX, parse_tunnel_name, printable
from wgdesk.domain.problem import Problem, Severity
from wgdesk.domain.secret_lines import references

EXIT_ERRORS: Final = 1
EXIT_NO_PROFILE: Final = 5

# Stands for a table of which the profile has but the name, which is printed instead.
NAMED_TABLE: Final = (1 << 32) - 1


def plan(argument: str) -> int:
    """Print the commands of an `up`, as if nothing else were on this machine.

    Raises:
        WgdeskError: The profile is not there, or it is invalid.
    """
    from wgdesk.domain.device import Engine, EngineKind, SocketAddress  # noqa: PLC0415
    from wgdesk.domain.dns import ASSUMED  # noqa: PLC0415
    from wgdesk.domain.explain import explain  # noqa: PLC0415  # other verbs start without it
    from wgdesk.domain.plan import Facts, plan_up  # noqa: PLC0415
    from wgdesk.domain.secret_lines import with_stand_ins  # noqa: PLC0415

    file = ProfileStore().locate(argument)
    # The commands show no key, so the keyring is left alone.
    content, _ = with_stand_ins(file.read())
    name, profile = parse_tunnel_name(file.name), read_profile(content)
    # The commands do not show where an endpoint's name leads, so nobody is asked.
    nowhere = ip_address("0.0.0.0")  # noqa: S104  # nothing is bound
    endpoints = {
        peer.endpoint: SocketAddress(nowhere, peer.endpoint.port)
        for peer in profile.peers
        if peer.endpoint
    }
    facts = Facts(
        engine=Engine(EngineKind.KERNEL, "assumed"),
        endpoints=endpoints,
        named_table=NAMED_TABLE,
        dns=ASSUMED,
    )
    planned = plan_up(name, profile, facts)
    for step in planned.steps:
        line = explain(step).replace(
            f"table {NAMED_TABLE}", f"table {profile.interface.table.name}"
        )
        say(f"[#] {line}")
    for notice in planned.notices:
        say(f"Note: {notice}")
    return 0


def check(arguments: list[str], *, as_json: bool) -> int:
    """Print every problem of every file; 1 if one is an error, 5 if a file cannot be read."""
    worst = 0
    found: list[tuple[str, Problem]] = []
    keyed: list[str] = []
    for argument in arguments:
        try:
            label, content, problems = _checked(argument, _file_to_check(argument))
            found += [(label, problem) for problem in problems]
            keyed += [label] if references(content) else []
        except WgdeskError as error:
            complain(f"cannot check {printable(argument, 200)}: {error}", error.remedy)
            worst = EXIT_NO_PROFILE
    if any(problem.severity is Severity.ERROR for _, problem in found):
        worst = max(worst, EXIT_ERRORS)
    _say_problems(found, as_json=as_json)
    for label in () if as_json else keyed:
        say(f"{printable(label, len(label))}:1:1: note: keys of it are in the keyring")
    return worst


def show(argument: str, *, reveal: bool) -> int:
    """Print a profile's text; its secrets only where `reveal` says so.

    Raises:
        WgdeskError: The profile is not there, or cannot be read.
    """
    from wgdesk.domain.render import redacted  # noqa: PLC0415  # other verbs start without it

    file = ProfileStore().locate(argument)
    content = file.read()
    warn_if_exposed(file)
    if sys.stdout.isatty():
        text = content.decode("utf-8", "replace") if reveal else redacted(content)
        content = safe(text.replace("\r\n", "\n")).encode()
    elif not reveal:
        content = redacted(content).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0


def warn_if_exposed(file: ProfileFile) -> None:
    if file.is_exposed():
        path = printable(str(file.path), 200)
        complain(f"warning: everybody on this machine can read {path}", f"Run: chmod 600 {path}")


def _file_to_check(argument: str) -> ProfileFile:
    """The file of that path whatever it is called, or the profile of that name."""
    path = Path(argument)
    is_file = "\0" not in argument and (path.is_file() or "/" in argument)
    if is_file:
        return ProfileFile(path.name.removesuffix(PROFILE_SUFFIX), path)
    return ProfileStore().locate(argument)


def _checked(argument: str, file: ProfileFile) -> tuple[str, bytes, tuple[Problem, ...]]:
    """What the file is called in what is printed, its content, and what is wrong with it."""
    content = file.read()
    warn_if_exposed(file)
    # What a person typed is what an editor can jump to.
    label = argument if Path(argument) == file.path else str(file.path)
    return label, content, (*_name_problems(file), *parse(content).problems)


def _name_problems(file: ProfileFile) -> Iterable[Problem]:
    """What keeps wg-quick from taking the tunnel's name from the file's."""
    text = ""
    if not file.path.name.endswith(PROFILE_SUFFIX):
        text = "wg-quick takes a file only if its name ends in .conf"
    else:
        try:
            parse_tunnel_name(file.path.name.removesuffix(PROFILE_SUFFIX))
        except InvalidName as error:
            text = str(error)
    if text:
        yield Problem(1, 1, 1, "name", text, fix="Rename the file.")


def _say_problems(found: list[tuple[str, Problem]], *, as_json: bool) -> None:
    if as_json:
        from wgdesk.cli.documents import document, problem_json  # noqa: PLC0415  # json is slow to load

        say(document({"problems": [problem_json(*pair) for pair in found]}))
        return
    for path, problem in found:
        # A file's name may have line ends, and must not make lines of its own here.
        place = f"{printable(path, len(path))}:{problem.line}:{problem.column}"
        say(f"{place}: {problem.severity.value}: {problem.text}")
        if problem.fix:
            say(f"{place}: note: {problem.fix}")
