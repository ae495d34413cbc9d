"""The profiles of one person, all in a folder of a test's own."""

from pathlib import Path

from wgdesk.client.history import History
from wgdesk.client.library import Library
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Trash


def library_in(root: Path) -> Library:
    """A fresh one each time: nothing may live in memory only."""
    return Library(
        ProfileStore(root / ".wireguard"),
        Preferences(root / "profiles.json"),
        History(root / "state" / "history"),
        Trash(root / "state" / "deleted"),
    )
