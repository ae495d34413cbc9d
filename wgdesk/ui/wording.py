"""Small pieces of text that many places need. No Qt."""

import html
from typing import Final

from wgdesk.domain.device import EngineKind
from wgdesk.ui.language import tr, tr_count
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


def as_sentence(text: str) -> str:
    """First letter big, full stop at the end; errors come as clauses."""
    if not text:
        return ""
    end = "" if text[-1] in ".!?…" else "."
    return text[0].upper() + text[1:] + end


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
        case HelperState.HERE:
            parts = (tr("Helper ready"), engine_name(picture.engine))
            return SEPARATOR.join(part for part in parts if part)
