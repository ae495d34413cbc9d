"""What people and programs hand us that is wrong, and exactly what they are told.

One table for the command line and for the helper: both read the text themselves and come to
the same sentence.
"""

import base64
from dataclasses import dataclass
from typing import Final

from tests.support.texts import HOME, PRESHARED_KEY, PRIVATE_KEY, SERVER_KEY

SECRETS: Final = (PRIVATE_KEY, PRESHARED_KEY)
_COPY: Final = "Copy the whole key again."
EVERY: Final = "Every problem of it, with its line: wgdesk check home"
_MAX_LINE: Final = 8192


@dataclass(frozen=True, slots=True)
class BadText:
    """A profile that is refused.

    Attributes:
        says: The whole reason, after what failed.
        remedy: The second line of what a terminal shows.
        check: `:LINE:COLUMN: error: ` and so on, as `wgdesk check` prints it after the path.
    """

    name: str
    content: bytes
    says: str
    remedy: str

    @property
    def check(self) -> str:
        """The first line of `wgdesk check`, after the path."""
        place, _, text = self.says.partition(": ")
        _, line, _, column = place.replace(",", "").split()
        return f":{line}:{column}: error: {text.partition(' (and ')[0]}"


def _bad(name: str, text: str, says: str, remedy: str = EVERY) -> BadText:
    return BadText(name, text.encode("utf-8", "surrogateescape"), says, remedy)


def _interface(line: str) -> str:
    """Line 5 of a profile that is right without it."""
    return HOME.replace("\n\n[Peer]", f"\n\n{line}\n[Peer]")


def _peer(line: str) -> str:
    """Line 11."""
    return f"{HOME}{line}\n"


def _many_allowed_ips(number: int) -> str:
    """Host routes, two hundred a line; the peer's section begins at line 3."""
    hosts = [f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}" for at in range(number)]
    lines = [", ".join(hosts[at : at + 200]) for at in range(0, number, 200)]
    head = f"[Interface]\nPrivateKey = {PRIVATE_KEY}\n[Peer]\nPublicKey = {SERVER_KEY}\n"
    return head.replace("], [", "]") + "".join(f"AllowedIPs={line}\n" for line in lines)


def _key_of(number: int) -> str:
    return base64.b64encode(bytes(range(1, number + 1))).decode()


def _own_key(key: str) -> str:
    return HOME.replace(PRIVATE_KEY, key)


BAD_TEXTS: Final = (
    _bad(
        "unknown-key",
        _interface("Tabel = off"),
        "line 5, column 1: “Tabel” is not a key that wg or wg-quick knows",
        "Did you mean “Table”?",
    ),
    _bad(
        "unknown-key-like-a-secret",
        _interface(f"{PRIVATE_KEY[:20]} = 1"),
        "line 5, column 1: this is not a key that wg or wg-quick knows",
    ),
    _bad(
        "unknown-section",
        HOME.replace("[Peer]", "[Peers]"),
        "line 5, column 1: sections are [Interface] and [Peer]; this is neither",
        "Write [Peer].",
    ),
    _bad(
        "wrong-case",
        _interface("Table = OFF"),
        "line 5, column 9: “auto” and “off” must be in lower case: wg-quick takes others for a"
        " table's name",
        "Write “off”.",
    ),
    _bad(
        "wrong-section",
        _peer("MTU = 1400"),
        "line 11, column 1: MTU belongs to [Interface], not to [Peer]",
        "Move the line to [Interface].",
    ),
    _bad(
        "before-any-section",
        f"PrivateKey = {PRIVATE_KEY}\n{HOME}",
        "line 1, column 1: PrivateKey stands before any section",
        "Write [Interface] above it.",
    ),
    _bad(
        "no-interface-section",
        HOME.removeprefix("[Interface]\n"),
        "line 1, column 1: PrivateKey stands before any section (and 1 more)",
        f"Write [Interface] above it. {EVERY}",
    ),
    _bad(
        "byte-order-mark",
        f"\ufeff{HOME}",
        "line 1, column 1: the file begins with an invisible byte order mark, at which wg stops",
        "Save the file as UTF-8 without byte order mark.",
    ),
    _bad(
        "utf-16",
        "\udcff\udcfe" + HOME,
        "line 1, column 1: the file is text in UTF-16, but must be in UTF-8",
        "Save it as UTF-8.",
    ),
    _bad(
        "zero-byte",
        HOME.replace("Address", "Add\0ress"),
        "line 3, column 4: the file is not text: it has zero bytes in it",
        "Check that this is the right file.",
    ),
    _bad(
        "zero-byte-in-comment",
        _peer("# end\0"),
        "line 11, column 6: the file is not text: it has zero bytes in it",
        "Check that this is the right file.",
    ),
    _bad(
        "not-utf-8",
        HOME.replace("10.66", "\udcff10.66"),
        "line 3, column 11: an address must look like 10.0.0.2/24 or fd00::2/64",
    ),
    _bad(
        "not-utf-8-in-command",
        _interface("PostUp = echo \udcff"),
        "line 5, column 10: this command has bytes that are not text in UTF-8",
    ),
    _bad(
        "carriage-return-alone",
        _interface("MTU = 1400\rTable = off"),
        "line 5, column 7: the MTU must be a number of bytes from 68 to 65535",
    ),
    _bad(
        "form-feed",
        _interface("MTU = 14\f00"),
        "line 5, column 7: there is white space inside this value",
        "Remove the white space.",
    ),
    _bad(
        "escape-sequence-in-command",
        _interface("PostUp = echo \x1b[2J"),
        "line 5, column 10: this command has characters that cannot be seen",
        "Remove them.",
    ),
    _bad(
        "escape-sequence-for-a-key",
        _interface("\x1b[2J = 1"),
        "line 5, column 1: this is not a key that wg or wg-quick knows",
    ),
    _bad(
        "allowed-ips-70000",
        _many_allowed_ips(70_000),
        "line 86, column 2376: too many AllowedIPs in one peer (70000 > 16384)",
    ),
    _bad(
        "allowed-ips-on-one-line",
        HOME.replace("0.0.0.0/0, ::/0", "10.0.0.0/8, " * 700 + "::/0"),
        f"line 9, column 1: the line is longer than {_MAX_LINE} characters",
        "Split it: AllowedIPs may stand on several lines.",
    ),
    _bad(
        "command-of-9-kb",
        _interface("PostUp = " + "x" * 9000),
        f"line 5, column 1: the line is longer than {_MAX_LINE} characters",
        "Put the command into a script.",
    ),
    _bad(
        "table-253",
        _interface("Table = 253"),
        "line 5, column 9: this routing table belongs to the system itself",
    ),
    _bad(
        "table-main",
        _interface("Table = main"),
        "line 5, column 9: this routing table belongs to the system itself",
    ),
    _bad(
        "mtu-70000",
        _interface("MTU = 70000"),
        "line 5, column 7: the MTU must lie between 68 and 65535",
    ),
    _bad(
        "mtu-below-ipv6",
        _interface("MTU = 1000"),
        "line 5, column 1: IPv6 needs an MTU of at least 1280: the IPv6 routes of this profile"
        " would fail",
        "Write “MTU = 1280”, or remove the line.",
    ),
    _bad(
        "mark",
        _interface("FwMark = 0x1ffffffff"),
        "line 5, column 10: the mark must be “off” or a number up to 0xffffffff, decimal or with"
        " “0x”",
    ),
    _bad(
        "dns-with-port",
        _interface("DNS = 9.9.9.9, 1.1.1.1:53"),
        "line 5, column 16: a DNS server must be an IP address, without a port",
        "Write “1.1.1.1” alone.",
    ),
    _bad(
        "dns-nonsense",
        _interface("DNS = 8.8.8.8.8"),
        "line 5, column 7: a DNS server must be an IP address, without a port",
    ),
    _bad(
        "dns-domain",
        _interface("DNS = corp/example"),
        "line 5, column 7: this is neither a DNS server's address nor a domain name",
    ),
    _bad(
        "endpoint-without-port",
        HOME.replace("192.0.2.1:51820", "vpn.example"),
        "line 8, column 12: the endpoint has no port",
        "Add the server's port, often “:51820”.",
    ),
    _bad(
        "endpoint-port",
        HOME.replace("51820", "70000"),
        "line 8, column 22: the port is out of range: the highest port is 65535",
    ),
    _bad(
        "endpoint-url",
        HOME.replace("192.0.2.1", "https://vpn.example"),
        "line 8, column 12: an endpoint is not a web address",
        "Write HOST:PORT, without “http://” and without a path.",
    ),
    _bad(
        "key-of-31-bytes",
        _own_key(_key_of(31)),
        "line 2, column 14: a key has 32 bytes, this has 31",
        _COPY,
    ),
    _bad(
        "key-of-33-bytes",
        _own_key(_key_of(33)),
        "line 2, column 14: a key has 32 bytes, this has 33",
        _COPY,
    ),
    _bad(
        "key-cut-off",
        _own_key(PRIVATE_KEY[:-4]),
        "line 2, column 14: a key has 44 characters, this has 40",
        _COPY,
    ),
    _bad(
        "key-not-base64",
        _own_key(f"${PRIVATE_KEY[1:]}"),
        "line 2, column 14: this is not a key in base64",
        "Copy the key again.",
    ),
    _bad(
        "key-damaged",
        _own_key(f"{PRIVATE_KEY[:-2]}l="),
        "line 2, column 14: the key is damaged: its last letter cannot end a key of 32 bytes",
        "Copy the key again.",
    ),
    _bad(
        "preshared-key-cut-off",
        HOME.replace(PRESHARED_KEY, PRESHARED_KEY[:-1]),
        "line 7, column 16: the key lacks the “=” at its end",
        "Add “=” to the end of the key.",
    ),
    _bad(
        "preshared-key-only",
        HOME.replace(f"PublicKey = {SERVER_KEY}\n", ""),
        "line 5, column 1: this peer has no public key",
        "Add a line “PublicKey = ...” to it.",
    ),
    _bad(
        "duplicate-peer",
        f"{HOME}[Peer]\nPublicKey = {SERVER_KEY}\n",
        "line 12, column 13: another [Peer] section has this public key already",
        "Keep one section with the allowed IPs of both.",
    ),
    _bad(
        "save-config",
        _interface("SaveConfig = yes"),
        "line 5, column 14: SaveConfig is either “true” or “false”",
        "Write “true”.",
    ),
    _bad(
        "empty",
        "",
        "line 1, column 1: the file is empty",
        "A profile has an [Interface] section and a [Peer] section.",
    ),
)


@dataclass(frozen=True, slots=True)
class BadName:
    """A name that no tunnel can have.

    Attributes:
        argument: What a person types after `wgdesk up --`; `{folder}` is that of the profiles.
        file_name: Such a file lies in the profile folder; "" for none.
        says: The whole first line after "wgdesk: ".
    """

    argument: str
    file_name: str
    says: str
    remedy: str


_RENAME: Final = (
    "Rename it: up to 15 letters, digits and _ = + . -, for it names a network interface."
)
_LIST: Final = "The profiles there are: wgdesk list"


_CHARACTERS: Final = "only letters, digits and _ = + . - may be used"
# Names of files that no interface can have: their tunnels are called otherwise.
ODD_NAMES: Final = (
    *("sixteen_letters_", "all", "default", "lo", "-h", "%i", "two words", "a\nb", "a\x1b[31mb"),
    "$(id)",
)
BAD_NAMES: Final = (
    BadName(
        "../x",
        "",
        "cannot bring ../x up: “x” cannot be a tunnel name: the file's name must be the"
        " tunnel's name followed by .conf",
        _RENAME,
    ),
    BadName("../x.conf", "", "cannot bring ../x.conf up: no profile named “x” in ..", _LIST),
    BadName("..", "", "cannot bring .. up: no profile named “..” in {folder}", _LIST),
    BadName("", "", "cannot bring “” up: no profile named “” in {folder}", _LIST),
)
# The same at the helper's own door, for callers that are not our command line.
NAMES_AT_THE_DOOR: Final = {
    "": "“” cannot be a tunnel name: it is empty",
    ".": "“.” cannot be a tunnel name: the name is reserved",
    "..": "“..” cannot be a tunnel name: the name is reserved",
    "../x": f"“../x” cannot be a tunnel name: {_CHARACTERS}",
    "-h": "“-h” cannot be a tunnel name: it must not begin with a dash",
    "all": "“all” cannot be a tunnel name: the name is reserved",
    "%i": f"“%i” cannot be a tunnel name: {_CHARACTERS}",
    "a b": f"“a b” cannot be a tunnel name: {_CHARACTERS}",
    "a\nb": f"“a?b” cannot be a tunnel name: {_CHARACTERS}",
    "a\x1b[31mb": f"“a?[31mb” cannot be a tunnel name: {_CHARACTERS}",
    "sixteen_letters_": (
        "“sixteen_letters_” cannot be a tunnel name: interface names have at most 15 characters"
    ),
    "b\u00fcro": f"“b\u00fcro” cannot be a tunnel name: {_CHARACTERS}",
    "x" * 300: (
        f"“{'x' * 59}…” cannot be a tunnel name: interface names have at most 15 characters"
    ),
}


def leaks(told: str) -> bool:
    """Whether a dozen letters in a row of a secret of the profiles stand in `told`."""
    return any(key[at : at + 12] in told for key in SECRETS for at in range(len(key) - 11))
