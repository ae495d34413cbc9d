"""The groups of the settings page in which something is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.choices import Choices
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.troubles import error_words
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.choice import PickChoice, SwitchChoice
from wgdesk.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:  # most never move a key
    from wgdesk.client.key_moving import KeyMover

Options = Sequence[tuple[object, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is to choose from on this desktop.

    Attributes:
        has_tray: Whether the desktop shows icons at this moment.
        languages: Codes, and each language's name in itself.
        tray_styles: As settings have them, and what a person calls them.
        launcher_file: Where recent tunnels are written, as a person writes it.
        key_mover: Makes what moves keys into the keyring and back, on a thread; None where they
            cannot be moved.
        limits: What cannot be done here, a sentence each.
    """

    has_tray: Callable[[], bool]
    languages: Sequence[tuple[str, str]] = ()
    tray_styles: Sequence[tuple[str, str]] = ()
    launcher_file: str = ""
    key_mover: "Callable[[], KeyMover] | None" = None
    limits: Sequence[str] = ()


class ChoiceCard(Card):
    """A group that shows what is chosen, and in its own place what could not be."""

    def __init__(self, title: str, choices: Choices, offer: Offer) -> None:
        super().__init__(title)
        self._choices, self._offer = choices, offer
        self._trouble = MessageBar()
        self.add(self._trouble)

    def show_choices(self) -> None:
        """Draw what is in force now."""
        raise NotImplementedError

    def forget_trouble(self) -> None:
        self._trouble.show_words(None, Tone.BAD)

    def _fail(self, error: WgdeskError) -> None:
        self._trouble.show_words(error_words(tr("This was not changed"), error), Tone.BAD)


class StartCard(ChoiceCard):
    def __init__(self, choices: Choices, offer: Offer) -> None:
        super().__init__(tr("Start"), choices, offer)
        self._login = SwitchChoice(tr("Start wgdesk when I log in"))
        self._hidden = SwitchChoice(tr("Then show only the icon in the tray"), depends=True)
        about = tr(
            "A right click on wgdesk in the applications menu connects or disconnects one of the last five. For that wgdesk keeps the file {file}, until you switch this off."
        )
        self._launcher = SwitchChoice(
            tr("Recent tunnels in the applications menu"), about.format(file=offer.launcher_file)
        )
        for choice in (self._login, self._hidden, self._launcher):
            self.add(choice)
        self._login.picked.connect(self._on_login_picked)
        self._hidden.picked.connect(self._on_hidden_picked)
        self._launcher.picked.connect(self._on_launcher_picked)
        self.first = self._login.box  # what the keyboard comes to first
        self.show_choices()

    def show_choices(self) -> None:
        settings = self._choices.settings
        self._login.show_value(self._choices.starts_at_login)
        self._hidden.show_value(settings.start_hidden)
        self._hidden.close_for(self._why_not_hidden())
        self._launcher.show_value(settings.tunnels_in_launcher)
        is_open = self._choices.has_launcher or settings.tunnels_in_launcher
        none_there = tr("wgdesk has no entry of its own in the applications menu here.")
        self._launcher.close_for("" if is_open else none_there)

    def _why_not_hidden(self) -> str:
        if not self._offer.has_tray():
            return tr("This desktop shows no tray, and a hidden window could not be found again.")
        if not self._choices.starts_at_login:
            return tr("This goes with a start at login.")
        return ""

    def _on_login_picked(self, is_on: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.forget_trouble()
        self._choices.start_at_login(self._fail, on=is_on)

    def _on_hidden_picked(self, is_hidden: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.forget_trouble()
        self._choices.start_hidden(self._fail, hidden=is_hidden)

    def _on_launcher_picked(self, is_on: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.forget_trouble()
        self._choices.show_in_launcher(self._fail, on=is_on)


class MemberCard(ChoiceCard):
    """Choices that are members of Settings and nothing more."""

    def __init__(self, title: str, choices: Choices, offer: Offer) -> None:
        super().__init__(title, choices, offer)
        self._controls: dict[str, SwitchChoice | PickChoice] = {}

    def show_choices(self) -> None:
        for member, control in self._controls.items():
            control.show_value(getattr(self._choices.settings, member))

    def _offer_member(self, member: str, control: SwitchChoice | PickChoice) -> None:
        self._controls[member] = control
        self.add(control)

        def change(value: object) -> None:
            self.forget_trouble()
            self._choices.change(self._fail, **{member: value})

        control.picked.connect(change)
        self.show_choices()


class TrayCard(MemberCard):
    def __init__(self, choices: Choices, offer: Offer) -> None:
        super().__init__(tr("Tray icon"), choices, offer)
        if offer.tray_styles:
            self._offer_member("tray_style", PickChoice(tr("Style"), offer.tray_styles))
        paces: Options = (
            (15, tr("every 15 seconds")),
            (60, tr("every minute")),
            (0, tr("only when something changes")),
        )
        about = tr(
            "What goes up or down is seen at once. Looking also finds a tunnel that has become silent."
        )
        pace = PickChoice(tr("Look at the tunnels while the window is closed"), paces, about)
        self._offer_member("tray_poll_s", pace)


class NotificationsCard(MemberCard):
    def __init__(self, choices: Choices, offer: Offer) -> None:
        super().__init__(tr("Notifications"), choices, offer)
        switch = SwitchChoice(tr("Tell me when a tunnel connects or fails"))
        self._offer_member("notifications", switch)


class LanguageCard(MemberCard):
    def __init__(self, choices: Choices, offer: Offer) -> None:
        super().__init__(tr("Language"), choices, offer)
        options: Options = (("", tr("As the desktop has it")), *offer.languages)
        about = tr("A change shows the next time wgdesk starts.")
        pick = PickChoice(tr("Language of wgdesk"), options, about, is_told_above=True)
        self._offer_member("language", pick)
