"""What each way to change the name servers has to offer."""

from typing import Protocol

from wgdesk.domain.dns import name_servers
from wgdesk.domain.profile import Address
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.dns import question
from wgdesk.engine.dns.plainfile import Entry


class Backend(Protocol):
    """One of domain.dns.DnsBackend on this machine. Knows a tunnel by its step alone."""

    async def apply(self, step: ApplyDns) -> None:
        """Tell it; the same again changes nothing. Raises DnsFailed, and then nothing stands."""

    async def revert(self, step: ApplyDns) -> None:
        """Take it back; gone already is a success. Raises DnsFailed."""

    async def stands(self, step: ApplyDns) -> bool:
        """Whether what was told still is what it goes by."""

    async def verify(self, step: ApplyDns) -> str:
        """Ask; "" or one sentence on who does not answer."""


def entry_of(step: ApplyDns) -> Entry:
    """The step in the words of a resolv.conf."""
    config = step.config
    return Entry(step.name, tuple(map(str, config.servers)), config.search)


async def ask_first_server(text: str, servers: tuple[Address, ...], domain: str) -> str:
    """Ask as the C library does by a resolv.conf of that text; "" or what is wrong.

    Every reply is a good one: what it says is the server's business.
    """
    first = next(iter(name_servers(text)), "")
    server = next((it for it in servers if str(it) == first), None)
    if server is None:
        return f"resolv.conf names {first or 'no server'} first"
    return await ask_server(server, domain)


async def ask_server(server: Address, domain: str) -> str:
    """One sentence where it does not answer, else ""."""
    try:
        reply = await question.ask(server, question.fresh_name(domain))
    except ConnectionRefusedError:
        return f"at {server} nobody answers DNS questions"
    return "" if reply is not None else f"the DNS server {server} does not answer"
