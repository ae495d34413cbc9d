"""How the helper gets onto a distribution, in a sentence. Pure."""

import shlex
from collections.abc import Mapping
from typing import Final

from wgdesk.domain.names import printable

COMMAND: Final = "sudo apt install ./wgdesk-helper_*.deb"
_WITH_APT: Final = frozenset({"debian", "ubuntu"})


def parse_os_release(text: str) -> Mapping[str, str]:
    """The assignments of os-release(5); a line that is none is left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if not equals or key.startswith("#"):
            continue
        try:
            found[key] = "".join(shlex.split(value))
        except ValueError:
            continue
    return found


def install_words(os_release: Mapping[str, str]) -> str:
    """What a person has to do to have it, with the command where there is one."""
    kinds = {os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()}
    if kinds & _WITH_APT:
        return f"To have it: download the package wgdesk-helper, then {COMMAND}"
    name = printable(os_release.get("NAME", "")) or "this system"
    return f"There is no package of the helper for {name} yet."
