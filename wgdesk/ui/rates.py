"""How fast data goes, from counters that are read at uneven times. No Qt, no clock."""

import math
from dataclasses import dataclass
from typing import Final

from wgdesk.ui.language import tr

KEPT_S: Final = 300.0
# Two answers that come together would make noise of a rate.
SHORTEST_S: Final = 0.5
_UNITS: Final = (("GiB/s", 1 << 30), ("MiB/s", 1 << 20), ("KiB/s", 1 << 10))
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1024)


@dataclass(frozen=True, slots=True)
class Counters:
    """What a tunnel had carried at one time, in bytes since it came up."""

    at_s: float
    received_bytes: int
    sent_bytes: int


@dataclass(frozen=True, slots=True)
class Span:
    """The mean rates, in bytes per second, between two looks at the counters."""

    start_s: float
    end_s: float
    received: float
    sent: float


@dataclass(frozen=True, slots=True)
class History:
    """The rates of the last KEPT_S seconds.

    Attributes:
        last: The look that the next one is compared with; None before the first.
        spans: Oldest first; where one does not begin at the end of the one before, nobody knows.
    """

    last: Counters | None = None
    spans: tuple[Span, ...] = ()

    def counted(self, now: Counters) -> "History":
        """With one more look; one that comes too soon after the last changes nothing."""
        if self.last is None:
            return History(now)
        seconds = now.at_s - self.last.at_s
        if seconds < 0:  # the clock was set back: old times mean nothing any more
            return History(now)
        if seconds < SHORTEST_S:
            return self
        kept = tuple(span for span in self.spans if span.end_s > now.at_s - KEPT_S)
        received = now.received_bytes - self.last.received_bytes
        sent = now.sent_bytes - self.last.sent_bytes
        if received < 0 or sent < 0:  # another device, or it counts from zero again
            return History(now, kept)
        span = Span(self.last.at_s, now.at_s, received / seconds, sent / seconds)
        return History(now, (*kept, span))

    @property
    def received(self) -> float:
        """The newest rate, in bytes per second."""
        return self.spans[-1].received if self.spans else 0.0

    @property
    def sent(self) -> float:
        return self.spans[-1].sent if self.spans else 0.0

    @property
    def highest(self) -> float:
        return max((max(span.received, span.sent) for span in self.spans), default=0.0)


NO_HISTORY: Final = History()


def rate_text(bytes_per_s: float) -> str:
    """`4.1 MiB/s`, `148 B/s`."""
    for unit, size in _UNITS:
        if bytes_per_s >= 0.9995 * size:
            return tr("{number} {unit}").format(number=f"{bytes_per_s / size:.1f}", unit=unit)
    return tr("{number} {unit}").format(number=f"{bytes_per_s:.0f}", unit="B/s")


def scale_top(highest: float) -> float:
    """The round number of bytes per second that a graph of these rates ends at."""
    if highest < _UNITS[-1][1]:
        return float(_UNITS[-1][1])
    size = 1024 ** min(3, int(math.log(highest, 1024)))
    return float(size * next((step for step in _STEPS if step * size >= highest), _STEPS[-1]))


def scale_text(bytes_per_s: float) -> str:
    """`2 MiB/s`: as `rate_text`, without a fraction where there is none."""
    text = rate_text(bytes_per_s)
    return text.replace(".0 ", " ")


def history_text(history: History) -> str:
    """The graph in a sentence, for who cannot see it."""
    if not history.spans:
        return tr("Throughput: nothing is known yet.")
    most_received = max(span.received for span in history.spans)
    most_sent = max(span.sent for span in history.spans)
    return tr(
        "Throughput of the last 5 minutes: receiving {received}, at most {most_received};"
        " sending {sent}, at most {most_sent}."
    ).format(
        received=rate_text(history.received),
        most_received=rate_text(most_received),
        sent=rate_text(history.sent),
        most_sent=rate_text(most_sent),
    )
