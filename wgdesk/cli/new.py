"""`new`: an empty profile with fresh keys, a server of one's own, or a place on a demo server."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from wgdesk.cli.terminal import complain, say
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.conf import read_profile
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.names import printable
from wgdesk.domain.new_profile import empty_text

EXIT_USAGE: Final = 2
T = TypeVar("T")


class _WrongWord(Exception):  # leads to a usage error
    """What was typed behind an option cannot be what the option means."""

    def __init__(self, option: str, word: str, bad: BadValue) -> None:
        super().__init__(f"{option} {printable(word) or '“”'}: {bad.text}")
        self.remedy = bad.fix


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOptions:
    """What was typed.

    Attributes:
        server: HOST or HOST:PORT of a server of one's own; None for no server.
        demo: HOST or HOST:PORT of a demo server; "" for the usual one, None for none.
        only: Networks; everything goes through where there are none, and `demo` is not asked.
        all_traffic: For a demo server.
    """

    server: str | None = None
    demo: str | None = None
    devices: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    all_traffic: bool = False


def new(title: str, options: NewOptions) -> int:
    """Make the profiles and say what they are called.

    Raises:
        WgdeskError: Nothing was made.
    """
    try:
        _require_fitting(options)
        if options.server is not None:
            return _server(title, options, options.server)
        if options.demo is not None:
            return _demo(title, options, options.demo)
    except _WrongWord as wrong:
        complain(f"cannot make {printable(title)}: {wrong}", wrong.remedy)
        return EXIT_USAGE
    file = Library().create(title, empty_text(PrivateKey.generate()))
    _tell(file)
    say("Nobody is in it yet: add a [Peer], for example with the key of your server.")
    return 0


def _require_fitting(options: NewOptions) -> None:
    """An option that nobody would look at was meant otherwise."""
    for option, words in (
        ("--device", options.devices),
        ("--only", options.only),
        ("--dns", options.dns),
    ):
        if words and options.server is None:
            raise _WrongWord(option, words[0], BadValue("option", "only a --server has it"))
    if options.all_traffic and options.demo is None:
        why = "only a --demo has it; a server of yours gets all traffic without --only"
        raise _WrongWord("--all", "", BadValue("option", why))


def _server(title: str, options: NewOptions, where: str) -> int:
    from wgdesk.client.new_profiles import create_all  # noqa: PLC0415
    from wgdesk.domain.server_pair import USUAL_PORT, ServerWish, make_pair  # noqa: PLC0415
    from wgdesk.domain.typed_place import typed_name_server, typed_network  # noqa: PLC0415

    host, port = _place("--server", where, USUAL_PORT)
    wish = ServerWish(
        host=host,
        port=port,
        devices=options.devices or ("device",),
        all_traffic=not options.only,
        subnets=_read_all("--only", options.only, typed_network),
        dns=_read_all("--dns", options.dns, typed_name_server),
    )
    pair = make_pair(wish)
    is_one = len(pair.devices) == 1
    texts = [(f"{title} server", pair.server)]
    texts += [(title if is_one else f"{title} {it.name}", it.content) for it in pair.devices]
    server, *devices = create_all(Library(), texts)
    _tell(server, "the server's, to be carried there")
    for file, device in zip(devices, pair.devices, strict=True):
        _tell(file, f"for {device.name}")
    say("The server's profile has commands that forward and hide what its devices send.")
    say(f"They are not run before you say so: wgdesk hooks {server.name}")
    return 0


def _demo(title: str, options: NewOptions, where: str) -> int:
    from wgdesk.client.demo_server import ask  # noqa: PLC0415  # other ways ask nobody
    from wgdesk.domain.demo_profile import HOST, PORT, demo_text  # noqa: PLC0415

    host, port = _place("--demo", where or HOST, PORT)
    library = Library()
    library.name_for(title)  # a place that nobody can write down is not asked for
    key = PrivateKey.generate()
    answer = asyncio.run(ask(host, port, key.public()))
    text = demo_text(key, host, answer, all_traffic=options.all_traffic)
    _tell(library.create(title, text))
    say(f"Anybody may use {printable(host)}, and it was asked in clear text: for trying only.")
    return 0


def _tell(file: ProfileFile, what: str = "") -> None:
    key = read_profile(file.read()).interface.private_key
    say(f"Made {file.name}: {printable(str(file.path), 200)}{f' ({what})' if what else ''}")
    if key is not None:
        say(f"Its public key: {key.public()}")


def _place(option: str, text: str, usual_port: int) -> tuple[str, int]:
    from wgdesk.domain.typed_place import typed_place  # noqa: PLC0415  # an empty one has none

    (place,) = _read_all(option, (text,), lambda word: typed_place(word, usual_port))
    return place


def _read_all(option: str, words: Iterable[str], read: Callable[[str], T]) -> tuple[T, ...]:
    """Raises _WrongWord about the first that makes no sense."""
    found: list[T] = []
    for word in words:
        try:
            found.append(read(word))
        except BadValue as bad:
            raise _WrongWord(option, word, bad) from bad
    return tuple(found)
