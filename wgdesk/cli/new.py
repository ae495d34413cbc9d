"""`new`: an empty profile with fresh keys, a server of one's own, or a place on a demo server."""

import asyncio
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from wgdesk.cli.terminal import complain, say
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.conf import read_profile
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.names import printable
from wgdesk.domain.new_profile import empty_text

EXIT_USAGE: Final = 2


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
        WgdeskError: Nothing was made, or what was made before stays.
    """
    try:
        if options.server is not None:
            return _server(title, options, options.server)
        if options.demo is not None:
            return _demo(title, options, options.demo)
    except ValueError as error:
        complain(f"cannot make {printable(title)}: {error}")
        return EXIT_USAGE
    file = Library().create(title, empty_text(PrivateKey.generate()))
    _tell(file)
    say("Nobody is in it yet: add a [Peer], for example with the key of your server.")
    return 0


def _server(title: str, options: NewOptions, where: str) -> int:
    from wgdesk.domain.server_pair import USUAL_PORT, ServerWish, make_pair  # noqa: PLC0415

    host, port = _place(where, USUAL_PORT)
    wish = ServerWish(
        host=host,
        port=port,
        devices=options.devices or ("device",),
        all_traffic=not options.only,
        subnets=tuple(map(ip_network, options.only)),
        dns=tuple(map(ip_address, options.dns)),
    )
    pair = make_pair(wish)
    library = Library()
    _tell(library.create(f"{title} server", pair.server), "the server's, to be carried there")
    for device in pair.devices:
        name = title if len(pair.devices) == 1 else f"{title} {device.name}"
        _tell(library.create(name, device.content), f"for {device.name}")
    say("The server's profile has commands that forward and hide what its devices send.")
    say("They are not run before you say so: wgdesk hooks NAME")
    return 0


def _demo(title: str, options: NewOptions, where: str) -> int:
    from wgdesk.client.demo_server import ask  # noqa: PLC0415  # other ways ask nobody
    from wgdesk.domain.demo_profile import HOST, PORT, demo_text  # noqa: PLC0415

    host, port = _place(where or HOST, PORT)
    key = PrivateKey.generate()
    answer = asyncio.run(ask(host, port, key.public()))
    text = demo_text(key, host, answer, all_traffic=options.all_traffic)
    _tell(Library().create(title, text))
    say(f"Anybody may use {printable(host)}, and it was asked in clear text: for trying only.")
    return 0


def _tell(file: ProfileFile, what: str = "") -> None:
    key = read_profile(file.read()).interface.private_key
    say(f"Made {file.name}: {printable(str(file.path), 200)}{f' ({what})' if what else ''}")
    if key is not None:
        say(f"Its public key: {key.public()}")


def _place(text: str, usual_port: int) -> tuple[str, int]:
    """HOST, HOST:PORT or [IPV6]:PORT.

    Raises:
        ValueError: It is none of them.
    """
    host, colon, port = text.rpartition(":")
    is_bare = not colon or (text.count(":") > 1 and not host.endswith("]"))
    if is_bare:
        host, port = text, str(usual_port)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdecimal() and 1 <= int(port[:6]) <= 65535):
        raise ValueError(f"{printable(text)} is not HOST or HOST:PORT")
    return host, int(port)
