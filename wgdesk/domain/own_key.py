"""The public key that peers know this device by, as soon as the text has a private one. Pure."""

from collections.abc import Sequence

from wgdesk.domain.conf_lexer import split_line
from wgdesk.domain.keys import PrivateKey, PublicKey
from wgdesk.domain.outline import outline


def own_public_key(lines: Sequence[str]) -> PublicKey | None:
    """Of the private key that counts; None where there is none, or only a part of one."""
    entries = [entry for part in outline(lines).interfaces for entry in part.of("PrivateKey")]
    if not entries:
        return None
    try:
        return PrivateKey.parse(split_line(lines[entries[-1].line])[1] or "").public()
    except ValueError:
        return None
