"""The bytes of an interface, where nobody tells of handshakes, and what they prove. Pure.

WireGuard counts a received packet only after it has proved who it comes from, be it data, a
keepalive or the answer to a handshake (the kernel's receive.c). So bytes that come in are an
answer; that none come in is silence only where something was sent that wants an answer.
"""

from dataclasses import dataclass, replace

from wgdesk.domain.timers import LOST_AFTER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCounters:
    """Of one interface, all peers together.

    Attributes:
        heard_unix_s: When received bytes were last seen to grow; 0 if nobody saw it.
        unanswered_unix_s: When something was sent so long after that, that an answer was due;
            0 where none is.
        watched_unix_s: When somebody began to look; 0 if nobody did.
        are_live: Whether they are counted on; else they may be old.
    """

    received_bytes: int = 0
    sent_bytes: int = 0
    heard_unix_s: int = 0
    unanswered_unix_s: int = 0
    watched_unix_s: int = 0
    are_live: bool = False

    def after(self, before: "DeviceCounters | None", now_unix_s: int) -> "DeviceCounters":
        """The same with what the last look at it tells; None where there was none."""
        if before is None or self.received_bytes < before.received_bytes:
            return replace(self, watched_unix_s=now_unix_s)
        watched = before.watched_unix_s
        if self.received_bytes > before.received_bytes:
            return replace(
                self, heard_unix_s=now_unix_s, unanswered_unix_s=0, watched_unix_s=watched
            )
        unanswered = before.unanswered_unix_s
        was_quiet = now_unix_s - max(before.heard_unix_s, watched) > LOST_AFTER_S
        if not unanswered and was_quiet and self.sent_bytes > before.sent_bytes:
            unanswered = now_unix_s
        return replace(
            self,
            heard_unix_s=before.heard_unix_s,
            unanswered_unix_s=unanswered,
            watched_unix_s=watched,
        )
