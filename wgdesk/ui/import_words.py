"""What an import found and what became of it, as a person reads it. No Qt."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from wgdesk.domain.import_report import Clash, ImportLine, Outcome
from wgdesk.domain.titles import clean_title
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.troubles import Words
from wgdesk.ui.wording import SEPARATOR, as_sentence

SENTENCE_END: Final = re.compile(r"(?<=[.]) (?=[A-Z0-9])")
WRITTEN: Final = frozenset({Outcome.IMPORTED, Outcome.RENAMED, Outcome.REPLACED})


def outcome_face(outcome: Outcome) -> Face:
    """What became of a file."""
    match outcome:
        case Outcome.IMPORTED:
            return Face(Mark.CONNECTED, Tone.GOOD, tr("Imported"))
        case Outcome.RENAMED:
            return Face(Mark.CONNECTED, Tone.GOOD, tr("Renamed"))
        case Outcome.REPLACED:
            return Face(Mark.CONNECTED, Tone.GOOD, tr("Replaced"))
        case Outcome.KEPT:
            return Face(Mark.READY, Tone.QUIET, tr("Was there already"))
        case Outcome.SKIPPED:
            return Face(Mark.OFF, Tone.QUIET, tr("Skipped"))
        case Outcome.FAILED:
            return Face(Mark.FAILED, Tone.BAD, tr("Not imported"))


def prospect_face(line: ImportLine, *, clashes: bool) -> Face:
    """What would become of it."""
    match line.outcome:
        case Outcome.FAILED:
            return Face(Mark.FAILED, Tone.BAD, tr("Cannot be imported"))
        case Outcome.KEPT:
            return Face(Mark.READY, Tone.QUIET, tr("Is there already"))
        case _ if clashes:
            return Face(Mark.ATTENTION, Tone.ATTENTION, tr("The name is taken"))
        case _:
            return Face(Mark.READY, Tone.GOOD, tr("Can be imported"))


def clash_text(clash: Clash) -> str:
    return {
        Clash.KEEP_BOTH: tr("Keep both, under two names"),
        Clash.REPLACE: tr("Replace the one that is there"),
        Clash.SKIP: tr("Skip this one"),
    }[clash]


def gist(line: ImportLine) -> str:
    """The one thing about it: what it does, or why it is not imported."""
    first, other = line.why, line.summary
    if line.outcome in WRITTEN:
        first, other = other, first
    return told(first or other)


def line_name(line: ImportLine) -> str:
    """What it is called, or was where it came from; "" where it had no name."""
    return clean_title(line.title) or line.name


def told(text: str) -> str:
    """Sentences that were made below, each on its own."""
    return " ".join(map(as_sentence, SENTENCE_END.split(text))) if text else ""


def all_about(line: ImportLine) -> tuple[str, ...]:
    """Everything that is known of it, a paragraph each."""
    lists = (
        (tr("Changed, so that it can be used:"), line.changes),
        (tr("Odd, and left as it is:"), line.notes),
        (tr("Not taken over:"), line.unsupported),
    )
    parts = [told(line.why), tr_told(line.remedy) if line.remedy else "", told(line.summary)]
    parts += ["\n".join((title, *map(told, items))) for title, items in lists if items]
    return tuple(part for part in parts if part)


def result_title(lines: Sequence[ImportLine]) -> str:
    """`Imported 3 of 5 tunnels`."""
    count = sum(line.outcome in WRITTEN for line in lines)
    if count == len(lines):
        return tr_count("Imported {count} tunnel", "Imported {count} tunnels", count)
    return tr("Imported {count} of {all}").format(count=count, all=len(lines))


def result_text(lines: Iterable[ImportLine]) -> str:
    """What else there was: `2 skipped · 1 not imported`."""
    count = Counter(line.outcome for line in lines)
    renamed, replaced, kept, skipped, failed = (count[outcome] for outcome in _BESIDE)
    parts = (
        (renamed, tr_count("{count} under another name", "{count} under other names", renamed)),
        (replaced, tr_count("{count} replaced", "{count} replaced", replaced)),
        (kept, tr_count("{count} was there already", "{count} were there already", kept)),
        (skipped, tr_count("{count} skipped", "{count} skipped", skipped)),
        (failed, tr_count("{count} not imported", "{count} not imported", failed)),
    )
    return SEPARATOR.join(text for number, text in parts if number)


_BESIDE: Final = (
    Outcome.RENAMED,
    Outcome.REPLACED,
    Outcome.KEPT,
    Outcome.SKIPPED,
    Outcome.FAILED,
)


def bar_words(line: ImportLine) -> Words:
    """Of one file alone, in a line of the main window."""
    name = line_name(line) or line.source
    match line.outcome:
        case Outcome.FAILED:
            title = tr("{name} was not imported").format(name=line.source)
            return Words(title, told(line.why), tr_told(line.remedy) if line.remedy else "")
        case Outcome.KEPT:
            return Words(tr("{name} was there already").format(name=name), tr("It is the same."))
        case Outcome.SKIPPED:
            return Words(tr("{name} was skipped").format(name=name), told(line.why))
        case _:
            body = "\n".join(part for part in all_about(line) if part)
            return Words(tr("Imported {name}").format(name=name), body)


def copied_text(lines: Iterable[ImportLine]) -> str:
    """A line for each, columns parted by tabs."""
    return "\n".join("\t".join(copied_cells(line)) for line in lines)


def copied_cells(line: ImportLine) -> tuple[str, ...]:
    """Each on one line, whatever is in it."""
    about = "; ".join(all_about(line))
    cells = (outcome_face(line.outcome).word, line_name(line), about, line.source)
    return tuple(" ".join(cell.split()) for cell in cells)
