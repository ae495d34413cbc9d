"""Lines of the log as text, the same on a terminal, on the clipboard and in a file."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from wgdesk.domain.log_line import LogLine

NAME_WIDTH: Final = 15  # what the kernel lets an interface have
_DAY: Final = slice(0, 10)
_CLOCK: Final = slice(11, None)


def time_text(line: LogLine) -> str:
    """When, by this machine's clock: `2026-11-27 20:40:00.123`."""
    then = datetime.fromtimestamp(line.at_unix_ms / 1000).astimezone().replace(tzinfo=None)
    return then.isoformat(sep=" ", timespec="milliseconds")


def short_time_text(line: LogLine, today: date) -> str:
    """The same; only the time where it was on that day."""
    text = time_text(line)
    return text[_CLOCK] if text[_DAY] == today.isoformat() else text


def line_text(line: LogLine) -> str:
    return f"{time_text(line)}  {line.tunnel:{NAME_WIDTH}}  {line.text}"


def whole_text(lines: Iterable[LogLine]) -> str:
    """Each line with its end."""
    return "".join(f"{line_text(line)}\n" for line in lines)


def file_name(now: datetime) -> str:
    """Such as `wgdesk-log-2026-11-27T204000.txt`."""
    return f"wgdesk-log-{now:%Y-%m-%dT%H%M%S}.txt"
