"""What wg-quick makes of many texts, asked in one go, and `ip` of single words."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.labs import programs

# The functions of wg-quick as installed, and what is left of each text for wg. It goes through
# the paths of files in a subshell, as a refusal ends the program.
_STRIP_ALL: Final = r"""
set +e
readlink() { echo "$2"; }
stat() { echo 00600; }
for text in "$1"/*.conf; do
    ( set -e; parse_options "$text"; cmd_strip ) >"${text%.conf}.stripped" 2>/dev/null ||
        rm -f "${text%.conf}.stripped"
done
"""
_END_OF_FUNCTIONS: Final = "# ~~ function override insertion point ~~\n"
# Words for `ip` begin with digits or so: “help” or “dev” would be its own.
_WORD: Final = re.compile(r"(?=.*[0-9])[0-9A-Fa-f.:+%x][0-9A-Za-z.:/+%_-]*")
_TIMEOUT_S: Final = 400
_PROCESSES: Final = 2


def strip_all(texts: Sequence[bytes], folder: Path) -> list[bytes | None]:
    """What wg-quick hands to wg of each text, or None where it refuses it."""
    source = Path(shutil.which("wg-quick") or "").read_text(encoding="utf-8")
    functions, mark, _ = source.partition(_END_OF_FUNCTIONS)
    assert mark, "this wg-quick is built in another way"
    script = folder / "strip_all"
    script.write_text(functions + _STRIP_ALL, encoding="utf-8")
    parts = [folder / str(number) for number in range(_PROCESSES)]
    paths = [parts[number % _PROCESSES] / f"f{number:06}.conf" for number in range(len(texts))]
    for part in parts:
        part.mkdir()
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text)
    started = [subprocess.Popen(["bash", str(script), str(part)], cwd=part) for part in parts]
    for process in started:
        process.wait(_TIMEOUT_S)
    return [_content(path.with_suffix(".stripped")) for path in paths]


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def is_plain(word: str) -> bool:
    """Whether `ip` can be asked about the word without taking it for one of its own."""
    return bool(_WORD.fullmatch(word))


def takes_address(device: str, word: str) -> bool:
    """Whether `ip address add` takes the word, as wg-quick calls it."""
    option = "-6" if ":" in word else "-4"
    taken = _succeeds(option, "address", "add", word, "dev", device)
    if taken:
        _succeeds("address", "flush", "dev", device)
    return taken


def takes_mtu(device: str, word: str) -> bool:
    return _succeeds("link", "set", "mtu", word, "dev", device)


def takes_table(word: str) -> bool:
    """Whether the word is a routing table to `ip`."""
    taken = _succeeds("rule", "add", "pref", "9", "table", word)
    if taken:
        _succeeds("rule", "del", "pref", "9")
    return taken


def _succeeds(*words: str) -> bool:
    return not subprocess.run(
        ["ip", *words],
        env={"PATH": programs.ROOT_PATH},
        capture_output=True,
        check=False,
        timeout=20,
    ).returncode
