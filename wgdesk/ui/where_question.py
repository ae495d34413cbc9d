"""What a person types into “Where does [ ] go?”. No Qt."""

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from wgdesk.domain.names import printable
from wgdesk.domain.profile import Address
from wgdesk.ui.language import tr

# RFC 1123 section 2.1, and letters of every script, which the resolver turns into its own form.
_HOST: Final = re.compile(r"(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")
_LONGEST_NAME: Final = 253


@dataclass(frozen=True, slots=True)
class Question:
    """One of these is set; none where nothing was typed.

    Attributes:
        mistake: Why it is no question, in a sentence.
    """

    address: Address | None = None
    host: str = ""
    mistake: str = ""


def read_question(text: str) -> Question:
    """An address, a host name, or either of them inside a web address."""
    typed = text.strip()
    if not typed:
        return Question()
    asked = _host_of_url(typed) if "://" in typed else typed.removeprefix("[").removesuffix("]")
    try:
        return Question(address=ip_address(asked))
    except ValueError:
        return _read_name(asked, printable(typed))


def _host_of_url(text: str) -> str:
    try:
        return urlsplit(text).hostname or ""
    except ValueError:  # an odd bracket
        return ""


def _read_name(asked: str, shown: str) -> Question:
    is_number = asked.rpartition(".")[2].isdecimal()
    if _HOST.fullmatch(asked) and len(asked) <= _LONGEST_NAME and not is_number:
        return Question(host=asked)
    if _is_network(asked):
        text = tr("“{typed}” is a network. Type one address of it.")
    else:
        text = tr("“{typed}” is neither an address nor a host name.")
    return Question(mistake=text.format(typed=shown))


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
