"""Which tunnels came up, or fell, since the last look; each is told once. No Qt."""

from collections.abc import Iterable
from typing import NamedTuple

from wgdesk.domain.health import WELL
from wgdesk.ui.picture import TunnelRow


class Turn(NamedTuple):
    name: str
    has_fallen: bool


class Turns:
    def __init__(self) -> None:
        self._told: set[str] = set()

    def since_last(self, rows: Iterable[TunnelRow], *, quietly: bool) -> list[Turn]:
        """With `quietly` none: what was so from the start is no news."""
        found: list[Turn] = []
        present: set[str] = set()
        for row in rows:
            if row.tunnel is None or row.health is None:
                continue
            event = f"{'failed' if row.has_fallen else 'up'} {row.tunnel.id}"
            is_news = row.has_fallen or row.health.light in WELL
            if not is_news or row.is_changing:
                present |= {event} & self._told
                continue
            present.add(event)
            if quietly or event in self._told:
                continue
            # An order that failed has told it already.
            if not row.has_fallen or row.failure is None:
                found.append(Turn(row.name, row.has_fallen))
        self._told = present
        return found
