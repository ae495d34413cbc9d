"""The page of a tunnel where it is connected at boot: on, edited since, refused, and one left over."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from tests.shots.pages.managing import TITLED, a_window
from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.fakes import FakeBackend
from tests.support.scenes import HOME, a_backend, connected_home
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import NotAuthorized, WgdeskError
from wgdesk.domain.render import digest
from wgdesk.domain.unit_name import boot_unit

WHEN_UNIX_S = 1_700_000_000


def a_copy(name: str = "home", text: bytes = HOME) -> BootCopy:
    return BootCopy(
        name=name,
        owner_uid=1000,
        digest=digest(read_profile(text)),
        when_unix_s=WHEN_UNIX_S,
        unit=boot_unit(name),
        is_enabled=True,
    )


def opened(made: Desktop) -> QWidget:
    """At the card, which lies below what most windows show at once."""
    window = a_window(made)
    window.show()
    made.wait_until(lambda: window.managing.booting.board.is_known, "what connects at boot")
    page = window.tunnels.page
    page.ensureWidgetVisible(page.boot)
    return window


def refused(made: Desktop) -> QWidget:
    window = opened(made)
    card = window.tunnels.page.boot
    card.choice.box.click()
    made.wait_until(lambda: not window.managing.booting.board.changing, "the refusal")
    window.tunnels.page.ensureWidgetVisible(card)
    return window


def scene(
    name: str, make: Callable[[Desktop], QWidget], *copies: BootCopy, **errors: WgdeskError
) -> Scene:
    def backend() -> FakeBackend:
        made = a_backend(connected_home())
        made.boot = copies
        made.errors.update(errors)
        return made

    return Scene(f"boot-{name}", make, TITLED, backend, everywhere=True)


SCENES = (
    scene("off", opened),
    scene("on", opened, a_copy()),
    scene("edited", opened, replace(a_copy(), digest="0" * 64)),
    scene("disabled", opened, replace(a_copy(), is_enabled=False)),
    scene("refused", refused, set_boot=NotAuthorized()),
    scene("left-over", opened, a_copy("gone")),
)
