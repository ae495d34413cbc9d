"""Where the files lie that are no Python: beside the packages in a checkout, inside when installed."""

from pathlib import Path
from typing import Final

import wgdesk

_PACKAGE_DIR: Final = Path(wgdesk.__file__).parent


def find_resource(name: str) -> Path:
    """The path of `resources/NAME`.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    for base in (_PACKAGE_DIR / "resources", _PACKAGE_DIR.parent / "resources"):
        path = base / name
        if path.exists():
            return path
    raise FileNotFoundError(name)
