"""All tunnels in one mark and one line, for the tray. No Qt."""

from collections.abc import Sequence
from typing import Final

from wgdesk.domain.health import WELL, Light
from wgdesk.ui.faces import face
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import HelperState, Picture, TunnelRow
from wgdesk.ui.rates import rate_text
from wgdesk.ui.sentences import headline
from wgdesk.ui.wording import SEPARATOR

# Worst first: one tunnel in trouble is what a person should see of five.
_ORDER: Final = (
    Mark.FAILED,
    Mark.ATTENTION,
    Mark.BUSY,
    Mark.CONNECTED,
    Mark.READY,
    Mark.OFF,
)
MOST_NAMED: Final = 3
# Bytes a second: less is keepalives, and each new tooltip wakes the panel.
WORTH_TELLING: Final = 1024


def lively_rows(picture: Picture) -> tuple[TunnelRow, ...]:
    """Rows that are anything but off; a file that cannot be used troubles nobody who is offline."""
    return tuple(
        row
        for row in picture.rows
        if row.tunnel is not None or (row.health is not None and row.health.light is not Light.OFF)
    )


def worst_first(picture: Picture) -> list[TunnelRow]:
    return sorted(lively_rows(picture), key=lambda row: _ORDER.index(face(row).mark))


def worst_face(picture: Picture) -> Face:
    if picture.helper is HelperState.GONE:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("Helper not reachable"))
    rows = worst_first(picture)
    return face(rows[0]) if rows else Face(Mark.OFF, Tone.QUIET, tr("No tunnel is up"))


def status_text(picture: Picture) -> str:
    """The tray menu's first row: `Connected to home`, `work does not reply · …`, `No tunnel is up`."""
    rows = worst_first(picture)
    if picture.helper is HelperState.GONE or not rows:
        return worst_face(picture).word
    parts = [headline(row) for row in rows[:MOST_NAMED]]
    return SEPARATOR.join(filter(None, (*parts, more_text(len(rows) - MOST_NAMED))))


def addresses_text(picture: Picture) -> str:
    """Who this machine is in the one tunnel that is up; "" with none or several."""
    rows = up_rows(picture)
    profile = rows[0].profile if len(rows) == 1 else None
    if profile is None or not profile.interface.addresses:
        return ""
    addresses = ", ".join(str(address.ip) for address in profile.interface.addresses[:MOST_NAMED])
    return tr("Addresses: {addresses}").format(addresses=addresses)


def tooltip_text(picture: Picture) -> str:
    """`Connected to home · ↓ 4.1 MiB/s ↑ 0.6 MiB/s`, where all is well and data is counted."""
    rows, status = worst_first(picture), status_text(picture)
    lights = {row.health.light for row in rows if row.health is not None}
    rates = rates_text(rows) if picture.helper is HelperState.HERE and lights <= WELL else ""
    return f"{status}{SEPARATOR}{rates}" if rates else f"wgdesk: {status}"


def rates_text(rows: Sequence[TunnelRow]) -> str:
    """What goes through them all, `↓ 4.1 MiB/s ↑ 0.6 MiB/s`; "" where nobody knows, or next to nothing does."""
    known = [row.history for row in rows if row.history.spans]
    if not known:
        return ""
    received, sent = sum(it.received for it in known), sum(it.sent for it in known)
    if received + sent < WORTH_TELLING:
        return ""
    return f"↓ {rate_text(received)} ↑ {rate_text(sent)}"


def names_text(rows: Sequence[TunnelRow]) -> str:
    """`home, office, work and 2 more`."""
    names = ", ".join(map(shown_name, rows[:MOST_NAMED]))
    more = more_text(len(rows) - MOST_NAMED)
    return tr("{names} and {more}").format(names=names, more=more) if more else names


def more_text(count: int) -> str:
    return tr_count("{count} more", "{count} more", count) if count > 0 else ""


def stays_text(rows: Sequence[TunnelRow]) -> str:
    """`2 tunnels stay up: home, work.`: what a quit leaves behind."""
    stays = tr_count("{count} tunnel stays up", "{count} tunnels stay up", len(rows))
    return tr("{stays}: {names}.").format(stays=stays, names=names_text(rows))


def staying_rows(picture: Picture) -> list[TunnelRow]:
    """What a quit leaves behind: what is up, and what will be, for the helper goes on with it."""
    return [row for row in picture.rows if row.is_up or row.is_starting]


def up_rows(picture: Picture) -> list[TunnelRow]:
    return [row for row in picture.rows if row.is_up]
