"""The one door through which every string on the screen goes, so that translations can come."""

import gettext
from typing import Final

DOMAIN: Final = "wgdesk"

_catalogue: Final = gettext.translation(DOMAIN, fallback=True)


def tr(text: str) -> str:
    """The text in the user's language; English where there is no translation."""
    return _catalogue.gettext(text)


def tr_count(one: str, many: str, count: int) -> str:
    """The right form for `count`, with the number put in for `{count}`."""
    return _catalogue.ngettext(one, many, count).format(count=count)
