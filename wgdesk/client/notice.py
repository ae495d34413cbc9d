"""A notification as a value, and what a person may answer to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from wgdesk.domain.names import printable

MOST_CHARACTERS: Final = 400
MOST_LABEL_CHARACTERS: Final = 40
MOST_TOKEN_BYTES: Final = 4096


class Choice(StrEnum):
    """The buttons; values are the words on the bus."""

    SHOW = "show"
    DISCONNECT = "disconnect"
    RETRY = "retry"


class Kind(StrEnum):
    """What it is about; values are categories of the Desktop Notifications Specification 1.2."""

    CONNECTED = "network.connected"
    DISCONNECTED = "network.disconnected"
    ERROR = "network.error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is shown about one tunnel; the next one about it takes its place.

    Attributes:
        icon: A name in the icon theme.
        choices: Buttons and their labels; a click beside them all is SHOW.
        is_urgent: It stays until somebody has seen it.
    """

    tunnel: str
    title: str
    body: str
    icon: str = ""
    kind: Kind = Kind.CONNECTED
    choices: tuple[tuple[Choice, str], ...] = ()
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose, and the desktop's permission to come to the front ("" if none)."""

    tunnel: str
    choice: Choice
    token: str = ""


class Notices(Protocol):
    """Somebody who shows notifications; no method ever raises for want of a server."""

    async def show(self, notice: Notice) -> bool:
        """True if somebody shows it."""

    async def withdraw(self, tunnel: str) -> None:
        """Take away what is shown about a tunnel, if anything is."""

    def answers(self) -> AsyncIterator[Answer]:
        """What is chosen from now on, until cancelled."""


def parse_choice(word: object) -> Choice | None:
    """None for what is none of ours, as a newer program of ours may have left behind."""
    return next((each for each in Choice if each == word), None)


def parse_token(word: object) -> str:
    """A token as it may be put into the environment; "" for anything else."""
    is_one = isinstance(word, str) and word.isprintable() and len(word.encode()) <= MOST_TOKEN_BYTES
    return str(word) if is_one else ""


def bounded(text: str) -> str:
    """A line that any server can show."""
    return printable(text, MOST_CHARACTERS)


def labels(notice: Notice) -> tuple[tuple[Choice, str], ...]:
    return tuple((each, printable(text, MOST_LABEL_CHARACTERS)) for each, text in notice.choices)
