"""The page of routes over a fake backend, for its tests and its pictures."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from tests.support.desktop import Desktop
from wgdesk.domain.errors import ClientError
from wgdesk.domain.profile import Address
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr
from wgdesk.ui.windows.main import MainWindow, Page
from wgdesk.ui.windows.routes_page import RoutesPage

HOSTS = {
    "example.org": ("192.0.2.80", "2001:db8::80"),
    "printer.lan": ("192.168.1.20",),
    "nobody.example": (),
}


async def find_addresses(host: str) -> tuple[Address, ...]:
    if host not in HOSTS:
        raise ClientError(f"no name server knows “{host}”")
    return tuple(map(ip_address, HOSTS[host]))


def routes_window(
    made: Desktop, find: Callable[[str], Awaitable[tuple[Address, ...]]] = find_addresses
) -> tuple[MainWindow, RoutesPage]:
    """The main window, opened on the page of routes."""
    feed = Feed(made.bridge, made.backend.routing_changes)
    page = RoutesPage(made.switchboard, made.bridge, feed, find)
    window = MainWindow(made.switchboard, [Page(tr("Routes"), page, feed)])
    window.feed_of_routes = feed  # lives as long as the window
    window.show_page(1)
    return window, page


def routes_are_shown(page: RoutesPage) -> bool:
    return page._reader.view is not None and page._reader._job is None  # the tests' business
