"""Where the keys of tunnels are, and moving them into the desktop's keyring or back."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import printable
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Tone
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.choice import QuietWheelBox
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text
from wgdesk.ui.wording import as_sentence

if TYPE_CHECKING:  # most never move a key
    from wgdesk.client.key_moving import KeyMover, Placed

WIDTH_LETTERS: Final = 34  # titles may be long, windows narrow
MOST_TITLE: Final = 60


class KeyringCard(Card):
    """One tunnel or all are chosen in a list; two buttons move their keys.

    Args:
        make_mover: Called on a thread.
    """

    def __init__(self, switchboard: Switchboard, make_mover: "Callable[[], KeyMover]") -> None:
        super().__init__(tr("Private keys"))
        self._switchboard, self._make_mover = switchboard, make_mover
        self._placed: tuple[Placed, ...] = ()
        self._is_moving = False
        self._trouble = MessageBar()
        self._trouble.dismissed.connect(lambda: self._trouble.show_words(None, Tone.BAD))
        self.list = QuietWheelBox()
        self.list.setMinimumContentsLength(WIDTH_LETTERS)
        self.list.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.list.setAccessibleName(tr("Tunnel whose keys are to be moved"))
        self.list.currentIndexChanged.connect(lambda _: self._show_actions())
        self.into, self.back = (
            QPushButton(tr("Move into the keyring")),
            QPushButton(tr("Move back into the file")),
        )
        self.into.clicked.connect(partial(self._move, into_keyring=True))
        self.back.clicked.connect(partial(self._move, into_keyring=False))
        self._state = QuietText(scale=1.0)
        self._arrange()
        self._show_state("")
        self._show_placed(())

    def look_again(self) -> None:
        """Files may have changed meanwhile."""
        if not self._is_moving:
            make = self._make_mover
            self._switchboard.do_aside(lambda: make().places(), self._show_placed, self._fail)

    def _show_placed(self, placed: "tuple[Placed, ...]") -> None:
        chosen = self._chosen()
        self._placed = placed
        self.list.blockSignals(True)  # noqa: FBT003  # Qt's name
        self.list.clear()
        self.list.addItem(_all_text(placed))
        self.list.addItems([_item_text(each) for each in placed])
        names = [each.name for each in placed]
        # The one that was chosen stays so.
        self.list.setCurrentIndex(names.index(chosen) + 1 if chosen in names else 0)
        self.list.blockSignals(False)  # noqa: FBT003  # Qt's name
        self._show_actions()

    def _chosen(self) -> str:
        """The tunnel's name; "" for all of them."""
        number = self.list.currentIndex()
        return self._placed[number - 1].name if 0 < number <= len(self._placed) else ""

    def _show_actions(self) -> None:
        chosen = self._chosen()
        places = {each.place.value for each in self._placed if chosen in ("", each.name)}
        is_open = not self._is_moving
        self.into.setEnabled(is_open and bool(places & {"file", "both"}))
        self.back.setEnabled(is_open and bool(places & {"keyring", "both"}))
        self.list.setEnabled(is_open and bool(self._placed))

    def _move(self, _: bool = False, *, into_keyring: bool) -> None:  # noqa: FBT001, FBT002  # Qt's signal
        chosen = self._chosen()
        wanted = tuple(each for each in self._placed if chosen in ("", each.name))
        self._is_moving = True
        self._trouble.show_words(None, Tone.BAD)
        self._show_state(tr("Moving the keys; the keyring may ask for its password…"))
        self._show_actions()
        work = partial(_move_all, self._make_mover, wanted, into_keyring=into_keyring)
        self._switchboard.do_aside(work, self._on_moved, self._on_not_moved)

    def _on_moved(self, done: "tuple[int, tuple[tuple[str, WgdeskError], ...]]") -> None:
        count, failed = done
        self._end(tr_count("{count} key was moved.", "{count} keys were moved.", count))
        if failed:
            title = tr_count(
                "{count} tunnel stays as it is", "{count} tunnels stay as they are", len(failed)
            )
            lines = [f"{printable(name)}: {as_sentence(str(error))}" for name, error in failed[:5]]
            self._trouble.show_words(Words(title, "\n".join(lines)), Tone.BAD, dismissible=True)

    def _on_not_moved(self, error: WgdeskError) -> None:
        self._end("")
        self._fail(error)

    def _end(self, text: str) -> None:
        self._is_moving = False
        self._show_state(text)
        self.look_again()

    def _show_state(self, text: str) -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def _fail(self, error: WgdeskError) -> None:
        words = error_words(tr("The keys stay where they are"), error)
        self._trouble.show_words(words, Tone.BAD, dismissible=True)

    def _arrange(self) -> None:
        self.add(
            Text(
                tr(
                    "A tunnel's keys are in its file, which only you can read. They can be in the desktop's keyring instead."
                )
            )
        )
        self.add(
            QuietText(
                tr(
                    "That protects them in a copy or a backup of your home folder, and while the keyring is locked. It does not protect them from a program that runs as you while the keyring is open. Such a tunnel comes up only while it is open, never before you log in."
                )
            )
        )
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID_PX)
        row.addWidget(self.into)
        row.addWidget(self.back)
        row.addStretch(1)
        chosen = QWidget()
        line = QHBoxLayout(chosen)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.list)
        line.addStretch(1)
        for widget in (self._trouble, chosen, buttons, self._state):
            self.add(widget)


def _all_text(placed: "tuple[Placed, ...]") -> str:
    count = sum(each.place.value in ("keyring", "both") for each in placed)
    if not count:
        return tr("All tunnels")
    return tr("All tunnels ({count} in the keyring)").format(count=count)


def _item_text(placed: "Placed") -> str:
    words = {
        "file": tr("{name}: in its file"),
        "keyring": tr("{name}: in the keyring"),
        "both": tr("{name}: some here, some there"),
        "none": tr("{name}: it has no keys"),
    }
    return words[placed.place.value].format(name=printable(placed.title, MOST_TITLE))


# On a thread.


def _move_all(
    make_mover: "Callable[[], KeyMover]", wanted: "tuple[Placed, ...]", *, into_keyring: bool
) -> tuple[int, tuple[tuple[str, WgdeskError], ...]]:
    """How many keys were moved, and what kept those of which tunnel from it."""
    mover = make_mover()
    if into_keyring:
        mover.check()
    count = 0
    failed: list[tuple[str, WgdeskError]] = []
    for each in wanted:
        try:
            move = mover.into_keyring if into_keyring else mover.into_file
            count += move(each.name)
        except WgdeskError as error:
            failed.append((each.title, error))
    if len(wanted) == 1 and failed:
        raise failed[0][1]
    return count, tuple(failed)
