"""All tunnels in one mark and one line, for the tray. No Qt."""

from typing import Final

from wgdesk.ui.faces import Face, Mark, Tone, face
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState, Picture, TunnelRow
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


def lively_rows(picture: Picture) -> tuple[TunnelRow, ...]:
    """Rows that are anything but off; a file that cannot be used troubles nobody who is offline."""
    return tuple(
        row
        for row in picture.rows
        if row.tunnel is not None or row.is_changing or face(row).mark is Mark.FAILED
    )


def worst_face(picture: Picture) -> Face:
    if picture.helper is HelperState.GONE:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("Helper not reachable"))
    faces = [face(row) for row in lively_rows(picture)]
    off = Face(Mark.OFF, Tone.QUIET, tr("No tunnel is up"))
    return min(faces, key=lambda each: _ORDER.index(each.mark), default=off)


def status_text(picture: Picture) -> str:
    """The tray menu's first row: `Connected to home`, `2 tunnels: …`, `No tunnel is up`."""
    rows = lively_rows(picture)
    if picture.helper is HelperState.GONE or not rows:
        return worst_face(picture).word
    return SEPARATOR.join(headline(row) for row in rows[:3])


def tooltip_text(picture: Picture) -> str:
    return f"wgdesk: {status_text(picture)}"


def is_any_up(picture: Picture) -> bool:
    return any(row.is_up for row in picture.rows)
