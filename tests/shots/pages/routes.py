"""The page of routes: the three situations, a question, and what networks and helpers do to it."""

from collections.abc import Callable

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.routes_page import routes_are_shown, routes_window
from tests.support.routings import PUSHED, attached_home, crowded, home, ipv4_home, machine
from tests.support.scenes import a_backend
from wgdesk.domain.errors import HelperUnreachable
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.windows.main import MainWindow
from wgdesk.ui.windows.routes_page import RoutesPage

Act = Callable[[Desktop, RoutesPage], None]


def nothing(_: Desktop, __: RoutesPage) -> None:
    """The scene is complete as it opens."""


def asking(text: str, *, raw: bool = False) -> Act:
    def act(made: Desktop, page: RoutesPage) -> None:
        page.show_everything(wanted=raw)
        page.ask(text)
        made.wait_until(lambda: routes_are_shown(page) and bool(page._reader.view.answers), text)

    return act


def lose_helper(made: Desktop, page: RoutesPage) -> None:
    remedy = "Install the package wgdesk-helper: sudo apt install wgdesk-helper"
    gone = HelperUnreachable("it is not installed", remedy)
    made.backend.errors |= {"hello": gone, "tunnels": gone}
    made.tell(made.backend.vanish)
    made.tell(lambda: made.backend.route(MachineRouting()))
    made.wait_until(lambda: made.switchboard.picture.helper_error is not None, "the reason")
    made.wait_until(lambda: page._reader.view is None, "the end of the routes")


def scene(
    name: str,
    routing: MachineRouting,
    *tunnels: TunnelSnapshot,
    act: Act = nothing,
    everywhere: bool = False,
) -> Scene:
    def backend():
        found = a_backend(*tunnels)
        found.route(routing)
        return found

    def make(made: Desktop) -> MainWindow:
        window, page = routes_window(made)
        window.show()
        made.wait_until(lambda: routes_are_shown(page), "the routes")
        act(made, page)
        return window

    return Scene(f"routes-{name}", make, backend=backend, everywhere=everywhere)


FULL, PUSHING = machine(home()), machine(home(), routes=[PUSHED])
SCENES = (
    scene("none", machine()),
    scene("full", FULL, home(), everywhere=True),
    scene("split", machine(attached_home()), attached_home()),
    scene("where", FULL, home(), act=asking("192.168.1.20"), everywhere=True),
    scene("host", machine(attached_home()), attached_home(), act=asking("example.org")),
    scene("pushed", PUSHING, home(), act=asking("1.1.1.1")),
    scene("blocked", machine(ipv4_home()), ipv4_home(), act=asking("2001:db8::1")),
    scene("crowded", crowded(20_000), attached_home(), act=asking("11.0.200.9")),
    scene("raw", FULL, home(), act=asking("1.1.1.1", raw=True), everywhere=True),
    scene("helper-missing", FULL, home(), act=lose_helper),
)
