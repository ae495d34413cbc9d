"""`genkey`, `genpsk` and `pubkey`, as wg does them."""

import os
import stat
import sys
from typing import Final

from wgdesk.cli.terminal import complain
from wgdesk.domain.keys import KEY_CHARACTERS, PresharedKey, PrivateKey

_ODD_FORMAT: Final = "cannot derive the public key: the key is not of the right length or format"
_TRAILING: Final = "cannot derive the public key: there is more after the key than white space"
# What isspace() takes in the C locale, and the zero byte, which wg skips too.
_BLANK: Final = b" \t\n\v\f\r\0"


def genkey() -> int:
    _warn_if_exposed()
    print(PrivateKey.generate().base64())
    return 0


def genpsk() -> int:
    _warn_if_exposed()
    print(PresharedKey.generate().base64())
    return 0


def pubkey() -> int:
    """Read exactly one private key from standard input; its end of line is optional."""
    content = sys.stdin.buffer.read(KEY_CHARACTERS)
    rest = sys.stdin.buffer.read(4096) if len(content) == KEY_CHARACTERS else b""
    if rest.strip(_BLANK):
        complain(_TRAILING)
        return 1
    try:
        key = PrivateKey.parse(content.decode("ascii", "replace"))
    except ValueError:
        complain(_ODD_FORMAT)
        return 1
    print(key.public().base64())
    return 0


def _warn_if_exposed() -> None:
    """Warn where the key goes into a file that others may read, in wg's words."""
    found = os.fstat(sys.stdout.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_mode & 0o007:
        print(
            "Warning: writing to world accessible file.\n"
            "Consider setting the umask to 077 and trying again.",
            file=sys.stderr,
        )
