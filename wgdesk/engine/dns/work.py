"""What has to be written below /etc, as a request and an answer that travel as files.

The helper may not write there. It puts a request where only root can, and starts a unit that
may write there and can do nothing else; see resources/systemd/wgdesk-resolv.service. Where
there is no systemd the same work is done by the helper's own process.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.dns import DnsBackend
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.engine.dns.places import Places
from wgdesk.engine.dns.plainfile import Entry, PlainFile
from wgdesk.engine.dns.resolvconf import Resolvconf

REQUEST_FILE: Final = Path("/run/wgdesk/resolv.json")
ANSWER_NAME: Final = "answer.json"
MAX_REQUEST_BYTES: Final = 16 << 10
MAX_SERVERS: Final = 8
MAX_SEARCH: Final = 16
_DOMAIN_SIGNS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
)
_BACKENDS: Final = (DnsBackend.FILE, DnsBackend.OPENRESOLV, DnsBackend.RESOLVCONF)


class Deed(StrEnum):
    APPLY = "apply"
    REVERT = "revert"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to do; `id` is random and names the answer that belongs to it."""

    id: str
    deed: Deed
    backend: DnsBackend
    entry: Entry


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the request with that id; `why` is "" where all is well."""

    id: str
    why: str = ""


def carry_out(request: Request, places: Places) -> None:
    """Do it here and now.

    Raises:
        DnsFailed: It cannot be done, and nothing of it was.
    """
    if request.backend is DnsBackend.FILE:
        file = PlainFile(places.resolv_conf, places.state_dir)
        if request.deed is Deed.RECOVER:
            file.recover()
        elif request.deed is Deed.APPLY:
            file.apply(request.entry)
        else:
            file.revert(request.entry.name)
        return
    program = Resolvconf(request.backend, places)
    if request.deed is Deed.APPLY:
        program.apply(request.entry)
    elif request.deed is Deed.REVERT:
        program.revert(request.entry.name)


def answer(request: Request, places: Places) -> Answer:
    """The same, with what came of it as a value."""
    try:
        carry_out(request, places)
    except DnsFailed as error:
        return Answer(request.id, error.why)
    return Answer(request.id)


def encode(message: Request | Answer) -> bytes:
    return json.dumps(asdict(message)).encode("ascii")


def decode_request(data: bytes) -> Request:
    """Read a request, and trust nothing in it.

    Raises:
        ValueError: It is not one.
    """
    try:
        words = json.loads(data)
        backend, entry = DnsBackend(words["backend"]), words["entry"]
        deed, servers, search = Deed(words["deed"]), entry["servers"], entry["search"]
        name = str(parse_tunnel_name(entry["name"])) if deed is not Deed.RECOVER else ""
        if backend not in _BACKENDS or len(servers) > MAX_SERVERS or len(search) > MAX_SEARCH:
            raise ValueError("out of bounds")
        addresses = tuple(str(ip_address(server)) for server in servers)
        return Request(str(words["id"]), deed, backend, Entry(name, addresses, _domains(search)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a request") from error


def decode_answer(data: bytes) -> Answer:
    """Raises ValueError where it is none."""
    try:
        words = json.loads(data)
        return Answer(str(words["id"]), str(words["why"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not an answer") from error


def _domains(words: Any) -> tuple[str, ...]:
    found = tuple(map(str, words))
    for domain in found:
        if not 0 < len(domain) < 255 or not set(domain) <= _DOMAIN_SIGNS:
            raise ValueError("not a domain")
    return found
