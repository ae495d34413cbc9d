"""The simple commands of a shell's line, where it is simple enough to be read without a shell."""

import re
from collections.abc import Iterator
from typing import Final

MAX_LINE_CHARS: Final = 2000

Words = tuple[str, ...]

# Whatever a shell would expand, open or run besides is in none of these: then nothing is known.
_TOKEN: Final = re.compile(
    r"""
    (?P<blank>[ \t]+)
  | (?P<end>\|\||&&|;|\|)
  | (?P<unseen>(?:[12&]?>>?[ \t]*/dev/null|2>&1)(?![^ \t;|&]))
  | >[ \t]*(?P<setting>/proc/sys/net/[a-z0-9_/]+)(?![^ \t;|&])
  | "?(?P<mark>\$\(wg[ \t]+show[ \t]+[A-Za-z0-9_=+.%-]{1,15}[ \t]+fwmark\))"?
  | '(?P<single>[^']*)'
  | "(?P<double>[^"$`\\!]*)"
  | \\(?P<escaped>[;{}!])
  | (?P<brace>[{}](?![^ \t;]))
  | (?P<plain>[A-Za-z0-9_%+=.,:/@!^~-]+)
    """,
    re.VERBOSE,
)


def simple_commands(line: str) -> tuple[Words, ...] | None:
    """The words of each command in `line`, or None where only a shell could tell.

    Commands are joined by `;`, `&&`, `||` or `|`. What is thrown away (`2>/dev/null`) is
    left out; `> /proc/sys/net/...` becomes one word that begins with `>`.
    """
    if len(line) > MAX_LINE_CHARS:
        return None
    commands: list[list[str]] = [[]]
    word: str | None = None
    for kind, text in _tokens(line):
        if kind in ("blank", "end", "unseen", "setting"):
            if word is not None:
                commands[-1].append(word)
            word = None
        match kind:
            case "blank" | "unseen":
                pass
            case "end":
                commands.append([])
            case "setting":
                commands[-1].append(f">{text}")
            case "":
                return None
            case _:
                word = (word or "") + text
    if word is not None:
        commands[-1].append(word)
    return tuple(tuple(command) for command in commands if command)


def _tokens(line: str) -> Iterator[tuple[str, str]]:
    """Each token as its kind and what is left of it; the kind "" ends what can be read."""
    at = 0
    while at < len(line):
        found = _TOKEN.match(line, at)
        if found is None or found.lastgroup is None:
            yield "", ""
            return
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()
