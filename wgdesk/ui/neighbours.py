"""Tunnels that are not ours to touch: those of other programs and of other users. No Qt."""

from dataclasses import dataclass

from wgdesk.domain.names import natural_key
from wgdesk.domain.snapshot import ALIVE, ForeignLink, ForeignTunnel
from wgdesk.ui.language import tr
from wgdesk.ui.picture import Picture
from wgdesk.ui.wording import SEPARATOR


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A tunnel, whose it is, and what else is known of it, in words."""

    name: str
    line: str


def neighbours(picture: Picture) -> tuple[Neighbour, ...]:
    found = [_of_program(it) for it in picture.foreign] + [_of_user(it) for it in picture.others]
    return tuple(sorted(found, key=lambda it: natural_key(it.name)))


def _of_program(link: ForeignLink) -> Neighbour:
    if link.program:
        return Neighbour(link.name, tr("Made by {program}").format(program=link.program))
    return Neighbour(link.name, tr("Made by another program"))


def _of_user(tunnel: ForeignTunnel) -> Neighbour:
    parts = [tr("Another user's (number {uid})").format(uid=tunnel.owner_uid)]
    if tunnel.lifecycle not in ALIVE:
        parts.append(tr("not up"))
    if tunnel.full_tunnel:
        parts.append(tr("all traffic"))
    return Neighbour(tunnel.name, SEPARATOR.join(parts))
