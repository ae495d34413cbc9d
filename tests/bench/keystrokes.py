"""A key pressed among 500 peers, in the text and in the form, until what is wrong is known again."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.bench.measure import Figure, figure
from tests.bench.profiles import KEYSTROKE_LIMIT_S, PEERS, many_peers
from wgdesk.domain.live_document import LiveDocument
from wgdesk.ui.widgets.conf_editor import ConfEditor
from wgdesk.ui.widgets.profile_form import ProfileForm

KEYS: Final = "abcdefghi"


def run(runs: int) -> list[Figure]:
    """Every figure of this module; the form, which nobody types fast into, has no limit."""
    app = QApplication.instance() or QApplication(["bench", "-platform", "offscreen"])
    found = [
        _typed("text", _in_text(), runs, limit=1),
        _typed("form", _in_form(), runs),
    ]
    app.processEvents()
    return found


def _typed(
    where: str, press: Callable[[str], None], runs: int, limit: float | None = None
) -> Figure:
    press("#" if where == "text" else "x")  # what is made once is made now; the text stays right
    ours = [_seconds(press, key) for _ in range(runs) for key in KEYS]
    name = f"a key in the {where} among {PEERS} peers"
    return figure(name, "ui", "10 ms", ours, [KEYSTROKE_LIMIT_S] * len(ours), limit=limit)


def _seconds(press: Callable[[str], None], key: str) -> float:
    begin = time.perf_counter()
    press(key)
    return time.perf_counter() - begin


def _in_text() -> Callable[[str], None]:
    live, text = _shown()
    text.go_to(PEERS * 5 // 2 + 3, 1)  # an empty line

    def press(key: str) -> None:
        QTest.keyClicks(text, key)
        assert live.problems == ()

    return press


def _in_form() -> Callable[[str], None]:
    live, text = _shown()
    form = ProfileForm()

    def write(edits: object) -> None:
        text.do_edits(edits)
        form.show_document(live)

    form.edits_made.connect(write)
    form.show_document(live)
    form.show()
    field: QWidget = form.peers[20]._fields["Endpoint"].text

    def press(key: str) -> None:
        QTest.keyClicks(field, key)
        assert live.problems == ()

    return press


def _shown() -> tuple[LiveDocument, ConfEditor]:
    live, text = LiveDocument(many_peers(PEERS).decode().split("\n")), ConfEditor()
    text.set_lines(live.lines)
    text.edited.connect(live.replace)
    text.show()
    return live, text
