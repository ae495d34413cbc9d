"""The texts that the code has for people, found by reading it."""

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wgdesk.ui.catalogue import TOLD

REPO = Path(__file__).resolve().parents[2]
ROOMS_BELOW = ("domain", "wire", "engine", "helper", "client")
# What these say is for programs, for a terminal or for the helper's own dialogs.
NOT_FOR_THE_WINDOW = (
    "domain/explain.py",
    "domain/firewall.py",
    "domain/render.py",
    "domain/rewrite.py",
    "domain/routing_lines.py",
    "domain/shell_words.py",
    "domain/units.py",
    "engine/bounded_bus.py",
    "engine/foreign.py",
    "engine/record.py",
    "engine/routing_messages.py",
    "engine/uapi.py",
    "helper/introspection.py",
    "helper/prompts.py",
)
# Words, but nft's, systemd's, or half a sentence.
NO_SENTENCES = (
    "Desktop Action {action}",
    "Desktop Entry",
    "From the demo server {host}, which anybody may use.",
    "access denied",
    "add chain inet wg-%i nat { type nat hook postrouting priority 100; }",
    'add rule inet wg-%i nat {version} saddr {net} oifname != "%i" masquerade',
    "authentication required",
    "could not ",
    "hook forward",
    "hook output",
    "hook postrouting",
    "local destination",
    "nameserver {server}",
    "nft 'add table inet wg-%i; {chain}; {rules}'",
    "nft delete table inet wg-%i",
    "not authorized",
    "policy drop",
    "search {search}",
    "sysctl -w {forwarding}=1",
    "table {table}",
    "{id} engine",
)
# What is put together from pieces too small to be known for sentences; the file they are in.
IN_PIECES = {
    "Up again.": "engine/diary.py",
    "Down.": "engine/diary.py",
    "{count} peers added": "domain/sync.py",
    "{count} peers changed": "domain/sync.py",
    "{count} peers removed": "domain/sync.py",
    "{count} peer added": "domain/sync.py",
    "{count} peer changed": "domain/sync.py",
    "{count} peer removed": "domain/sync.py",
    "addresses": "domain/sync.py",
    "routes": "domain/sync.py",
    "the MTU": "domain/sync.py",
}
LOGGING = ("debug", "info", "warning", "error", "exception", "critical")
BUGS = ("ValueError", "TypeError", "RuntimeError", "KeyError", "EOFError")
# Two words at least, and no sign that only commands and patterns have.
WORDY = re.compile(
    r"[A-Za-z“{`1][^\n\t|\\]*[a-z\d]{2,} [^\n\t|\\]*[a-z]{2,}[^\n\t|\\]*|(1|\{\w+\}) [a-z]{4,}"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A text and where it stands.

    Attributes:
        many: The text for several, where the number decides.
        file: From the top of the repository.
    """

    context: str
    text: str
    many: str
    file: str


def all_sources() -> tuple[Source, ...]:
    """Every text once, by context, then in the order of the files."""
    found: dict[tuple[str, str], Source] = {}
    pieces = (Source(TOLD, text, "", f"wgdesk/{file}") for text, file in IN_PIECES.items())
    for source in (*_window_sources(), *_told_sources(), *pieces):
        found.setdefault((source.context, source.text), source)
    return tuple(found.values())


def _window_sources() -> Iterator[Source]:
    for path in sorted((REPO / "wgdesk" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _spoken(node, str(path.relative_to(REPO)))


def _spoken(call: ast.Call, file: str) -> Iterator[Source]:
    name = call.func.id  # type: ignore[attr-defined]  # the caller has looked
    if name not in {"tr", "tr_count"} or file.endswith("ui/language.py"):
        return
    texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
    expected = 1 if name == "tr" else 2
    if len(texts) < expected:
        message = f"{file}:{call.lineno}: {name} takes its text as it stands"
        raise ValueError(message)
    yield Source("", texts[0], texts[1] if expected == 2 else "", file)


def _told_sources() -> Iterator[Source]:
    for room in ROOMS_BELOW:
        for path in sorted((REPO / "wgdesk" / room).rglob("*.py")):
            if str(path.relative_to(REPO / "wgdesk")) in NOT_FOR_THE_WINDOW:
                continue
            file = str(path.relative_to(REPO))
            for text in _told(ast.parse(path.read_text(encoding="utf-8"))):
                yield Source(TOLD, text, "", file)


def _told(node: ast.AST) -> Iterator[str]:
    """Every sentence or clause below this node that may reach the window."""
    if _is_for_nobody(node):
        return
    text = _template(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _told(child)
    elif WORDY.fullmatch(text) and text not in NO_SENTENCES:
        yield f"{text}{{rest}}" if text.endswith(": ") else text


def _is_for_nobody(node: ast.AST) -> bool:
    """A docstring, a line of the journal, or what only a bug brings to light."""
    match node:
        case ast.Expr(ast.Constant()):
            return True
        case ast.Call(ast.Attribute(attr=name)):
            return name in LOGGING
        case ast.Call(ast.Name(id=name)):
            return name in BUGS
    return False


def _template(node: ast.AST) -> str | None:
    """The text with a place for each part that is put in, as in `{name} ended at once`."""
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.JoinedStr(values):
            places = iter(_places(values))
            return "".join(
                each.value if isinstance(each, ast.Constant) else next(places) for each in values
            )
    return None


def _places(values: list[ast.expr]) -> list[str]:
    """Named by the last name in the expression; a second one of that name gets a number."""
    places: list[str] = []
    for value in values:
        if isinstance(value, ast.FormattedValue):
            code = re.sub(r"'[^']*'", "", ast.unparse(value.value))
            names = re.findall(r"\b[A-Za-z_]\w*\b(?!\()", code) or ["part"]
            known = [name for name in names if not keyword.iskeyword(name)]
            name = known[-1].strip("_").lower()
            places.append(name if name not in places else f"{name}{len(places) + 1}")
    return [f"{{{name}}}" for name in places]
