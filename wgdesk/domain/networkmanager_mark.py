"""What wgdesk notes on a connection of its own, for whoever of it looks next. Pure.

It lies in the section `user`, which NetworkManager keeps and does not read. No key is in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import parse_tunnel_name, printable
from wgdesk.domain.networkmanager_values import USER, Settings
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import TableMode

_PREFIX: Final = "org.wgdesk"
_PROFILE: Final = f"{_PREFIX}.profile"
_DIGEST: Final = f"{_PREFIX}.digest"
_SINCE: Final = f"{_PREFIX}.since"
_HOOKS: Final = f"{_PREFIX}.hooks"
_TABLE: Final = f"{_PREFIX}.table"
_NOTICES: Final = f"{_PREFIX}.notices"
# Whoever writes a connection can write a mark: a clock and a screen must be able to take it.
_SECONDS: Final = re.compile(r"[0-9]{1,10}")
_MAX_NOTICE_CHARS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """On a connection that wgdesk made.

    Attributes:
        name: The profile's.
        digest: `render.public_digest` of it.
        since_unix_s: When it was made; 0 where that cannot be read.
        hooks: Who runs the profile's commands.
        notices: What was said when it came up.
    """

    name: str
    digest: str = ""
    since_unix_s: int = 0
    hooks: HookMode = HookMode.IGNORE
    table: TableMode = TableMode.AUTO
    notices: tuple[str, ...] = ()


def mark_data(mark: Mark) -> dict[str, str]:
    found = {
        _PROFILE: mark.name,
        _DIGEST: mark.digest,
        _SINCE: str(mark.since_unix_s),
        _HOOKS: mark.hooks.value,
        _TABLE: mark.table.value,
        _NOTICES: "\n".join(mark.notices),
    }
    return {key: value for key, value in found.items() if value}


def find_mark(settings: Settings) -> Mark | None:
    """None for a connection of anybody else's."""
    values = settings.get(USER)
    data = values.get("data") if isinstance(values, Mapping) else None
    if not isinstance(data, Mapping):
        return None
    words = {str(key): str(value) for key, value in data.items()}
    try:
        name = parse_tunnel_name(words.get(_PROFILE, ""))
    except InvalidName:
        return None
    since = words.get(_SINCE, "")
    return Mark(
        name=name,
        digest=words.get(_DIGEST, ""),
        since_unix_s=int(since) if _SECONDS.fullmatch(since) else 0,
        hooks=_hook_mode(words.get(_HOOKS, "")),
        table=_table_mode(words.get(_TABLE, "")),
        notices=tuple(map(_notice, filter(None, words.get(_NOTICES, "").split("\n")))),
    )


def _notice(text: str) -> str:
    return printable(text, _MAX_NOTICE_CHARS)


def _hook_mode(word: str) -> HookMode:
    return HookMode(word) if word in set(HookMode) else HookMode.IGNORE


def _table_mode(word: str) -> TableMode:
    return TableMode(word) if word in set(TableMode) else TableMode.AUTO
