"""What a page in Markdown names: links, anchors, tests, modules."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

REPO: Final = Path(__file__).resolve().parents[2]
_FENCED: Final = re.compile(r"(?ms)^```.*?^```$")
_CODE: Final = re.compile(r"`[^`\n]*`")
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_ELSEWHERE: Final = re.compile(r"[a-z]+:")


def pages() -> list[Path]:
    """Every page of the project, without what is built or installed."""
    folders = ("docs", "packaging", "tests", "resources")
    below = [path for folder in folders for path in (REPO / folder).rglob("*.md")]
    return sorted([*REPO.glob("*.md"), *below])


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The file and the anchor, which may be "", of each link inside the project."""
    text = _CODE.sub("", _FENCED.sub("", page.read_text(encoding="utf-8")))
    for target in _LINK.findall(text):
        if not _ELSEWHERE.match(target):
            path, _, anchor = target.partition("#")
            yield ((page.parent / path).resolve() if path else page), anchor


def anchors(page: Path) -> set[str]:
    """Of the headings, as the usual viewers make them."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    return {_anchor(heading) for heading in re.findall(r"(?m)^#+ (.*)$", text)}


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def code(page: Path) -> list[str]:
    """All that stands between two backticks."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    return [found.strip("`") for found in _CODE.findall(text)]
