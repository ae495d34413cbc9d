"""`log`: what was done for the caller's tunnels, and what happened to them."""

import sys
from collections.abc import Iterable

from wgdesk.cli.terminal import complain, say
from wgdesk.cli.tunnels import tunnel_name
from wgdesk.client.backend import Backend
from wgdesk.client.log_text import line_text
from wgdesk.client.store import ProfileStore
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.log_line import LogLine, LogPage
from wgdesk.domain.names import printable

NOTHING = "Nothing was done since the helper started."


async def log(backend: Backend, argument: str | None, *, follow: bool, as_json: bool) -> int:
    """Print the lines there are; with `follow` also every line that comes, until interrupted.

    Raises:
        NoSuchProfile: Neither a line nor a profile has that name.
    """
    name = None if argument is None else tunnel_name(argument)
    page = await backend.log()
    lines = _only(name, page.lines)
    if name is not None and not lines:
        _require_profile(name)
    if as_json and not follow:
        _say_page(LogPage(tuple(lines), page.source, page.last))
    elif not lines and not follow:
        say(NOTHING)
    else:
        _say_lines(lines, as_json=as_json)
    if follow:
        await _follow(backend, page.last, name, as_json=as_json)
    return 0


async def _follow(backend: Backend, after: int, name: str | None, *, as_json: bool) -> None:
    async for page in backend.log_changes(after):
        if page is None:
            complain("the helper went away; its next lines come when it is back")
        else:
            _say_lines(_only(name, page.lines), as_json=as_json)


def _only(name: str | None, lines: Iterable[LogLine]) -> list[LogLine]:
    return [line for line in lines if name in (None, line.tunnel)]


def _require_profile(name: str) -> None:
    store = ProfileStore()
    if store.find(name) is None:
        raise NoSuchProfile(printable(name), printable(str(store.folder), 200))


def _say_lines(lines: Iterable[LogLine], *, as_json: bool) -> None:
    for line in lines:
        say(_line_document(line) if as_json else line_text(line).rstrip())
    sys.stdout.flush()  # whoever reads a pipe gets each line when it comes


def _line_document(line: LogLine) -> str:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load
    from wgdesk.wire.log_codec import line_json  # noqa: PLC0415

    return document(line_json(line))


def _say_page(page: LogPage) -> None:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load
    from wgdesk.wire.log_codec import page_json  # noqa: PLC0415

    say(document(page_json(page)))
