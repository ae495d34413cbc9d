"""What a person has chosen for a profile and wg-quick has no key for, in one small file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wgdesk.client.own_file import Document, OwnFile, config_home
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.titles import MAX_TITLE, clean_title

# 10,000 profiles with long titles in a script whose letters take four bytes.
MAX_BYTES: Final = 16 << 20
MAX_TAGS: Final = 20
_HOOKS: Final = "hooks"
_IPV6: Final = "ipv6"
_BLOCK: Final = "block"
_LEAVE: Final = "leave"
_TITLE: Final = "title"
_TAGS: Final = "tags"


@dataclass(frozen=True, slots=True)
class Choices:
    """All that was chosen for one profile.

    Attributes:
        title: What it is called; "" where that is the file's name.
        options: How it is to be brought up.
    """

    title: str = ""
    tags: tuple[str, ...] = ()
    options: TunnelOptions = DEFAULT_OPTIONS


NO_CHOICES: Final = Choices()


class Preferences:
    """Keyed by the profile's name, which is that of its tunnel.

    Args:
        path: `~/.config/wgdesk/profiles.json` if None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = OwnFile(path or config_home() / "wgdesk" / "profiles.json", MAX_BYTES)

    def all(self) -> Mapping[str, Choices]:
        """Of every profile for which anything was chosen; one look at the disk."""
        document = _profiles(self._file.read())
        return {name: _choices(found) for name, found in document.items()}

    def of(self, name: str) -> Choices:
        """Of one profile; the defaults where nothing was chosen."""
        return _choices(_profiles(self._file.read()).get(name))

    def hooks(self, name: str) -> HookMode:
        """Who runs the profile's commands; the default where nobody has chosen."""
        return self.of(name).options.hooks

    def options(self, name: str) -> TunnelOptions:
        """How it is to be brought up."""
        return self.of(name).options

    def find(self, title: str) -> str | None:
        """The name of the profile that is called so, without regard to case; None if none or many."""
        wanted = clean_title(title).casefold()
        found = [name for name, it in self.all().items() if it.title.casefold() == wanted]
        return found[0] if wanted and len(found) == 1 else None

    def set_hooks(self, name: str, mode: HookMode) -> None:
        """Remember it for the next time.

        Raises:
            PreferencesUnwritable: Then the old choice stands.
        """
        self._choose({name: {_HOOKS: mode.value}})

    def set_block_ipv6(self, name: str, *, block: bool) -> None:
        """As set_hooks."""
        self._choose({name: {_IPV6: _BLOCK if block else _LEAVE}})

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """As set_hooks, for several profiles at once; "" takes a title away."""
        self._choose({name: {_TITLE: clean_title(title)} for name, title in titles.items()})

    def set_tags(self, tags: Mapping[str, tuple[str, ...]]) -> None:
        """As set_titles."""
        self._choose({name: {_TAGS: list(_clean_tags(words))} for name, words in tags.items()})

    def copied(self, old: str, new: str) -> None:
        """What was chosen for `old` is chosen for `new` too, in place of what was; as set_hooks."""
        self._change(lambda profiles: {**profiles, new: dict(_of(profiles, old))})

    def forget(self, name: str) -> None:
        """As set_hooks."""
        self._change(lambda it: {key: value for key, value in it.items() if key != name})

    def stored(self, name: str) -> Document:
        """What stands there of a profile, to be kept elsewhere; see `restore`."""
        return dict(_of(_profiles(self._file.read()), name))

    def restore(self, name: str, stored: Document) -> None:
        """As set_hooks; members that make no sense are none when they are read."""
        self._change(lambda profiles: {**profiles, name: dict(stored)})

    def _choose(self, chosen: Mapping[str, Document]) -> None:
        def edit(profiles: Document) -> Document:
            mine = {name: {**_of(profiles, name), **members} for name, members in chosen.items()}
            return {**profiles, **mine}

        self._change(edit)

    def _change(self, edit: Callable[[Document], Document]) -> None:
        def whole(document: Document) -> Document:
            edited = edit(_profiles(document))
            kept = {name: {key: it[key] for key in it if it[key]} for name, it in edited.items()}
            return {**document, "profiles": {name: it for name, it in kept.items() if it}}

        self._file.change(whole)


def _choices(found: Any) -> Choices:
    if not isinstance(found, dict):
        return NO_CHOICES
    known = {mode.value: mode for mode in HookMode}
    hooks = known.get(str(found.get(_HOOKS)), DEFAULT_OPTIONS.hooks)
    options = TunnelOptions(hooks=hooks, block_ipv6=found.get(_IPV6) != _LEAVE)
    title, tags = found.get(_TITLE), found.get(_TAGS)
    return Choices(
        title=clean_title(title) if isinstance(title, str) else "",
        tags=_clean_tags(tags) if isinstance(tags, list) else (),
        options=options,
    )


def _clean_tags(words: Any) -> tuple[str, ...]:
    """Each once, in order, as words without spaces and without their sign."""
    cleaned = [
        clean_title(word).replace(" ", "-").lstrip("#")[: MAX_TITLE // 2]
        for word in words
        if isinstance(word, str)
    ]
    once: dict[str, str] = {}
    for word in filter(None, cleaned):
        once.setdefault(word.casefold(), word)
    return tuple(once.values())[:MAX_TAGS]


def _profiles(document: Document) -> Document:
    found = document.get("profiles")
    return found if isinstance(found, dict) else {}


def _of(profiles: Document, name: str) -> Document:
    found = profiles.get(name)
    return found if isinstance(found, dict) else {}
