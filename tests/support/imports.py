"""Things to import, and importers over a folder made for them."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.libraries import library_in
from tests.support.scenes import BROKEN, HOME, WORK
from wgdesk.client.importing import Importer, OnClash, Progress
from wgdesk.client.library import Library
from wgdesk.domain.import_report import Candidate, ImportLine

ROAMING = HOME.replace(b"203.0.113.7", b"198.51.100.20")
OTHER = HOME.replace(b"203.0.113.7", b"198.51.100.99")


class GatedImporter(Importer):
    """Waits before each candidate but the first for as long as its gate is closed."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.library, self.gate = library, threading.Event()
        self.gate.set()

    def run(
        self, candidates: Sequence[Candidate], on_clash: OnClash, progress: Progress
    ) -> tuple[ImportLine, ...]:
        def gated(count: int, all_of_them: int) -> bool:
            if count:
                self.gate.wait(10)
            return progress(count, all_of_them)

        return super().run(candidates, on_clash, gated)

    def written(self) -> dict[str, bytes]:
        """Titles and contents of all that is there."""
        files = self.library.store.list()
        return {self.library.title(file): file.read() for file in files}


def a_library(place: Path, files: Mapping[str, bytes] | None = None) -> Library:
    """Everything of it lies in `place`."""
    folder = place / ".wireguard"
    folder.mkdir(mode=0o700)
    for name, content in (files or {}).items():
        path = folder / f"{name}.conf"
        path.write_bytes(content)
        path.chmod(0o600)
    return library_in(place)


def a_candidate(title: str, content: bytes = HOME, source: str = "") -> Candidate:
    return Candidate(source=source or f"{title}.conf", title=title, content=content)


def an_office(number: int) -> Candidate:
    """One of many that are all different."""
    address = f"10.{number // 200}.{number % 200}.2".encode()
    return a_candidate(f"office{number}", HOME.replace(b"10.8.0.2", address))


MIXED = (
    a_candidate("home", HOME, "provider.zip, home.conf"),
    a_candidate("Zürich – Café 🇨🇭", ROAMING, "provider.zip, Zürich – Café 🇨🇭.conf"),  # noqa: RUF001
    a_candidate("work", WORK, "provider.zip, work.conf"),
    a_candidate("cafe", BROKEN, "provider.zip, cafe.conf"),
    Candidate(
        source="holiday.png",
        refusal="There is no QR code in it.",
        remedy="Choose a sharper picture in which the whole code is to be seen.",
    ),
)
