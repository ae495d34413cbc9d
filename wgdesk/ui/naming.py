"""What a profile is called in front of people. No Qt."""

from collections.abc import Iterable

from wgdesk.ui.picture import Picture, TunnelRow


def shown_name(row: TunnelRow) -> str:
    """Its title, which may be any text; the name of its interface where it has none."""
    return row.title or row.name


def name_in(picture: Picture, name: str) -> str:
    """The same for somebody who has only the interface's name."""
    row = picture.find_row(name)
    return shown_name(row) if row is not None else name


def titles_in(picture: Picture) -> dict[str, str]:
    """What the tunnels are called that are called otherwise than their interfaces."""
    return {row.name: row.title for row in picture.rows if row.title not in ("", row.name)}


def names_in(picture: Picture, names: Iterable[str]) -> tuple[str, ...]:
    """As `name_in`, for several."""
    shown = {row.name: shown_name(row) for row in picture.rows}
    return tuple(shown.get(name, name) for name in names)
