"""What has happened to tunnels that are up and is worth a word, from one picture to the next. No Qt."""

from enum import StrEnum
from typing import Final

from wgdesk.domain.health import Light
from wgdesk.ui.picture import HelperState, Picture, TunnelRow


class News(StrEnum):
    LOST = "lost"  # it was answered, and is no more
    BACK = "back"  # answers have come again
    SILENT = "silent"  # nobody has answered from the start, and it is known why
    FLAWED = "flawed"  # answers come, but something of it is missing, such as its name servers
    GONE = "gone"  # it is down: what was said of it is over
    MENDED = "mended"  # so is what was said of what was missing


class _Standing(StrEnum):
    NEW = "new"
    WELL = "well"
    LOST = "lost"
    SILENT = "silent"
    FLAWED = "flawed"


_NEWS: Final = {
    (_Standing.WELL, _Standing.LOST): News.LOST,
    (_Standing.FLAWED, _Standing.LOST): News.LOST,
    (_Standing.LOST, _Standing.WELL): News.BACK,
    (_Standing.NEW, _Standing.SILENT): News.SILENT,
    (_Standing.WELL, _Standing.SILENT): News.SILENT,  # it was ready, and then there was traffic
    (_Standing.NEW, _Standing.FLAWED): News.FLAWED,
    (_Standing.WELL, _Standing.FLAWED): News.FLAWED,
    (_Standing.LOST, _Standing.FLAWED): News.FLAWED,
    (_Standing.SILENT, _Standing.FLAWED): News.FLAWED,
    (_Standing.FLAWED, _Standing.WELL): News.MENDED,
}


class NewsDesk:
    """Remembers how each tunnel stood when it was last looked at."""

    def __init__(self) -> None:
        self._has_looked = False
        self._stood: dict[str, tuple[str, _Standing]] = {}  # by the tunnel's id

    def look(self, picture: Picture) -> list[tuple[str, News]]:
        """Names and their news; what was so at the first look is none."""
        if picture.helper is not HelperState.HERE:
            return []  # nobody knows, so nothing has happened
        stood, self._stood, found = self._stood, {}, []
        for row in picture.rows:
            if row.tunnel is None:
                continue
            _, before = stood.pop(row.tunnel.id, (row.name, _Standing.NEW))
            now = _standing(row) or before
            self._stood[row.tunnel.id] = row.name, now
            if self._has_looked and (before, now) in _NEWS:
                found.append((row.name, _NEWS[before, now]))
        self._has_looked = True
        still_up = {name for name, _ in self._stood.values()}
        gone = dict.fromkeys(name for name, _ in stood.values() if name not in still_up)
        return found + [(name, News.GONE) for name in gone]


def _standing(row: TunnelRow) -> _Standing | None:
    """None where the state of this moment says nothing: it is being changed, or just waits."""
    light = row.health.light if row.health is not None else None
    match light:
        case Light.CONNECTED | Light.READY:
            return _Standing.WELL
        case Light.NO_REPLY:
            return _Standing.LOST
        case Light.DNS_NOT_APPLIED | Light.INCOMPLETE:
            return _Standing.FLAWED
        case Light.WAITING if row.tunnel is not None and row.tunnel.finding is not None:
            return _Standing.SILENT
        case _:
            return None
