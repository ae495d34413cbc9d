"""Which distribution this is, also from inside a Flatpak, whose own is another one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wgdesk.client.own_file import read_bounded
from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.helper_package import parse_os_release

_PLACES: Final = (Path("/etc/os-release"), Path("/usr/lib/os-release"))  # os-release(5)
_OF_THE_HOST: Final = (Path("/run/host/os-release"),)


def os_release() -> Mapping[str, str]:
    """Empty where it cannot be read."""
    for path in _OF_THE_HOST if is_sandboxed() else _PLACES:
        try:
            return parse_os_release(read_bounded(path).decode("utf-8", "replace"))
        except OSError:
            continue
    return {}
