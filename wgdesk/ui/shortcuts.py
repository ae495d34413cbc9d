"""The keys that work in a window, read from its own actions, so that no list can be out of date."""

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def shortcuts_of(window: QWidget) -> tuple[tuple[str, str], ...]:
    """Keys and what they do, as the person's keyboard and language have them."""
    found: dict[str, str] = {}
    for action in window.findChildren(QAction):
        keys = ", ".join(
            each.toString(QKeySequence.SequenceFormat.NativeText) for each in action.shortcuts()
        )
        if keys and action.text():
            found.setdefault(keys, plain(action.whatsThis() or action.text()))
    return tuple(found.items())


def plain(text: str) -> str:
    """Without the sign before the letter that a menu underlines."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
