"""What a profile does, in a few plain sentences, for whoever is about to take it in. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wgdesk.domain.dns import ROUTING, dns_config
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Hook, Network, Peer, Profile, TableMode
from wgdesk.domain.recipes import describe

MAX_NAMED: Final = 3  # subnets or domains that are named before "and 12 more"


def summary(profile: Profile) -> tuple[str, ...]:
    """What it does, and what is not run, as nobody has chosen yet that it is."""
    hooks = profile.interface.hooks
    return (*what_it_does(profile), _commands(hooks)) if hooks else what_it_does(profile)


def what_it_does(profile: Profile, *, has_key_elsewhere: bool = False) -> tuple[str, ...]:
    """Where traffic goes, who is asked for names, and what is missing.

    In English; the window translates each sentence as a whole.
    """
    return tuple(_sentences(profile, has_key=has_key_elsewhere))


def _sentences(profile: Profile, *, has_key: bool) -> Iterator[str]:
    yield from _peers(profile)
    if profile.peers:
        yield _traffic(profile)
    yield from _names(profile)
    if profile.interface.private_key is None:
        yield "Its private key is in the keyring." if has_key else "Has no private key."


def _peers(profile: Profile) -> Iterator[str]:
    count, port = len(profile.peers), profile.interface.listen_port
    if not count:
        yield "Has no peer."
    elif port and not any(peer.endpoint for peer in profile.peers):
        one = f"Listens on port {port} as a server for 1 peer."
        yield one if count == 1 else f"Listens on port {port} as a server for {count} peers."


def _traffic(profile: Profile) -> str:
    networks, table = profile.allowed_ips(), profile.interface.table
    if not networks:
        return "Sends nothing: no peer has allowed IPs."
    if table.mode is TableMode.OFF:
        return "Sets no routes."
    if table.mode is not TableMode.AUTO:
        name = table.name or str(table.number)
        return f"Puts its routes into table {printable(name)}, which rules of this machine may use."
    if families := profile.full_families():
        version = families[0]
        where = _where(_carriers(profile.peers, version))
        one = f"Sends all IPv{version} traffic to {where}."
        return one if len(families) == 1 else f"Sends all traffic to {where}."
    where = _where([peer for peer in profile.peers if peer.allowed_ips])
    count, listed = len(networks), _listed(networks)
    if count == 1:
        return f"Sends {listed} to {where}."
    return f"Sends {count} subnets to {where}: {listed}."


def _carriers(peers: Iterable[Peer], version: int) -> list[Peer]:
    """Those that a good part of all traffic goes to."""

    def is_wide(network: Network) -> bool:
        return network.version == version and network.prefixlen <= 1

    with_any = [peer for peer in peers if peer.allowed_ips]
    return [peer for peer in with_any if any(map(is_wide, peer.allowed_ips))] or with_any


def _where(peers: Sequence[Peer]) -> str:
    count = len(peers)
    if count > 1:
        return f"{count} peers"
    endpoint = peers[0].endpoint
    return printable(endpoint.host) if endpoint else "a peer without an endpoint"


def _names(profile: Profile) -> Iterator[str]:
    config = dns_config(profile)
    if config is None:
        return
    servers = ", ".join(map(str, config.servers))
    domains = _listed([printable(it.removeprefix(ROUTING)) for it in config.search])
    if config.is_exclusive:
        yield f"Asks {servers} for every name."
    elif servers:
        yield f"Asks {servers} for names in {domains}."
    else:
        yield f"Completes short names with {domains}."


def _listed(things: Sequence[object]) -> str:
    shown = ", ".join(map(str, things[:MAX_NAMED]))
    more = len(things) - MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _commands(hooks: Sequence[Hook]) -> str:
    count, names = len(hooks), describe(hooks)
    if count == 1:
        return f"1 command is not run: {names}." if names else "1 command is not run."
    return f"{count} commands are not run: {names}." if names else f"{count} commands are not run."
