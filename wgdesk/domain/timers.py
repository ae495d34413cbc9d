"""WireGuard's own times, from section 6.1 of its paper; seconds."""

from typing import Final

REJECT_AFTER_S: Final = 180  # a session of that age is of no use any more
REKEY_TIMEOUT_S: Final = 5  # an unanswered handshake is sent again
REKEY_ATTEMPT_S: Final = 90  # and then no more, until there is something new to send
KEEPALIVE_TIMEOUT_S: Final = 10  # who got data and has none to send back says so
# Whoever sends data and hears nothing for so long takes the session for lost.
LOST_AFTER_S: Final = KEEPALIVE_TIMEOUT_S + REKEY_TIMEOUT_S
