"""How the icon in the tray is drawn, as a person may choose it. No Qt."""

from enum import StrEnum

from wgdesk.ui.language import tr


class TrayStyle(StrEnum):
    """Values are what settings keep.

    COLOUR reads on light and on dark panels; the others have one shade and tell states by
    shape alone.
    """

    COLOUR = "colour"
    LIGHT = "light"  # drawn light, for a dark panel
    DARK = "dark"  # drawn dark, for a light panel


def read_style(word: str) -> TrayStyle:
    """In colour where it is none of these: a newer wgdesk may have had more of them."""
    return TrayStyle(word) if word in set(TrayStyle) else TrayStyle.COLOUR


def style_words() -> tuple[tuple[str, str], ...]:
    """Every style, and what a person calls it."""
    return (
        (TrayStyle.COLOUR.value, tr("In colour")),
        (TrayStyle.LIGHT.value, tr("Light, for a dark panel")),
        (TrayStyle.DARK.value, tr("Dark, for a light panel")),
    )
