"""Keeps the window's process small."""

import linecache
import sys


def refuse() -> None:
    """Do without OpenSSL, 4 MB that asyncio would load: nothing in this process speaks TLS."""
    sys.modules.setdefault("_ssl", None)  # type: ignore[arg-type]  # how an import is forbidden


def drop() -> None:
    """Forget the sources of what has been imported.

    PySide6 reads the whole source of every module that is imported after it, for its `__feature__`
    switch, and leaves it in `linecache`: 5 MB here.
    """
    linecache.clearcache()
