"""News of links that go, of which the kernel tells when it has time."""

from tests.support.waiting import on_loop, until
from wgdesk.domain.device import EngineKind
from wgdesk.domain.state import Broke
from wgdesk.domain.steps import CreateLink
from wgdesk.engine.machine import Machine

HOME = CreateLink("home", EngineKind.KERNEL)


@on_loop
async def test_late_news_of_a_link_before_it_ends_no_tunnel(in_ns):
    machine, lost, seen = Machine(), [], []
    machine.on_lost(lambda name, event: lost.append((name, event)))
    machine.on_disturbed(lambda: seen.append(True))
    try:
        # The kernel's WireGuard is not everywhere; for its news any link is as good.
        for verb in ("add", "delete", "add"):
            words = ("type", "bridge") if verb == "add" else ()
            in_ns.ip("link", verb, "home", *words)
        machine._begun.add(HOME)
        await until(lambda: seen)
        assert lost == []
        in_ns.ip("link", "delete", "home")
        await until(lambda: lost)
        (name, event) = lost[0]
        assert name == "home"
        assert isinstance(event, Broke)
    finally:
        machine._begun.clear()
        await machine.close()
