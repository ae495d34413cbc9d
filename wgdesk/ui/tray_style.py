"""How the icon in the tray is drawn, as a person may choose it. No Qt."""

from enum import StrEnum


class TrayStyle(StrEnum):
    """Values are what settings keep.

    COLOUR reads on light and on dark panels; the others have one shade and tell states by
    shape alone.
    """

    COLOUR = "colour"
    LIGHT = "light"  # drawn light, for a dark panel
    DARK = "dark"  # drawn dark, for a light panel
