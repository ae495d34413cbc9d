"""Profiles in great numbers and of great size: listed, read, and edited."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

from tests.bench.measure import Figure, figure
from tests.support.texts import HOME
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import MAX_PROFILE_BYTES, parse
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.live_document import LiveDocument

COUNTS: Final = ((1_000, 0.3), (5_000, 1.0))  # profiles, and the seconds they may take
PARSE_LIMIT_S: Final = 0.150
KEYSTROKE_LIMIT_S: Final = 0.010
PEERS: Final = 500


def run(runs: int) -> list[Figure]:
    """Every figure of this module."""
    return [
        *(_listing(count, limit, runs) for count, limit in COUNTS),
        _parsing(runs),
        _typing(runs),
    ]


def _listing(count: int, limit_s: float, runs: int) -> Figure:
    """As `wgdesk list` does it, from the start of the program to its last line."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / ".wireguard"
        folder.mkdir(mode=0o700)
        for number in range(count):
            (folder / f"office{number}.conf").write_text(HOME)
        titles = {f"office{number}": f"Büro {number}" for number in range(count)}
        Preferences(Path(home) / ".config" / "wgdesk" / "profiles.json").set_titles(titles)
        store = ProfileStore(folder)
        ours = [
            _seconds(lambda: [parse(file.read()) for file in store.list()]) for _ in range(runs)
        ]
        whole = min(_seconds(lambda: _list_verb(home)) for _ in range(runs))
        print(f"wgdesk list, {count:,} profiles, the whole program: {whole:.2f} s", file=sys.stderr)
    name = f"{count:,} profiles listed and read"
    return figure(name, "client", f"{limit_s:g} s", ours, [limit_s] * runs, limit=1)


def _list_verb(home: str) -> None:
    environment = {"HOME": home, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "wgdesk", "list"], env=environment, capture_output=True, check=False
    )
    assert done.stdout.count(b"\n") >= COUNTS[0][0], done.stderr


def _parsing(runs: int) -> Figure:
    content = many_peers(20_000)[: MAX_PROFILE_BYTES - 1]
    content = content[: content.rindex(b"\n[Peer]")]
    ours = [_seconds(lambda: parse(content)) for _ in range(runs)]
    name = f"{len(content) / MAX_PROFILE_BYTES:.2f} MiB parsed and checked"
    return figure(name, "domain", "150 ms", ours, [PARSE_LIMIT_S] * runs, limit=1)


def _typing(runs: int) -> Figure:
    live = LiveDocument(many_peers(PEERS).decode().split("\n"))
    assert live.profile is not None
    ours = [_keystroke(live, number * 37 % len(live.lines)) for number in range(runs * 9)]
    name = f"a keystroke checked among {PEERS} peers"
    return figure(name, "domain", "10 ms", ours, [KEYSTROKE_LIMIT_S] * len(ours), limit=1)


def _keystroke(live: LiveDocument, at: int) -> float:
    def press() -> None:
        live.replace(LineEdit(at, at + 1, (f"{live.lines[at]} ",)))
        assert live.problems is not None

    return _seconds(press)


def many_peers(count: int) -> bytes:
    draw = Random(5)  # noqa: S311  # no secrets: the same text each time
    lines = ["[Interface]", f"PrivateKey = {PrivateKey(draw.randbytes(32)).base64()}"]
    for number in range(count):
        lines += [
            "",
            "[Peer]",
            f"PublicKey = {PrivateKey(draw.randbytes(32)).base64()}",
            f"AllowedIPs = 10.{number >> 8 & 255}.{number & 255}.0/24, fd00:{number:x}::/64",
            f"Endpoint = host{number}.example:51820",
        ]
    return "\n".join([*lines, ""]).encode()


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
