"""`import`: profiles from files, folders, archives and pictures, with a line for each."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from wgdesk.cli.meter import Meter
from wgdesk.cli.terminal import complain, say
from wgdesk.client.gathering import MAX_FILE_BYTES, from_bytes, gather
from wgdesk.client.importing import Importer
from wgdesk.client.library import Library
from wgdesk.domain.import_report import Candidate, Clash, ImportLine, Outcome

EXIT_FAILED: Final = 1
EXIT_INTERRUPTED: Final = 128 + 2
STANDARD_INPUT: Final = "-"

_COUNTED: Final = {
    Outcome.IMPORTED: "imported",
    Outcome.RENAMED: "imported under another name",
    Outcome.REPLACED: "replaced",
    Outcome.KEPT: "there already",
    Outcome.SKIPPED: "skipped",
    Outcome.FAILED: "not imported",
}


def import_profiles(paths: Sequence[str], on_clash: str, *, is_dry: bool, as_json: bool) -> int:
    """As `take_in`, what lies at these paths."""
    return take_in(tuple(_candidates(paths)), on_clash, is_dry=is_dry, as_json=as_json)


def take_in(candidates: Sequence[Candidate], on_clash: str, *, is_dry: bool, as_json: bool) -> int:
    """Import them, or tell what would become of them; activates nothing.

    Gives 1 where something could not be imported.

    Raises:
        WgdeskError: The profiles that there are cannot be listed.
    """
    importer, clash = Importer(Library()), Clash(on_clash)
    work = importer.preview if is_dry else importer.run
    with Meter("importing") as meter:
        lines = work(candidates, lambda *_: clash, meter.tell)
    if as_json:
        _say_document(lines, is_dry=is_dry)
    else:
        _say_lines(lines, is_dry=is_dry)
    if meter.is_interrupted:
        return EXIT_INTERRUPTED
    return EXIT_FAILED if any(line.outcome is Outcome.FAILED for line in lines) else 0


def _candidates(paths: Sequence[str]) -> Iterator[Candidate]:
    yield from gather([Path(path) for path in paths if path != STANDARD_INPUT])
    if STANDARD_INPUT in paths:
        yield from from_bytes(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input")


def _say_lines(lines: Sequence[ImportLine], *, is_dry: bool) -> None:
    for line in lines:
        if line.outcome is Outcome.FAILED:
            complain(f"cannot import {line.source}: {_clause(line.why)}", line.remedy)
            continue
        say(f"{line.source}: {_what_happened(line, is_dry=is_dry)}")
        for text in filter(None, (line.summary, *line.changes, *line.notes, *line.unsupported)):
            say(f"    {text}")
    counts = Counter(line.outcome for line in lines)
    counted = ", ".join(f"{counts[it]} {word}" for it, word in _COUNTED.items() if counts[it])
    say(f"{counted}. {'Nothing was written.' if is_dry else 'No tunnel was started.'}")


def _what_happened(line: ImportLine, *, is_dry: bool) -> str:
    would = "would be " if is_dry else ""
    name = line.name if line.title == line.name else f"{line.name} (“{line.title}”)"
    match line.outcome:
        case Outcome.IMPORTED:
            return f"{would}imported as {name}"
        case Outcome.RENAMED:
            return f"{would}imported as {name}: {_clause(line.why)}"
        case Outcome.REPLACED:
            return f"{would}in place of {name}: {_clause(line.why)}"
        case Outcome.KEPT:
            return _clause(line.why)
        case _:
            return f"{would}skipped: {_clause(line.why)}"


def _clause(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:].removesuffix('.')}"


def _say_document(lines: Sequence[ImportLine], *, is_dry: bool) -> None:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load

    results = [
        {
            "source": line.source,
            "title": line.title,
            "outcome": line.outcome.value,
            "name": line.name or None,
            "why": line.why or None,
            "remedy": line.remedy or None,
            "summary": line.summary or None,
            "changes": line.changes,
            "notes": line.notes,
            "unsupported": line.unsupported,
        }
        for line in lines
    ]
    say(document({"dry_run": is_dry, "results": results}))
