"""Values that stand alone: keys, numbers, words, commands. Each is read or refused."""

import re
from typing import Final, TypeVar

from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.keys import KEY_BYTES, KEY_CHARACTERS, Key
from wgdesk.domain.profile import Table, TableMode

K = TypeVar("K", bound=Key)

# int() and \d take other scripts' digits and underscores; the programs do not.
_PORT: Final = re.compile(r"\+?0*([0-9]{1,5})")
_ANY_NUMBER: Final = re.compile(r"\+?[0-9]+")
# Negative ones that the C library takes nevertheless: 0, and what is none any more in 32 bits.
_WRAPPED: Final = re.compile(r"-(?:0+|[0-9]{10,})")
_SERVICE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_DIGITS: Final = re.compile(r"[0-9]+")
_PLAIN_NUMBER: Final = re.compile(r"0|[1-9][0-9]*")
_HEX: Final = re.compile(r"0x[0-9a-fA-F]+")
# strtoul() with base 0, as `ip` calls it: octal, hexadecimal in either case, a sign.
ODD_NUMBER: Final = re.compile(r"[+]?0[xX]?[0-9a-fA-F]+|[+][0-9]+")
# strtoul() with base 16, as wg calls it after its own "0x".
_ODD_HEX: Final = re.compile(r"0x(?:[+]|0[xX])[0-9a-fA-FxX]+")
_URL_SAFE_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}=?")
_HEX_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")
_STANDARD_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_STANDARD_KEY: Final = re.compile(r"[A-Za-z0-9+/]{43}=?")

MIN_MTU: Final = 68  # RFC 791; the TUN device refuses less
MAX_MTU: Final = 65535  # the TUN device refuses more
MAX_U32: Final = 0xFFFFFFFF
_TABLE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")
# What `ip` takes these words for, whatever rt_tables says.
_SYSTEM_TABLES: Final = frozenset({"unspec", "default", "main", "local", "all", "cache"})
_RESERVED_TABLES: Final = (0, 253, 254, 255)  # unspec, default, main, local: uapi/linux/rtnetlink.h


def parse_key(kind: type[K], text: str) -> K:
    """Read a key.

    Raises:
        BadValue: With what is wrong with its form; never with the key.
    """
    try:
        return kind.parse(text)
    except ValueError:
        raise _bad_key(text) from None  # the cause might be printed; it must not hold the text


def _bad_key(text: str) -> BadValue:
    if _HEX_KEY.fullmatch(text):
        return BadValue(
            "key-hex", "the key is in hexadecimal, but must be in base64", "Convert it to base64."
        )
    if _STANDARD_KEY.fullmatch(text):
        if len(text) < KEY_CHARACTERS:
            return BadValue(
                "key-padding", "the key lacks the “=” at its end", "Add “=” to the end of the key."
            )
        return BadValue(
            "key-not-canonical",
            "the key is damaged: its last letter cannot end a key of 32 bytes",
            "Copy the key again.",
        )
    if _URL_SAFE_KEY.fullmatch(text):
        return BadValue(
            "key-alphabet",
            "the key is in the URL-safe form of base64, which WireGuard does not read",
            "Replace “-” by “+” and “_” by “/”, and end the key with one “=”.",
        )
    if _STANDARD_BASE64.fullmatch(text) and len(text) == KEY_CHARACTERS:
        number = len(text) * 3 // 4 - text.count("=")
        wrong = f"a key has {KEY_BYTES} bytes, this has {number}"
        return BadValue("key-length", wrong, "Copy the whole key again.")
    if len(text) != KEY_CHARACTERS:
        wrong = f"a key has {KEY_CHARACTERS} characters, this has {len(text)}"
        return BadValue("key-length", wrong, "Copy the whole key again.")
    return BadValue("key-base64", "this is not a key in base64", "Copy the key again.")


def parse_port(text: str) -> int:
    """Read a UDP port, 0-65535, as getaddrinfo does but without names and without wrapping.

    Raises:
        BadValue: Out of range, a service's name, or not a port at all.
    """
    found = _PORT.fullmatch(text)
    if found and int(found[1]) <= 65535:
        return int(found[1])
    if _ANY_NUMBER.fullmatch(text):
        raise BadValue("port-wraps", "the port is out of range: the highest port is 65535")
    if _SERVICE.fullmatch(text):
        raise BadValue("port-name", "the port must be a number, not the name of a service")
    code = "port-wraps" if _WRAPPED.fullmatch(text) else "port"
    raise BadValue(code, "the port must be a number from 0 to 65535")


def parse_fwmark(text: str) -> int:
    """Read `off`, a decimal or a `0x` number of 32 bits."""
    if text.lower() == "off":
        return 0
    number = -1
    if _DIGITS.fullmatch(text) and len(text) < 100:
        number = int(text)
    elif _HEX.fullmatch(text) and len(text) < 100:
        number = int(text, 16)
    if 0 <= number <= MAX_U32:
        return number
    if _ODD_HEX.fullmatch(text):
        raise _odd_number()
    raise BadValue(
        "fwmark", "the mark must be “off” or a number up to 0xffffffff, decimal or with “0x”"
    )


def parse_keepalive(text: str) -> int | None:
    """Read seconds, 1-65535; None for `off` and 0."""
    if text.lower() == "off":
        return None
    if _DIGITS.fullmatch(text) and len(text) < 100 and int(text) <= 65535:
        return int(text) or None
    fix = "Leave out the unit: it is always seconds." if text[:-1].isdecimal() else ""
    raise BadValue(
        "keepalive", "the keepalive must be “off” or a number of seconds up to 65535", fix
    )


def parse_mtu(text: str) -> int:
    """Read bytes; `ip` would also take hexadecimal, and take `01420` for octal."""
    if _PLAIN_NUMBER.fullmatch(text) and len(text) < 100:
        if MIN_MTU <= int(text) <= MAX_MTU:
            return int(text)
        raise BadValue("mtu-range", f"the MTU must lie between {MIN_MTU} and {MAX_MTU}")
    if ODD_NUMBER.fullmatch(text):
        raise _odd_number()
    raise BadValue("mtu", f"the MTU must be a number of bytes from {MIN_MTU} to {MAX_MTU}")


def parse_table(text: str) -> Table:
    """Read `off`, `auto`, a table's number or its name; wg-quick minds the case of the words."""
    if text in ("auto", "off"):
        return Table(TableMode(text))
    if text.lower() in ("auto", "off"):
        raise BadValue(
            "table-name",
            "“auto” and “off” must be in lower case: wg-quick takes others for a table's name",
            f"Write “{text.lower()}”.",
        )
    number = -1
    if _PLAIN_NUMBER.fullmatch(text) and len(text) < 100:
        number = int(text)
    elif _HEX.fullmatch(text) and len(text) < 100:
        number = int(text, 16)
    elif ODD_NUMBER.fullmatch(text):
        raise _odd_number()
    if number in _RESERVED_TABLES:
        raise BadValue("table-reserved", "this routing table belongs to the system itself")
    if 0 < number <= MAX_U32:
        return Table(TableMode.NUMBER, number)
    if text in _SYSTEM_TABLES:
        raise BadValue("table-reserved", "this routing table belongs to the system itself")
    if number == -1 and _TABLE_NAME.fullmatch(text):
        return Table(TableMode.NAME, name=text)
    raise BadValue(
        "table",
        "the routing table must be “auto”, “off”, a number below 2^32 or a name of rt_tables",
    )


def parse_save_config(text: str) -> bool:
    word = text.lower()
    if word in ("true", "false"):
        return word == "true"
    fix = "Write “true”." if word in ("yes", "on", "1") else ""
    fix = "Write “false”." if word in ("no", "off", "0") else fix
    raise BadValue("save-config", "SaveConfig is either “true” or “false”", fix)


def parse_command(text: str) -> str:
    """Read a hook's command: printable text that looks the same to a person and to a shell."""
    if not text.isascii() and any("\udc80" <= char <= "\udcff" for char in text):
        raise BadValue("not-utf8", "this command has bytes that are not text in UTF-8")
    if not text.replace("\t", " ").isprintable():
        raise BadValue(
            "control-character", "this command has characters that cannot be seen", "Remove them."
        )
    return text


def _odd_number() -> BadValue:
    return BadValue(
        "number-spelling",
        "the programs read this number in another base than it looks",
        "Write it as a plain decimal number.",
    )
