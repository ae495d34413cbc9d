"""A profile that another program of this machine keeps, as far as it is known without reading it."""

from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """Who keeps it."""

    SYSTEM = "system"  # a file of /etc/wireguard, which wg-quick reads
    NETWORKMANAGER = "networkmanager"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProfile:
    """What can be imported. No keys.

    Attributes:
        name: What its keeper knows it by: a tunnel's name, or NetworkManager's UUID.
        title: What a person calls it; any text.
        source: Where it is, as a person would say it: "/etc/wireguard/home.conf".
        is_up: Its interface is there now, and not by this program.
        starts_by_itself: Its keeper brings it up at boot, or as soon as there is a network.
        needs_authorisation: To read it an administrator may be asked for a password.
    """

    kind: SourceKind
    name: str
    title: str
    source: str
    is_up: bool = False
    starts_by_itself: bool = False
    needs_authorisation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that was found.

    Attributes:
        profiles: By kind, then in the order of their titles.
        notes: Why a source could not be asked, or not all of it; a sentence each.
        hides_names: /etc/wireguard shows its names only after an administrator's word; those of
            tunnels that start at boot or are up are told without it.
    """

    profiles: tuple[FoundProfile, ...] = ()
    notes: tuple[str, ...] = ()
    hides_names: bool = False
