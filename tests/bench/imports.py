"""An archive of 500 profiles with long names in several scripts, imported in one go."""

import tempfile
import time
from pathlib import Path
from typing import Final

from tests.bench.measure import Figure, figure
from tests.support.archives import an_archive
from tests.support.texts import HOME
from wgdesk.client.gathering import gather
from wgdesk.client.history import History
from wgdesk.client.importing import Importer
from wgdesk.client.library import Library
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Trash
from wgdesk.domain.import_report import Clash, Outcome
from wgdesk.domain.keys import PrivateKey

PROFILES: Final = 500
LIMIT_S: Final = 2.0
BESIDE: Final = (0, 1_000)  # profiles that are there already
_KEY: Final = HOME.partition("PrivateKey = ")[2].partition("\n")[0]


def run(runs: int) -> list[Figure]:
    """Every figure of this module, each round in folders of its own."""
    return [
        figure(
            f"import of {PROFILES} profiles, {beside:,} there",
            "client",
            f"{LIMIT_S:g} s",
            [_import_once(beside) for _ in range(runs)],
            [LIMIT_S] * runs,
            limit=1,
        )
        for beside in BESIDE
    ]


def _import_once(beside: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        library = _library(root, beside)
        archive = root / "provider.zip"
        archive.write_bytes(an_archive(dict(map(_entry, range(PROFILES)))))
        start = time.perf_counter()
        candidates = tuple(gather([archive]))
        importer = Importer(library)
        lines = importer.run(candidates, lambda *_: Clash.KEEP_BOTH, lambda *_: True)
        span_s = time.perf_counter() - start
        if [line.outcome for line in lines] != [Outcome.IMPORTED] * PROFILES:
            raise SystemExit("bench: not all profiles were imported")
        return span_s


def _entry(number: int) -> tuple[str, bytes]:
    name = f"Ünïcödé {number} 東京, Москва, القاهرة 🇳🇱 und noch ein langer Name dahinter.conf"
    return name, HOME.replace("192.0.2.1", f"192.0.{number // 250}.{number % 250}").encode()


def _library(root: Path, count: int) -> Library:
    store = ProfileStore(root / ".wireguard")
    store.folder.mkdir(mode=0o700)
    for number in range(count):
        text = HOME.replace(_KEY, PrivateKey.generate().base64())
        (store.folder / f"old{number}.conf").write_text(text)
    return Library(
        store, Preferences(root / "profiles.json"), History(root / "h"), Trash(root / "t")
    )
