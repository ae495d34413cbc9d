"""What stands behind the page of routes: it asks, and has what takes time done elsewhere."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Final

from PySide6.QtCore import QObject, Signal

from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.profile import Address
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr
from wgdesk.ui.naming import titles_in
from wgdesk.ui.picture import HelperState
from wgdesk.ui.routes_view import RoutesRequest, RoutesView, read_routes, tunnel_facts
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.where_question import read_question
from wgdesk.ui.wording import as_sentence

MOST_ANSWERS: Final = 4

FindAddresses = Callable[[str], Awaitable[tuple[Address, ...]]]


class RouteReader(QObject):
    """Lives on the GUI thread; does nothing while its page is not on the screen.

    Signals:
        changed: There is something else to be seen.

    Attributes:
        view: None until the routes are known, and while nobody can tell them.
        helper: Whether they can be told.
        error: Why not, where that is known.
        addresses: Those that the question comes to; the first few.
        more_addresses: How many others there are.
        hint: Words where there is no answer to it; "" where there is one.
    """

    changed = Signal()

    def __init__(
        self,
        switchboard: Switchboard,
        bridge: Bridge,
        feed: Feed[MachineRouting | None],
        find_addresses: FindAddresses,
    ) -> None:
        super().__init__()
        self._switchboard, self._bridge = switchboard, bridge
        self._find_addresses = find_addresses
        self._routing: MachineRouting | None = None
        self._job: Future[RoutesView] | None = None
        self._lookup: Future[tuple[Address, ...]] | None = None
        self._is_stale = self._is_watched = self._wants_lines = False
        self._question = ""
        self.view: RoutesView | None = None
        self.helper = HelperState.ASKING
        self.error: WgdeskError | None = None
        self.addresses: tuple[Address, ...] = ()
        self.more_addresses = 0
        self.hint = _invitation()
        feed.arrived.connect(self._on_routing_arrived)
        feed.failed.connect(self._on_feed_failed)
        switchboard.picture_changed.connect(self._on_picture_changed)

    def set_watched(self, watched: bool) -> None:  # noqa: FBT001  # as Feed has it
        self._is_watched = watched
        if watched:
            self._on_picture_changed()

    def show_everything(self, *, wanted: bool) -> None:
        """Whether the lines of every table are to be in the view."""
        self._wants_lines = wanted
        self._read()

    def ask(self, text: str, *, again: bool = True) -> None:
        """Where does it go? With `again` a host name is looked up anew, though it is the same."""
        if text.strip() == self._question and not again:
            return
        self._question = text.strip()
        self._forget_lookup()
        asked = read_question(text)
        if asked.host:
            self._look_up(asked.host)
            return
        self._set_addresses((asked.address,) if asked.address is not None else ())
        self.hint = asked.mistake or ("" if self.addresses else _invitation())
        self._read()
        self.changed.emit()

    # The question.

    def _look_up(self, host: str) -> None:
        self._set_addresses(())
        self.hint = tr("Asking for the addresses of {host}…").format(host=host)
        self._lookup = self._bridge.submit(
            self._found(host), self._on_addresses_found, self._on_lookup_failed
        )
        self._read()
        self.changed.emit()

    def _set_addresses(self, addresses: tuple[Address, ...]) -> None:
        self.addresses = addresses[:MOST_ANSWERS]
        self.more_addresses = len(addresses) - len(self.addresses)

    async def _found(self, host: str) -> tuple[Address, ...]:
        return tuple(dict.fromkeys(await self._find_addresses(host)))

    def _forget_lookup(self) -> None:
        if self._lookup is not None:
            self._lookup.cancel()
            self._lookup = None

    def _on_addresses_found(self, addresses: tuple[Address, ...]) -> None:
        self._lookup = None
        self._set_addresses(addresses)
        self.hint = "" if addresses else tr("That name has no address.")
        self._read()
        self.changed.emit()

    def _on_lookup_failed(self, error: WgdeskError) -> None:
        self._lookup = None
        self.hint = as_sentence(str(error))
        self.changed.emit()

    # The routes.

    def _on_routing_arrived(self, routing: MachineRouting | None) -> None:
        self._routing = routing
        if routing is None:
            self._lose(None)
            return
        self.helper, self.error = HelperState.HERE, None
        self._read()

    def _on_feed_failed(self, error: WgdeskError | None) -> None:
        self._routing = None
        self._lose(error)

    def _lose(self, error: WgdeskError | None) -> None:
        self.view, self.helper, self.error = None, HelperState.GONE, error
        self.changed.emit()

    def _on_picture_changed(self) -> None:
        """Once a second: only what the groups are made of is a reason to make them again."""
        if not self._is_watched:
            return
        view = self.view
        picture = self._switchboard.picture
        if view is not None and (view.request.tunnels, view.request.titles) != (
            tunnel_facts(picture),
            titles_in(picture),
        ):
            self._read()
        self.changed.emit()

    def _read(self) -> None:
        if self._routing is None:
            return
        if self._job is not None:
            self._is_stale = True
            return
        request = RoutesRequest(
            routing=self._routing,
            tunnels=tunnel_facts(self._switchboard.picture),
            titles=titles_in(self._switchboard.picture),
            addresses=self.addresses,
            wants_lines=self._wants_lines,
        )
        self._job = self._bridge.submit(
            self._made(request, self.view), self._on_view_made, self._on_view_failed
        )

    @staticmethod
    async def _made(request: RoutesRequest, before: RoutesView | None) -> RoutesView:
        return read_routes(request, before)

    def _on_view_made(self, view: RoutesView) -> None:
        self._job = None
        if self._routing is not None:
            self.view = view
        if self._is_stale:
            self._is_stale = False
            self._read()
        self.changed.emit()

    def _on_view_failed(self, error: WgdeskError) -> None:
        self._job = None
        self._lose(error)


def _invitation() -> str:
    return tr("Type an address or a host name, such as 1.1.1.1 or example.org.")
