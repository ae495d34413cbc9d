"""A translators' file, written so that the same texts give the same bytes."""

import json
from collections.abc import Iterable
from pathlib import Path

from tests.translations.sources import REPO, Source, all_sources
from wgdesk.ui.catalogue import Entry, read_entries

FOLDER = REPO / "resources" / "locale"
HEADER = """\
# Every text of wgdesk's window. Edit with any program for gettext's .po files, or by hand;
# `python -m tests.translations` brings the list up to date and keeps what is translated.
msgid ""
msgstr {header}
"""


def updated(old: str) -> str:
    """The file for the texts of now, with every translation that still has its text."""
    entries = read_entries(old)
    known = {(each.context, each.text, each.many): each for each in entries[1:]}
    header = HEADER.format(header=quoted(entries[0].forms[0]))
    blocks = (
        block(source, known.get((source.context, source.text, source.many)))
        for source in all_sources()
    )
    return "\n".join((header, *blocks))


def block(source: Source, entry: Entry | None) -> str:
    forms = entry.forms if entry else ("",) * (2 if source.many else 1)
    lines = [f"#: {source.file}"]
    if entry and entry.is_doubtful:
        lines.append("#, fuzzy")
    if source.context:
        lines.append(f"msgctxt {quoted(source.context)}")
    lines.append(f"msgid {quoted(source.text)}")
    if source.many:
        lines.append(f"msgid_plural {quoted(source.many)}")
        lines += [f"msgstr[{number}] {quoted(form)}" for number, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {quoted(forms[0])}")
    return "\n".join((*lines, ""))


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def new_text(code: str) -> str:
    """The file of a language that has none yet; the plural rule is to be looked at."""
    header = "".join(
        f"{line}\n"
        for line in (
            f"Language: {code}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: 8bit",
            "Plural-Forms: nplurals=2; plural=(n != 1);",
        )
    )
    return HEADER.format(header=quoted(header))


def paths() -> Iterable[Path]:
    return sorted(FOLDER.glob("*.po"))


def untranslated(text: str) -> tuple[Entry, ...]:
    return tuple(each for each in read_entries(text)[1:] if each.is_doubtful or not all(each.forms))
