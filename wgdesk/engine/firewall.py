"""The `nft` program: whole tables, each in one transaction on its standard input."""

import asyncio
import json
import os
import subprocess
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from wgdesk.domain import firewall as rules
from wgdesk.domain.errors import FirewallFailed
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.names import printable

# Never looked up in PATH: this runs as root.
PROGRAM_PLACES: Final = (Path("/usr/sbin/nft"), Path("/sbin/nft"), Path("/usr/bin/nft"))
_TIMEOUT_S: Final = 10.0  # a table takes 5 to 20 ms
_LISTED: Final = ("table", "chain", "rule")
_OF_NO_WEIGHT: Final = frozenset({"handle", "comment", "index"})


class NftFirewall:
    """Implements ports.FirewallLoader."""

    def __init__(self, places: tuple[Path, ...] = PROGRAM_PLACES) -> None:
        self._places = places

    def is_there(self) -> bool:
        return self._find_program() is not None

    async def load(self, firewall: Firewall) -> None:
        try:
            await self._feed(rules.creation(firewall))
        except FirewallFailed:  # a table of that name is in the way, or it is refused again
            await self._feed(rules.replacement(firewall))

    async def unload(self, firewall: Firewall) -> None:
        try:
            await self._feed(rules.removal(firewall))
        except FirewallFailed:
            if (await self._list(firewall)).returncode == 0:
                raise  # else a kernel without nftables has refused, as it refused the table

    async def stands(self, firewall: Firewall) -> bool:
        done = await self._list(firewall)
        if done.returncode != 0:
            return False
        try:
            found = json.loads(done.stdout)["nftables"]
            return _plain(found) == _plain(rules.listing(firewall))
        except (ValueError, KeyError, TypeError, RecursionError):
            return False

    async def clear_strays(self, tables: Iterable[int]) -> list[str]:
        if not self.is_there():
            return []
        done = await self._run(("-j", "list", "tables"), "")
        if done.returncode != 0:
            raise FirewallFailed(_reason(done.stderr))
        kept = frozenset(tables)
        found = [f"{family} {name}" for family, name in _tables(done.stdout, kept)]
        if found:
            await self._feed("".join(f"delete table {table}\n" for table in found))
        return [f"table {table}" for table in found]

    async def _list(self, firewall: Firewall) -> "subprocess.CompletedProcess[bytes]":
        words = ("-j", "list", "table", firewall.family, firewall.nft_table)
        return await self._run(words, "")

    async def _feed(self, text: str) -> None:
        done = await self._run(("-f", "-"), text)
        if done.returncode != 0:
            raise FirewallFailed(_reason(done.stderr))

    async def _run(self, words: tuple[str, ...], text: str) -> "subprocess.CompletedProcess[bytes]":
        program = self._find_program()
        if program is None:
            raise FirewallFailed("nft is not installed")
        try:
            return await asyncio.to_thread(
                subprocess.run,
                [str(program), *words],
                input=text.encode(),
                env={},
                cwd="/",
                capture_output=True,
                check=False,
                timeout=_TIMEOUT_S,
            )
        except subprocess.TimeoutExpired as error:
            raise FirewallFailed(f"nft was not done in {_TIMEOUT_S:g} s") from error
        except OSError as error:
            raise FirewallFailed(f"nft cannot be started: {error.strerror}") from error

    def _find_program(self) -> Path | None:
        return next((path for path in self._places if os.access(path, os.X_OK)), None)


def _tables(listed: bytes, kept: Container[int]) -> Iterator[tuple[str, str]]:
    """Family and name of those that bear our kind of name and none of these numbers."""
    try:
        items = json.loads(listed)["nftables"]
        tables = [item["table"] for item in items if "table" in item]
        named = [(str(it["family"]), str(it["name"])) for it in tables]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FirewallFailed("nft's list of tables cannot be read") from error
    for family, name in named:
        match = rules.NAME.fullmatch(name)
        if match and family in rules.FAMILIES and int(match[1]) not in kept:
            yield family, name


def _plain(listed: Any) -> list[Any]:
    """Tables, chains and rules in order, as every version of nft would show them."""
    found = [(kind, item[kind]) for item in listed for kind in _LISTED if kind in item]
    ordered = sorted(found, key=lambda pair: _LISTED.index(pair[0]))
    return [(kind, _bare(value)) for kind, value in ordered]


def _bare(value: Any) -> Any:
    """Without what says nothing; newer versions write a list of one as the one."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if key not in _OF_NO_WEIGHT}
    if isinstance(value, list):
        return _bare(value[0]) if len(value) == 1 else [_bare(item) for item in value]
    return value


def _reason(printed: bytes) -> str:
    """The first line that nft printed, made safe."""
    lines = printed.decode("utf-8", "replace").splitlines()
    first = next((line.strip() for line in lines if line.strip()), "it gave no reason")
    return printable(first.rpartition("Error: ")[2], 200)
