"""Lines of the log as JSON, the same for the bus and for `--json`."""

from wgdesk.domain.log_line import LogKind, LogLine, LogPage
from wgdesk.wire.codec import Json, Shape


def page_json(page: LogPage) -> Json:
    return {
        "source": page.source or None,
        "last": page.last,
        "lines": [line_json(line) for line in page.lines],
    }


def line_json(line: LogLine) -> Json:
    return {
        "number": line.number,
        "at_ms": line.at_unix_ms,
        "tunnel": line.tunnel or None,
        "kind": line.kind.value,
        "text": line.text,
    }


def page_from(document: Json) -> LogPage:
    """Read an answer back; raises InvalidRequest."""
    with Shape():
        lines = tuple(_line_from(item) for item in document["lines"])
        return LogPage(lines, document["source"] or "", document["last"])


def _line_from(document: Json) -> LogLine:
    return LogLine(
        number=document["number"],
        at_unix_ms=document["at_ms"],
        tunnel=document["tunnel"] or "",
        kind=_kind_from(document["kind"]),
        text=document["text"],
    )


def _kind_from(word: str) -> LogKind:
    """A newer helper may tell of more than this program has a word for."""
    return LogKind(word) if word in set(LogKind) else LogKind.NOTICE
