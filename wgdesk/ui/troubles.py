"""What went wrong, why, and what to do about it. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk import __version__
from wgdesk.domain.errors import InvalidProfile, WgdeskError
from wgdesk.domain.problem import Problem, Severity
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import Failure, HelperState, Order, Picture, TunnelRow
from wgdesk.ui.wording import as_sentence
from wgdesk.wire.names import (
    API_VERSION,
    API_WITH_BOOT,
    API_WITH_LOG,
    API_WITH_ROUTING,
    API_WITH_SYSTEM_PROFILES,
)

MOST_PROBLEMS: Final = 5


@dataclass(frozen=True, slots=True)
class Words:
    """Something to read: what happened, why, and what to do about it ("" where unknown)."""

    title: str
    body: str
    remedy: str = ""


def failure_words(name: str, failure: Failure) -> Words:
    titles = {
        Order.CONNECT: tr("{name} was not connected"),
        Order.DISCONNECT: tr("{name} was not disconnected"),
    }
    return error_words(titles[failure.order].format(name=name), failure.error)


def error_words(title: str, error: WgdeskError) -> Words:
    if isinstance(error, InvalidProfile):
        return Words(title, problems_text(error.problems))  # each with its own remedy
    return Words(title, as_sentence(str(error)), tr_told(error.remedy))


def problems_text(problems: Sequence[Problem]) -> str:
    """A line for each error, up to MOST_PROBLEMS of them, then how many more there are."""
    errors = [each for each in problems if each.severity is Severity.ERROR]
    lines = [_problem_text(problem) for problem in errors[:MOST_PROBLEMS]]
    more = len(errors) - MOST_PROBLEMS
    if more > 0:
        lines.append(tr_count("And {count} more problem.", "And {count} more problems.", more))
    return "\n".join(lines)


def _problem_text(problem: Problem) -> str:
    place = tr("Line {line}, column {column}:").format(line=problem.line, column=problem.column)
    return " ".join(
        part for part in (place, as_sentence(problem.text), tr_told(problem.fix)) if part
    )


def trouble(row: TunnelRow) -> Words | None:
    """What the banner of this tunnel says; None where all is well."""
    if row.failure is not None:
        return failure_words(shown_name(row), row.failure)
    if row.tunnel is not None and row.has_fallen:
        title = tr("{name} went down").format(name=shown_name(row))
        return Words(title, as_sentence(row.tunnel.cause))
    if row.tunnel is None and row.profile_error is not None:
        title = tr("The file of {name} cannot be used as it is").format(name=shown_name(row))
        return error_words(title, row.profile_error)
    return None


def helper_trouble(picture: Picture) -> Words | None:
    """What is wrong with the helper; None where all is well."""
    if picture.helper is not HelperState.GONE:
        return version_words(picture)
    title = tr("No tunnel can be connected or seen right now")
    if picture.helper_error is None:
        return Words(title, tr("The helper does not answer; asking again."))
    return error_words(title, picture.helper_error)


def version_words(picture: Picture) -> Words | None:
    """That the two sides were made for each other is no news; None then, or where it is not known."""
    newer = tr("The helper is newer than this window")
    again = tr("Quit this window and open it again; if that does not help, update wgdesk.")
    if picture.helper_refusal is not None:
        own = tr("It no longer speaks with windows of version {window}.").format(window=__version__)
        return Words(newer, own, again)
    if picture.helper_api in (0, API_VERSION):
        return None
    versions = tr("The helper has version {helper}, this window {window}.").format(
        helper=picture.helper_version or tr("unknown"), window=__version__
    )
    if picture.helper_api > API_VERSION:
        rest = tr("All that this window knows works; what is new in the helper is not shown.")
        return Words(newer, f"{versions} {rest}", again)
    lacks = ", ".join(words for api, words in newer_abilities() if picture.helper_api < api)
    rest = tr("It cannot do yet: {things}. Everything else works.").format(things=lacks)
    remedy = tr("Install the newest package wgdesk-helper; tunnels stay up meanwhile.")
    return Words(tr("The helper is older than this window"), f"{versions} {rest}", remedy)


def newer_abilities() -> tuple[tuple[int, str], ...]:
    """What came after the first version of the helper's API: since which, and in a person's words."""
    return (
        (API_WITH_ROUTING, tr("show the routes of this machine")),
        (API_WITH_LOG, tr("tell what it did")),
        (API_WITH_SYSTEM_PROFILES, tr("read the profiles in /etc/wireguard")),
        (API_WITH_BOOT, tr("connect a tunnel at boot")),
    )
