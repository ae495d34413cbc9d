"""The import, page by page: where from, what was found, what becomes of it."""

import threading
from contextlib import ExitStack
from typing import ClassVar

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.imports import (
    MIXED,
    OTHER,
    GatedImporter,
    a_candidate,
    a_library,
    an_office,
)
from tests.support.scenes import HOME, WORK
from wgdesk.client import gathering
from wgdesk.client.machine_sources import MachineSources
from wgdesk.domain.errors import NotAuthorized
from wgdesk.domain.found_profile import Findings, FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate, Clash, Outcome
from wgdesk.ui.windows.import_window import ImportWindow

Key = Qt.Key
SYSTEM = FoundProfile(
    kind=SourceKind.SYSTEM,
    name="office",
    title="office",
    source="/etc/wireguard/office.conf",
    starts_by_itself=True,
)
NETWORK = FoundProfile(
    kind=SourceKind.NETWORKMANAGER, name="uuid", title="Café", source="NetworkManager, Café"
)


class FakeSources:
    """Stands for MachineSources; class attributes are what the machine has."""

    findings = Findings()
    hidden = Findings()
    off: ClassVar[list[FoundProfile]] = []
    refusal: Exception | None = None

    def __init__(self, backend) -> None:
        pass

    async def find(self, *, may_ask: bool = False) -> Findings:
        return self.hidden if may_ask else self.findings

    async def fetch_all(self, found) -> tuple[Candidate, ...]:
        contents = {SYSTEM: HOME, NETWORK: OTHER}
        return tuple(a_candidate(it.title, contents[it], it.source) for it in found)

    async def turn_off_autostart(self, found) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.off.append(found)

    async def turn_on_autostart(self, found) -> None:
        self.off.remove(found)

    async def close(self) -> None:
        pass


def test_stand_in_has_the_methods_of_the_real_one():
    public = {name for name in vars(MachineSources) if not name.startswith("_")}
    assert public - set(vars(FakeSources)) <= {"fetch"}


@pytest.fixture
def make(qtbot, make_desktop, monkeypatch, tmp_path):
    monkeypatch.setattr("wgdesk.ui.machine_questions.MachineSources", FakeSources)
    monkeypatch.setattr(FakeSources, "findings", Findings())
    monkeypatch.setattr(FakeSources, "off", [])
    with ExitStack() as stack:

        def open_it(*taken: str) -> ImportWindow:
            """Profiles of these names are there already."""
            made = make_desktop()
            importer = GatedImporter(a_library(tmp_path, dict.fromkeys(taken, OTHER)))
            window = ImportWindow(made.bridge, made.switchboard, importer)
            window.desktop, window.importer = made, importer
            stack.callback(importer.gate.set)
            stack.callback(window._job.drop)
            qtbot.addWidget(window)
            window.show()
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
            return window

        yield open_it


def is_at(window: ImportWindow, page) -> bool:
    return window._stack.currentWidget() is page


def wait_for(window: ImportWindow, page) -> None:
    window.desktop.wait_until(lambda: is_at(window, page), type(page).__name__)


def press(window: ImportWindow, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def lines(window: ImportWindow) -> list[tuple[str, Outcome]]:
    return [(line.title, line.outcome) for line in window.result._lines]


def preview(window: ImportWindow, *candidates: Candidate) -> list:
    window.weigh(candidates)
    wait_for(window, window.preview)
    return window.preview.model.rows


def test_preview_says_what_each_would_do_and_why_some_cannot(make):
    window = make("home")
    rows = preview(window, *MIXED)
    assert [(row.name, row.face.word, row.is_chosen) for row in rows] == [
        ("home", "The name is taken", True),
        ("Zürich – Café 🇨🇭", "Can be imported", True),  # noqa: RUF001  # as people write
        ("work", "Can be imported", True),
        ("cafe", "Cannot be imported", False),
        ("Without a name", "Cannot be imported", False),
    ]
    assert rows[2].second_line.endswith("2 commands are not run: DNS by resolvectl, 1 other.")
    window.preview._list.setCurrentIndex(window.preview.model.index(4))
    said = window.preview._details._text.text()
    assert said.startswith("There is no QR code in it.\n\nChoose a sharper picture")


def test_keyboard_alone_unticks_renames_and_imports(make, qtbot):
    window = make()
    preview(window, a_candidate("home"), a_candidate("work", WORK))
    assert QApplication.focusWidget() is window.preview._list
    press(window, Key.Key_Space)
    assert window._go.text() == "Import 1 tunnel"
    press(window, Key.Key_Down)
    press(window, Key.Key_Tab)
    field = QApplication.focusWidget()
    assert (field.accessibleName(), field.text()) == ("Name", "work")
    field.selectAll()
    qtbot.keyClicks(field, "bureau")
    press(window, Key.Key_Tab)
    window.desktop.wait_until(lambda: window.preview.model.rows[1].name == "bureau", "the name")
    window.preview._list.setFocus()
    press(window, Key.Key_Return)
    wait_for(window, window.result)
    assert window.importer.written() == {"bureau": WORK}
    assert window._title.text() == "Imported 1 tunnel"


def test_return_in_the_field_of_the_name_ends_the_typing_and_no_more(make, qtbot):
    window = make()
    preview(window, a_candidate("home"))
    window.preview._details._name.setFocus()
    press(window, Key.Key_Return)
    assert is_at(window, window.preview)


def test_name_that_is_being_typed_counts(make, qtbot):
    window = make()
    preview(window, a_candidate("home"))
    window.preview._details._name.setText("typed")
    window._run()
    wait_for(window, window.result)
    assert window.importer.written() == {"typed": HOME}


@pytest.mark.parametrize(
    ("clash", "outcome"),
    [
        (Clash.KEEP_BOTH, Outcome.RENAMED),
        (Clash.REPLACE, Outcome.REPLACED),
        (Clash.SKIP, Outcome.SKIPPED),
    ],
)
def test_name_that_is_taken_is_treated_as_chosen(make, clash, outcome):
    window = make("home")
    preview(window, a_candidate("home"), a_candidate("work", WORK))
    assert window.preview._details._clash.isVisible()
    window.preview._details._clash.picked.emit(clash)
    window._run()
    wait_for(window, window.result)
    assert [it[1] for it in lines(window)] == [outcome, Outcome.IMPORTED]


def test_one_choice_for_every_name_that_is_taken(make):
    window = make("home", "work")
    preview(window, a_candidate("home"), a_candidate("work", WORK), an_office(1))
    assert window.preview._clash_for_all.isVisible()
    window.preview._clash_for_all.picked.emit(Clash.SKIP)
    assert window._go.text() == "Import 1 tunnel"
    window._run()
    wait_for(window, window.result)
    assert lines(window) == [
        ("home", Outcome.SKIPPED),
        ("work", Outcome.SKIPPED),
        ("office1", Outcome.IMPORTED),
    ]
    assert window._sentence.text() == "2 skipped"


def test_free_name_ends_the_clash(make):
    window = make("home")
    preview(window, a_candidate("home"))
    window.preview.renamed.emit(0, "another")
    window.desktop.wait_until(
        lambda: not window.preview.model.rows[0].prospect.clashes, "no clash any more"
    )
    assert not window.preview._details._clash.isVisible()


def test_all_are_ticked_and_unticked_at_once(make, qtbot):
    window = make()
    preview(window, *MIXED)
    qtbot.mouseClick(
        window.preview._all, Qt.MouseButton.LeftButton, pos=window.preview._all.rect().center()
    )
    states = {row.is_chosen for row in window.preview.model.rows}
    assert states == {False}
    assert not window._go.isEnabled()
    window.preview.model.choose_all(are_chosen=True)
    assert len(window.preview.model.chosen()) == 3


def test_cancel_keeps_what_is_written_and_tells_the_rest(make, qtbot):
    window = make()
    window.importer.gate.clear()
    preview(window, *(an_office(number) for number in range(500)))
    window._run()
    wait_for(window, window.progress)
    assert QApplication.focusWidget() is window._leave
    window.desktop.wait_until(lambda: len(window.importer.written()) == 1, "the first")
    press(window, Key.Key_Space)
    window.importer.gate.set()
    wait_for(window, window.result)
    assert window._title.text() == "Imported 1 of 500"
    assert window._sentence.text() == "499 skipped"


def test_window_closed_while_it_imports_tells_what_became_of_it_first(make):
    window = make()
    window.importer.gate.clear()
    preview(window, a_candidate("home"), a_candidate("work", WORK))
    window._run()
    window.desktop.wait_until(lambda: len(window.importer.written()) == 1, "the first")
    assert not window.may_close()
    window.close()
    assert window.isVisible()
    window.importer.gate.set()
    wait_for(window, window.result)
    assert [it[1] for it in lines(window)] == [Outcome.IMPORTED, Outcome.SKIPPED]
    window.close()
    assert not window.isVisible()


def test_window_lives_while_five_hundred_are_imported(make):
    window = make()
    preview(window, *(an_office(number) for number in range(500)))
    counted: list[tuple[int, int]] = []
    window._job.counted.connect(lambda *figures: counted.append(figures))
    window._run()
    wait_for(window, window.result)
    assert window._title.text() == "Imported 500 tunnels"
    assert len(window.importer.written()) == 500
    assert counted
    assert len(counted) < 100, "no more figures than can be read"


def test_looking_can_be_given_up(make):
    window = make()
    stop = threading.Event()

    def endless():
        number = 0
        while not stop.is_set():
            number += 1
            yield a_candidate(f"office{number}")
            stop.wait(0.01)

    window.look(endless)
    window._on_left()
    assert is_at(window, window.source)
    stop.set()


def test_result_is_copied_line_by_line(make, qtbot):
    window = make("home")
    preview(window, *MIXED[:3], a_candidate("broken", b"[Interface]\nAdress = 1\n"))
    window.preview.model.set_rows(
        (number, row.chosen(is_chosen=True)) for number, row in enumerate(window.preview.model.rows)
    )
    window._run()
    wait_for(window, window.result)
    qtbot.mouseClick(window.result._copy, Qt.MouseButton.LeftButton)
    copied = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert [cells[:2] for cells in copied] == [
        ["Renamed", "home (2)"],
        ["Imported", "Zürich – Café 🇨🇭"],  # noqa: RUF001  # as people write
        ["Imported", "work"],
        ["Not imported", "broken"],
    ]
    assert "Line 2, column 1" in copied[3][2]
    press(window, Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def test_nothing_found_says_so_on_the_first_page(make):
    window = make()
    window.look(lambda: ())
    wait_for(window, window.source)
    window.desktop.wait_until(lambda: "No profile" in window._trouble.text(), "the words")


def test_profiles_of_the_machine_are_offered_and_fetched(make, monkeypatch):
    monkeypatch.setattr(FakeSources, "findings", Findings(profiles=(SYSTEM, NETWORK)))
    window = make()
    source = window.source
    window.desktop.wait_until(lambda: len(source._found.rows) == 2, "what there is")
    assert source._found.rows[0].second_line == "/etc/wireguard/office.conf · starts by itself"
    assert not source._take.isEnabled()
    source._found.choose_all(are_chosen=True)
    assert source._take.text() == "Import 2 tunnels"
    source._take.click()
    wait_for(window, window.preview)
    assert [row.name for row in window.preview.model.rows] == ["office", "Café"]


def test_names_an_administrator_has_to_allow_are_asked_for_only_on_request(make, monkeypatch):
    monkeypatch.setattr(FakeSources, "findings", Findings(hides_names=True))
    monkeypatch.setattr(FakeSources, "hidden", Findings(profiles=(SYSTEM,)))
    window = make()
    window.desktop.wait_until(window.source._names.isVisible, "the button")
    assert window.source._found.rows == []
    window.source._names.click()
    window.desktop.wait_until(lambda: len(window.source._found.rows) == 1, "the names")


def test_old_autostart_is_turned_off_on_request_only_and_back_on(make, monkeypatch):
    window = make()
    window._fetch((SYSTEM, NETWORK))
    wait_for(window, window.preview)
    window._run()
    wait_for(window, window.result)
    card = window.result.autostarts
    assert list(card._rows) == [SYSTEM], "the other does not start by itself"
    assert FakeSources.off == []
    label, button = card._rows[SYSTEM]
    assert label.text() == "office is still brought up by wg-quick at boot, beside wgdesk."
    button.click()
    window.desktop.wait_until(lambda: FakeSources.off == [SYSTEM], "the change")
    window.desktop.wait_until(lambda: button.text() == "Turn it on again", "the way back")
    button.click()
    window.desktop.wait_until(lambda: FakeSources.off == [], "the way back")


def test_autostart_that_stays_is_told_why(make, monkeypatch):
    window = make()
    window._fetch((SYSTEM,))
    wait_for(window, window.preview)
    window._run()
    wait_for(window, window.result)
    monkeypatch.setattr(FakeSources, "refusal", NotAuthorized())
    button = window.result.autostarts._rows[SYSTEM][1]
    button.click()
    window.desktop.wait_until(lambda: "was not changed" in window._trouble.text(), "the reason")
    assert button.isEnabled()


def imported_office(make) -> ImportWindow:
    """On the last page, of a profile that wg-quick brings up at boot."""
    window = make()
    window.desktop.profiles.files["office"] = HOME
    window._fetch((SYSTEM, NETWORK))
    wait_for(window, window.preview)
    window._run()
    wait_for(window, window.result)
    return window


def test_what_wg_quick_starts_at_boot_is_connected_here_instead_on_request(make):
    window = imported_office(make)
    card, backend = window.result.autostarts, window.desktop.backend
    assert list(card._adopts) == [SYSTEM], "the other starts by another program"
    button = card._adopts[SYSTEM]
    assert button.text() == "Connect at boot here instead"
    button.click()
    window.desktop.wait_until(lambda: FakeSources.off == [SYSTEM], "the unit to be disabled")
    assert [it.name for it in backend.boot] == ["office"]
    window.desktop.wait_until(button.isHidden, "the button to go")
    assert card._rows[SYSTEM][0].text().endswith("It is connected at boot here.")


def test_unit_stays_enabled_where_it_may_not_be_connected_here(make):
    window = imported_office(make)
    window.desktop.backend.errors["set_boot"] = NotAuthorized()
    button = window.result.autostarts._adopts[SYSTEM]
    button.click()
    told = "office will not be connected"
    window.desktop.wait_until(lambda: told in window._trouble.text(), "the reason")
    assert FakeSources.off == []
    assert button.isEnabled()


def test_text_is_pasted_into_the_first_page_by_key(make):
    window = make()
    QGuiApplication.clipboard().setText(HOME.decode())
    press(window, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wait_for(window, window.preview)
    assert window.preview.model.rows[0].prospect.candidate.content == HOME


def test_picture_of_the_clipboard_is_read_off_the_gui_thread(make, monkeypatch):
    threads: list[str] = []

    def from_pixels(grey, width, height, bytes_per_line, source):
        threads.append(threading.current_thread().name)
        assert len(grey) == bytes_per_line * height
        return (a_candidate("seen"),)

    monkeypatch.setattr(gathering, "from_pixels", from_pixels)
    window = make()
    data = QMimeData()
    data.setImageData(QImage(30, 20, QImage.Format.Format_RGB32))
    QGuiApplication.clipboard().setMimeData(data)
    window._paste()
    wait_for(window, window.preview)
    QGuiApplication.clipboard().clear()  # Python may not own it any more when Qt ends
    assert threads
    assert threads[0] != threading.main_thread().name


def test_escape_leaves_page_by_page(make):
    window = make()
    preview(window, a_candidate("home"))
    window._back.click()
    assert is_at(window, window.source)
    press(window, Key.Key_Escape)
    assert not window.isVisible()


def test_every_button_of_every_page_is_named(make):
    window = make()
    assert [it for it in window.findChildren(QPushButton) if not it.text()] == []
