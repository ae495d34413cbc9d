"""A profile of /etc/wireguard, as the helper gives it to who may have it."""

from dataclasses import dataclass
from enum import StrEnum


class Withheld(StrEnum):
    """Why the helper does not give a file's content."""

    ABSENT = "absent"
    LINK = "link"
    NO_FILE = "no-file"  # a folder, a pipe, a device
    NOT_ROOTS = "not-roots"
    TOO_LARGE = "too-large"  # over 1 MiB
    TOO_MUCH = "too-much"  # together with those before it; alone it may be read
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SystemProfile:
    """One file.

    Attributes:
        content: Its bytes, not looked at; empty where `withheld` says why.
        withheld: A word of `Withheld`, or one that a newer helper knows; "" where it was read.
    """

    name: str
    content: bytes = b""
    withheld: str = ""

    def __repr__(self) -> str:
        return f"SystemProfile({self.name!r}, {len(self.content)} bytes, {self.withheld!r})"
