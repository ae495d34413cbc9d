"""A window in which profiles are managed, over a real folder of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.desktop import Desktop, desktop
from tests.support.fakes import FakeBackend
from tests.support.imports import a_library
from wgdesk.client.library import Library
from wgdesk.ui.keeper import Keeper
from wgdesk.ui.shelf import Shelf
from wgdesk.ui.windows.main import MainWindow
from wgdesk.ui.windows.managing import Managing
from wgdesk.ui.windows.openers import Openers


@dataclass(slots=True)
class Managed:
    """Attributes: `folder` is where the profiles lie."""

    desktop: Desktop
    folder: Path
    library: Library
    window: MainWindow
    keeper: Keeper
    openers: Openers
    managing: Managing

    @property
    def names(self) -> list[str]:
        """As the list has them."""
        return list(self.window.tunnels._model.names())

    @property
    def titles(self) -> list[str]:
        model = self.window.tunnels._model
        return [model.index(number, 0).data() for number in range(model.rowCount())]

    @property
    def said(self) -> str:
        """By the bar above the page."""
        return self.window.question.text().strip()

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*.conf"))

    def wait_for_names(self, *names: str) -> None:
        self.desktop.wait_until(lambda: self.names == list(names), f"{names} in the list")

    def wait_for_words(self, words: str) -> None:
        self.desktop.wait_until(lambda: words in self.said, f"{words} in the bar")


@contextmanager
def managed(
    files: Mapping[str, bytes], place: Path, backend: FakeBackend | None = None
) -> Iterator[Managed]:
    """Everything of it lies in `place`."""
    library = a_library(place, files)
    shelf = Shelf(library.store, library.preferences)
    with desktop({}, backend, profiles=shelf) as made:
        window = MainWindow(made.switchboard)
        openers = Openers(made.bridge, made.switchboard, lambda: library)
        keeper = Keeper(made.bridge, made.switchboard, lambda: library)
        managing = Managing(window, made.switchboard, keeper, openers)
        yield Managed(made, library.store.folder, library, window, keeper, openers, managing)
        openers.close_all()
