"""Small pieces of text that many places need. No Qt."""

import html
from pathlib import Path
from typing import Final

from wgdesk.domain.device import EngineKind
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.picture import HelperState, Picture

NOTHING: Final = "–"  # noqa: RUF001  # an en dash, as tables have it


SEPARATOR: Final = " · "


def short_ago(then_unix_s: int, now_unix_s: int) -> str:
    """`38 s ago`, `5 min ago`, `2 h ago`, `3 days ago`: one unit, rounded down."""
    age_s = max(0, now_unix_s - then_unix_s)
    if age_s < 60:
        return tr("{count} s ago").format(count=age_s)
    if age_s < 3600:
        return tr("{count} min ago").format(count=age_s // 60)
    if age_s < 48 * 3600:
        return tr("{count} h ago").format(count=age_s // 3600)
    return tr_count("{count} day ago", "{count} days ago", age_s // (24 * 3600))


def long_ago(then_unix_s: int, now_unix_s: int) -> str:
    """`2 minutes, 38 seconds ago`: every unit, as `wg show` tells it."""
    if then_unix_s > now_unix_s:
        return tr("later than now: the clock was set back")
    return tr("{span} ago").format(span=span_words(now_unix_s - then_unix_s) or tr("a moment"))


def span_words(seconds: int, most: int = 5) -> str:
    """`2 hours, 5 minutes`: at `most` so many units, the zero ones left out; "" for 0."""
    days, seconds = divmod(seconds, 24 * 3600)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    years, days = divmod(days, 365)
    units = (
        (years, tr_count("{count} year", "{count} years", years)),
        (days, tr_count("{count} day", "{count} days", days)),
        (hours, tr_count("{count} hour", "{count} hours", hours)),
        (minutes, tr_count("{count} minute", "{count} minutes", minutes)),
        (seconds, tr_count("{count} second", "{count} seconds", seconds)),
    )
    return ", ".join([text for count, text in units if count][:most])


def as_sentence(text: str) -> str:
    """First letter big, full stop at the end; errors come as clauses, and in English."""
    if not text:
        return ""
    text = tr_told(text)
    end = "" if text[-1] in ".!?…" else "."
    return text[0].upper() + text[1:] + end


def short_key(key: str) -> str:
    """Enough of both ends to tell keys apart by eye."""
    return f"{key[:8]}…{key[-7:]}"


def path_text(path: Path) -> str:
    """As a person writes it: `~/.wireguard`."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def plain_tooltip(text: str) -> str:
    """Text that Qt wraps and takes literally, whatever signs are in it."""
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"


def engine_name(kind: str) -> str:
    """`kind` is as the helper names it, which may be newer than this window; "" if unknown."""
    names = {
        EngineKind.KERNEL: tr("kernel WireGuard"),
        EngineKind.USERSPACE: tr("wireguard-go"),
        "none": tr("no WireGuard on this machine"),
    }
    return names.get(kind, kind)


def helper_text(picture: Picture) -> str:
    """`Helper ready · kernel WireGuard`."""
    match picture.helper:
        case HelperState.ASKING:
            return tr("Asking the helper…")
        case HelperState.GONE:
            return tr("Helper not reachable")
        case HelperState.HERE if picture.is_without_helper:
            parts = (tr("NetworkManager, without the helper"), engine_name(picture.engine))
            return SEPARATOR.join(part for part in parts if part)
        case HelperState.HERE:
            parts = (tr("Helper ready"), engine_name(picture.engine))
            return SEPARATOR.join(part for part in parts if part)
