"""What this Flatpak cannot do, on the page of settings."""

from collections.abc import Sequence

from wgdesk.ui.language import tr
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.notice_list import NoticeList
from wgdesk.ui.widgets.texts import Text


class SandboxCard(Card):
    def __init__(self, limits: Sequence[str]) -> None:
        super().__init__(tr("Flatpak"))
        self.add(
            Text(
                tr(
                    "This wgdesk is a Flatpak: it has no network, and sees no files but your profiles and those you choose. So some things are otherwise:"
                )
            )
        )
        notices = NoticeList()
        notices.show_texts(limits)
        self.add(notices)
