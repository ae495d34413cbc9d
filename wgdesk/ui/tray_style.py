"""How the icon in the tray is drawn, as a person may choose it. No Qt."""

from enum import StrEnum
from typing import Final


class TrayStyle(StrEnum):
    """Values are what settings keep.

    COLOUR reads on light and on dark panels; the others have one shade and tell states by
    shape alone.
    """

    COLOUR = "colour"
    LIGHT = "light"  # drawn light, for a dark panel
    DARK = "dark"  # drawn dark, for a light panel


# Not quite white and black: what panels write with.
SHADES: Final = {TrayStyle.LIGHT: "#f4f5f6", TrayStyle.DARK: "#24292e"}
