"""Keeps the window's process small."""

import linecache
import sys
from importlib.util import find_spec
from typing import Final

OWN_SHA256: Final = ("_sha2", "_sha256")  # since Python 3.12, and before


def refuse() -> None:
    """Do without OpenSSL, 8 MB: nothing in this process speaks TLS, and asyncio needs none.

    `hashlib` has digests of its own, but where a distribution has left them out.
    """
    refused = ["_ssl"]
    if any(map(find_spec, OWN_SHA256)):
        refused.append("_hashlib")
    for name in refused:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # how an import is forbidden


def drop() -> None:
    """Forget the sources of what has been imported.

    PySide6 reads the whole source of every module that is imported after it, for its `__feature__`
    switch, and leaves it in `linecache`: 5 MB here.
    """
    linecache.clearcache()
