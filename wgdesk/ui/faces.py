"""A state as a person sees it: shape, colour and word. No Qt."""

from typing import Final

from wgdesk.domain.health import Light
from wgdesk.domain.log_line import LogKind
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.picture import TunnelRow

_MARKS: Final = {
    Light.OFF: (Mark.OFF, Tone.QUIET),
    Light.STARTING: (Mark.BUSY, Tone.QUIET),
    Light.WAITING: (Mark.ATTENTION, Tone.ATTENTION),
    Light.CONNECTED: (Mark.CONNECTED, Tone.GOOD),
    Light.READY: (Mark.READY, Tone.GOOD),
    Light.ACTIVE: (Mark.READY, Tone.QUIET),  # whether that is good nobody knows
    Light.NO_REPLY: (Mark.ATTENTION, Tone.ATTENTION),
    Light.RECONNECTING: (Mark.BUSY, Tone.ATTENTION),
    Light.STOPPING: (Mark.BUSY, Tone.QUIET),
    Light.FAILED: (Mark.FAILED, Tone.BAD),
    Light.DNS_NOT_APPLIED: (Mark.ATTENTION, Tone.ATTENTION),
    Light.INCOMPLETE: (Mark.ATTENTION, Tone.ATTENTION),
    Light.UNKNOWN: (Mark.ATTENTION, Tone.ATTENTION),
}


def face(row: TunnelRow) -> Face:
    """The state of a row; a file that cannot be used only matters while nothing is up."""
    if row.tunnel is None and row.profile_error is not None:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("Cannot be used"))
    if row.health is None:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("State unknown"))
    return Face(*_MARKS[row.health.light], light_text(row))


def log_face(kind: LogKind) -> Face:
    """What a line of the log tells of."""
    match kind:
        case LogKind.DONE:
            return Face(Mark.OFF, Tone.QUIET, tr("Done"))
        case LogKind.STATE:
            return Face(Mark.READY, Tone.QUIET, tr("State"))
        case LogKind.HANDSHAKE:
            return Face(Mark.CONNECTED, Tone.GOOD, tr("Handshake"))
        case LogKind.REPAIR:
            return Face(Mark.BUSY, Tone.ATTENTION, tr("Repair"))
        case LogKind.NOTICE:
            return Face(Mark.ATTENTION, Tone.ATTENTION, tr("Note"))
        case LogKind.ERROR:
            return Face(Mark.FAILED, Tone.BAD, tr("Error"))


def light_text(row: TunnelRow) -> str:
    """The words of design 5.4."""
    if row.health is None:
        return tr("State unknown")
    match row.health.light:
        case Light.NO_REPLY:
            minutes = row.health.minutes
            words = tr("No reply for {minutes} min") if minutes else tr("No reply")
            return words.format(minutes=minutes)
        case Light.FAILED:
            cause = tr_told(row.health.cause)
            return tr("Failed: {cause}").format(cause=cause) if cause else tr("Failed")
        case light:
            return _words()[light]


def _words() -> dict[Light, str]:
    """Of the lights that need no more than a word."""
    return {
        Light.OFF: tr("Off"),
        Light.STARTING: tr("Starting…"),
        Light.WAITING: tr("Waiting for handshake"),
        Light.CONNECTED: tr("Connected"),
        Light.READY: tr("Ready"),
        Light.ACTIVE: tr("Active"),
        Light.RECONNECTING: tr("Reconnecting…"),
        Light.STOPPING: tr("Stopping…"),
        Light.DNS_NOT_APPLIED: tr("DNS not applied"),
        Light.INCOMPLETE: tr("Incomplete"),
        Light.UNKNOWN: tr("State unknown"),
    }
