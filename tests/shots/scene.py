"""One picture to be: what stands behind the window, and what is in front of it."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtWidgets import QWidget

import tests.shots.pages
from tests.support.desktop import Desktop
from tests.support.fakes import FakeBackend
from tests.support.scenes import FILES


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment of a desktop.

    Attributes:
        name: The picture's file name, without its look.
        make: Brings the moment about and returns what is pictured, not shown yet.
        files: The profiles, by name.
        backend: What the helper has to tell.
        everywhere: Pictured in every look; the others in light and dark only.
    """

    name: str
    make: Callable[[Desktop], QWidget]
    files: Mapping[str, bytes] = field(default_factory=lambda: FILES)
    backend: Callable[[], FakeBackend] = FakeBackend
    everywhere: bool = False


def all_scenes() -> tuple[Scene, ...]:
    """Those of every file in `pages/`, in the order of the files."""
    package = tests.shots.pages
    names = sorted(each.name for each in pkgutil.iter_modules(package.__path__))
    pages = (importlib.import_module(f"{package.__name__}.{name}") for name in names)
    return tuple(scene for page in pages for scene in page.SCENES)
