"""What polkit is told about a request: the details that its dialogs and rules may use."""

import pwd
from collections.abc import Iterable

from wgdesk.domain.profile import Profile
from wgdesk.helper.authority import MAX_DETAIL_CHARS, Question
from wgdesk.wire.names import (
    ACTION_APPROVE_PROFILE,
    ACTION_CONNECT,
    ACTION_DISCONNECT,
    ACTION_MANAGE_OTHERS,
)

ROOM_FOR_COUNT_CHARS = 20


def connect(name: str, profile: Profile, digest: str) -> Question:
    return Question(ACTION_CONNECT, _profile_details(name, profile, digest))


def approve(name: str, profile: Profile, digest: str) -> Question:
    return Question(ACTION_APPROVE_PROFILE, _profile_details(name, profile, digest))


def disconnect(name: str) -> Question:
    return Question(ACTION_DISCONNECT, {"profile": name})


def manage(name: str, owner: str) -> Question:
    return Question(ACTION_MANAGE_OTHERS, {"profile": name, "owner": owner})


def user_name(uid: int) -> str:
    """The user's name, or the number where the machine does not know it.

    Where users come from a server this waits for the network: not for the event loop.
    """
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _profile_details(name: str, profile: Profile, digest: str) -> dict[str, str]:
    endpoints = [str(peer.endpoint) for peer in profile.peers if peer.endpoint]
    networks = [str(network) for network in profile.allowed_ips()]
    full = profile.is_full_tunnel()
    return {
        "profile": name,
        "endpoint": _listed(endpoints) or "no fixed address",
        "routes": "all destinations" if full else _listed(networks) or "no destinations",
        "profile_hash": digest,
        "full_tunnel": "true" if full else "false",
    }


def _listed(items: Iterable[str]) -> str:
    """As many as fit into a dialog's line, and how many more there are."""
    unique = list(dict.fromkeys(items))
    shown: list[str] = []
    for item in unique:
        if len(", ".join([*shown, item])) > MAX_DETAIL_CHARS - ROOM_FOR_COUNT_CHARS:
            break
        shown.append(item)
    hidden = len(unique) - len(shown)
    return ", ".join(shown) + (f" and {hidden} more" if hidden else "")
