"""What a person has chosen for a profile and wg-quick has no key for, in one small file."""

from pathlib import Path
from typing import Final

from wgdesk.client.own_file import Document, OwnFile, config_home
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions

_HOOKS: Final = "hooks"
_IPV6: Final = "ipv6"
_BLOCK: Final = "block"
_LEAVE: Final = "leave"


class Preferences:
    """Keyed by the profile's name.

    Args:
        path: `~/.config/wgdesk/profiles.json` if None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = OwnFile(path or config_home() / "wgdesk" / "profiles.json")

    def hooks(self, name: str) -> HookMode:
        """Who runs the profile's commands; the default where nobody has chosen."""
        chosen = _of(self._file.read(), name).get(_HOOKS)
        known = {mode.value: mode for mode in HookMode}
        return known.get(str(chosen), DEFAULT_OPTIONS.hooks)

    def block_ipv6(self, name: str) -> bool:
        """Whether IPv6 is to have no way out beside it; see TunnelOptions."""
        return _of(self._file.read(), name).get(_IPV6) != _LEAVE

    def options(self, name: str) -> TunnelOptions:
        """All that was chosen for a profile."""
        return TunnelOptions(hooks=self.hooks(name), block_ipv6=self.block_ipv6(name))

    def set_hooks(self, name: str, mode: HookMode) -> None:
        """Remember it for the next time.

        Raises:
            PreferencesUnwritable: Then the old choice stands.
        """
        self._choose(name, _HOOKS, mode.value)

    def set_block_ipv6(self, name: str, *, block: bool) -> None:
        """As set_hooks."""
        self._choose(name, _IPV6, _BLOCK if block else _LEAVE)

    def _choose(self, name: str, member: str, value: str) -> None:
        def edit(document: Document) -> Document:
            mine = {**_of(document, name), member: value}
            return {**document, "profiles": {**_profiles(document), name: mine}}

        self._file.change(edit)


def _profiles(document: Document) -> Document:
    found = document.get("profiles")
    return found if isinstance(found, dict) else {}


def _of(document: Document, name: str) -> Document:
    found = _profiles(document).get(name)
    return found if isinstance(found, dict) else {}
