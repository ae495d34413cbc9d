"""What a person has chosen, kept in the test's own process."""

from collections.abc import Sequence

from wgdesk.client.launcher import LauncherEntry
from wgdesk.client.settings import Settings
from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.choices import Choices
from wgdesk.ui.tray_style import style_words
from wgdesk.ui.windows.choice_cards import Offer

LANGUAGES = (("en", "English"), ("de", "Deutsch"))
LAUNCHER_FILE = "~/.local/share/applications/org.wgdesk.WGDesk.desktop"


class FakeDesktop:
    """A settings file, a session's autostart and an applications menu.

    Attributes:
        saved: The settings as written down.
        starts: Whether it is started at login, and hidden.
        menu: The tunnels in the menu; None while there is no file of ours.
        errors: Raised by `write`, `switch` or `show` for as long as it is in here.
    """

    def __init__(self, settings: Settings | None = None, *, starts: bool = False) -> None:
        self.saved = settings or Settings()
        self.starts, self.starts_hidden = starts, False
        self.menu: tuple[str, ...] | None = None
        self.has_menu = True
        self.errors: dict[str, WgdeskError] = {}

    def read(self) -> Settings:
        return self.saved

    def write(self, settings: Settings) -> None:
        self._fail("write")
        self.saved = settings

    async def is_on(self, *, granted: bool) -> bool:
        return self.starts

    async def switch(self, *, on: bool, hidden: bool, reason: str) -> None:
        assert reason
        self._fail("switch")
        self.starts, self.starts_hidden = on, hidden

    def is_possible(self) -> bool:
        return self.has_menu

    def show(self, entries: Sequence[LauncherEntry]) -> None:
        self._fail("show")
        self.menu = tuple(entry.tunnel for entry in entries)
        self.texts = tuple(entry.text for entry in entries)

    def remove(self) -> None:
        self.menu = None

    def _fail(self, what: str) -> None:
        if what in self.errors:
            raise self.errors[what]


TITLES = {"work": "Büro"}


def choices_of(bridge: Bridge, desktop: FakeDesktop) -> Choices:
    return Choices(bridge, desktop, desktop, desktop, lambda name: TITLES.get(name, name))


def an_offer(*, has_tray: bool = True, key_mover=None) -> Offer:
    return Offer(
        key_mover=key_mover,
        has_tray=lambda: has_tray,
        languages=LANGUAGES,
        tray_styles=style_words(),
        launcher_file=LAUNCHER_FILE,
    )
