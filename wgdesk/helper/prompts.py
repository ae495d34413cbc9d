"""What polkit is told about a request: the details that its dialogs and rules may use."""

import pwd
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from typing import Final

from wgdesk.domain.profile import Hook, Interface, Network, Peer, Profile, TableMode, covers_all
from wgdesk.domain.routing import routed_networks
from wgdesk.helper.authority import MAX_DETAIL_CHARS, Question, visible
from wgdesk.wire.names import (
    ACTION_APPROVE_PROFILE,
    ACTION_BOOT,
    ACTION_BOOT_OFF,
    ACTION_CONNECT,
    ACTION_DISCONNECT,
    ACTION_LIST_SYSTEM_PROFILES,
    ACTION_MANAGE_OTHERS,
    ACTION_READ_SYSTEM_PROFILES,
    ACTION_RUN_HOOKS,
)

ROOM_FOR_COUNT_CHARS: Final = 20
MAX_PREFIX_BITS: Final = 128
# What a dialog surely shows in full.
MAX_COMMANDS_CHARS: Final = 400
MAX_COMMANDS_LINES: Final = 6

NO_COMMANDS: Final = "–"  # noqa: RUF001  # in every language

Details = dict[str, str]


def connect(details: Details) -> Question:
    return Question(ACTION_CONNECT, details)


def approve(details: Details) -> Question:
    return Question(ACTION_APPROVE_PROFILE, details)


def run_hooks(details: Details, commands: str) -> Question:
    """`commands` is what `commands_text` gave."""
    return Question(ACTION_RUN_HOOKS, details, commands)


def commands_text(name: str, hooks: Sequence[Hook]) -> str:
    """All that would run, one command a line, as a dialog shows it."""
    lines = (f"{hook.kind.value}: {hook.command.replace('%i', name)}" for hook in hooks)
    return "\n".join(map(visible, lines))


def fits_a_dialog(commands: str) -> bool:
    return len(commands) <= MAX_COMMANDS_CHARS and commands.count("\n") < MAX_COMMANDS_LINES


def boot(details: Details, commands: str) -> Question:
    """`commands` are those that root runs, as `commands_text` gave them; "" for none."""
    return Question(ACTION_BOOT, {**details, "commands": NO_COMMANDS}, commands)


def boot_off(name: str, owner: str) -> Question:
    return Question(ACTION_BOOT_OFF, {"profile": name, "owner": owner})


def disconnect(name: str) -> Question:
    return Question(ACTION_DISCONNECT, {"profile": name})


def manage(name: str, owner: str) -> Question:
    return Question(ACTION_MANAGE_OTHERS, {"profile": name, "owner": owner})


def list_system_profiles() -> Question:
    return Question(ACTION_LIST_SYSTEM_PROFILES)


def read_system_profiles(names: str) -> Question:
    """`names` has at most MAX_NAMES_CHARS, so that none is cut off."""
    return Question(ACTION_READ_SYSTEM_PROFILES, {"profiles": names})


def user_name(uid: int) -> str:
    """The user's name, or the number where the machine does not know it.

    Where users come from a server this waits for the network: not for the event loop.
    """
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def describe(name: str, profile: Profile, digest: str) -> Details:
    """What the profile does, the parts that count most first: not all of it fits a dialog.

    With 20,000 networks it takes a tenth of a second.
    """
    own = [net for net in profile.interface_networks() if net.prefixlen < net.max_prefixlen]
    aside = _aside(profile.interface)
    reach = "all destinations"
    if not _is_full([*profile.allowed_ips(), *own]):
        networks = map(str, _widest_first([*profile.allowed_ips(), *own]))
        reach = _listed(networks, MAX_DETAIL_CHARS - len(aside)) or "no destinations"
    return {
        "profile": name,
        "endpoint": _listed(_endpoints(profile), MAX_DETAIL_CHARS) or "no fixed address",
        "routes": reach + aside,
        "lookups": _lookups(profile.interface),
        "profile_hash": digest,
        "full_tunnel": "true" if _is_full([*routed_networks(profile), *own]) else "false",
    }


def _is_full(networks: Sequence[Network]) -> bool:
    return any(covers_all(networks, version) for version in (4, 6))


def _widest_first(networks: Sequence[Network]) -> list[Network]:
    """As few networks as say the same: many small ones do not hide that they are one big one."""
    merged: list[Network] = []
    merged += collapse_addresses(net for net in networks if isinstance(net, IPv4Network))
    merged += collapse_addresses(net for net in networks if isinstance(net, IPv6Network))
    return sorted(merged, key=lambda net: net.prefixlen)


def _endpoints(profile: Profile) -> list[str]:
    peers = sorted(profile.peers, key=_narrowness)
    return [str(peer.endpoint) for peer in peers if peer.endpoint]


def _narrowness(peer: Peer) -> int:
    return min((net.prefixlen for net in peer.allowed_ips), default=MAX_PREFIX_BITS + 1)


def _aside(interface: Interface) -> str:
    """What the profile wants besides, in its own words: other programs' traffic may follow it."""
    told = []
    if interface.table.mode is not TableMode.AUTO:
        table = interface.table
        told.append(f"Table = {table.name or table.number or table.mode.value}")
    if interface.fwmark:
        told.append(f"FwMark = {interface.fwmark:#x}")
    return f" ({', '.join(told)})" if told else ""


def _lookups(interface: Interface) -> str:
    """Who is asked for names, as a part of the dialog's sentence; "" where nobody new is.

    They hear of every name that any program here looks up, wherever the routes lead.
    """
    if not interface.dns_servers:
        return ""
    before = " and name lookups to "
    return before + _listed(map(str, interface.dns_servers), MAX_DETAIL_CHARS - len(before))


def _listed(items: Iterable[str], room_chars: int) -> str:
    """As many as fit into a dialog's line, at least one, and how many more there are."""
    unique = list(dict.fromkeys(items))
    room_chars -= ROOM_FOR_COUNT_CHARS
    shown: list[str] = []
    for item in unique:
        if shown and len(", ".join([*shown, item])) > room_chars:
            break
        shown.append(_tail(item, room_chars))
    hidden = len(unique) - len(shown)
    return ", ".join(shown) + (f" and {hidden} more" if hidden else "")


def _tail(text: str, room_chars: int) -> str:
    """The end of a host name says whose it is."""
    return text if len(text) <= room_chars else "…" + text[1 - room_chars :]
