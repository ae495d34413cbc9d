"""Keeps the window's process small; has to be imported before Qt.

PySide6 reads the whole source of every module that is imported after it and leaves it in
`linecache` (its `__feature__` switch asks for it): 5 MB here. So what needs no Qt comes first.
"""

import linecache
import sys

# Nothing in this process speaks TLS, and asyncio does without; OpenSSL would be 4 MB.
sys.modules.setdefault("_ssl", None)  # type: ignore[arg-type]  # how an import is forbidden

import asyncio  # noqa: E402, F401  # from here on for the order, see above

import wgdesk.client.backend  # noqa: E402
import wgdesk.client.knock  # noqa: E402
import wgdesk.client.preferences  # noqa: E402
import wgdesk.client.saving  # noqa: E402
import wgdesk.client.store  # noqa: E402
import wgdesk.client.toggling  # noqa: E402
import wgdesk.ui.facts  # noqa: E402
import wgdesk.ui.summary  # noqa: E402
import wgdesk.ui.troubles  # noqa: E402, F401


def drop() -> None:
    """Forget the sources that Qt has read; for when everything is imported."""
    linecache.clearcache()
