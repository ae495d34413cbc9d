"""The page on the house names what is really there."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.pages import markdown

REPO = Path(__file__).resolve().parents[2]
ROOMS = REPO / "wgdesk"
PAGE = REPO / "docs" / "architecture.md"
ROOM_NAMES = {path.name for path in ROOMS.iterdir() if (path / "__init__.py").exists()}
NAMED = [it for it in markdown.code(PAGE) if re.fullmatch(r"\w+(/\w+)+(\.\w+)*", it)]


@cache
def defined(path: Path) -> set[str]:
    """Names of a module, and of its classes as `Class.name`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    inside = {f"{it.name}.{name}" for it in classes for node in it.body for name in _names(node)}
    return inside.union(*map(_names, tree.body))


def _names(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def is_there(named: str) -> bool:
    place, _, name = named.partition(".")
    path = ROOMS / f"{place}.py"
    if not name:
        return path.is_file() or (ROOMS / place).is_dir() or (REPO / named).exists()
    return (path.is_file() and name in defined(path)) or (REPO / named).exists()


def test_every_module_and_name_is_there():
    assert [it for it in NAMED if not is_there(it)] == []
    assert {it.partition("/")[0] for it in NAMED} >= ROOM_NAMES - {"sandbox"}


def test_every_room_is_told():
    rows = re.findall(r"(?m)^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"))
    assert set(rows) == ROOM_NAMES
