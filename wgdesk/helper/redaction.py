"""The last line of defence between a key and the journal."""

import hashlib
import logging
import re
import secrets
import string
from typing import Final

# 32 bytes as base64, a command may add the sign at its end itself, and, as the userspace engine's
# socket has them, in hexadecimal; of a longer row of digits nobody knows where in it a key may be.
_BASE64: Final = "[A-Za-z0-9+/]"
_BARE: Final = f"{_BASE64}{{42}}[AEIMQUYcgkosw048]"
_KEY: Final = re.compile(f"{_BARE}=|(?<!{_BASE64}){_BARE}(?!{_BASE64})|[0-9A-Fa-f]{{64,}}")
_KEY_SIGNS: Final = f"{string.ascii_letters}{string.digits}+/="
_SALT: Final = secrets.token_bytes(16)


def redacted(text: str) -> str:
    """`text` with a mark in the place of each key; equal keys have equal marks until exit."""
    return _KEY.sub(_mark, text)


def cut(text: str, limit: int) -> str:
    """The beginning of `text`, without half a key at its end, which `redacted` would not know."""
    return text if len(text) <= limit else f"{text[:limit].rstrip(_KEY_SIGNS)}…"


def _mark(found: re.Match[str]) -> str:
    digest = hashlib.blake2b(found[0].encode(), key=_SALT, digest_size=4)
    return f"<key:{digest.hexdigest()}>"


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))
