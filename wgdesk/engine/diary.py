"""What is done for each tunnel, as lines for its owner; whoever keeps them listens here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Protocol

from wgdesk.domain.device import EngineKind
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.explain import explain, explain_change, explain_undo
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.domain.steps import Change, Step, UpdateDevice
from wgdesk.domain.sync import summary
from wgdesk.engine.tunnel import Tunnel

# Of one deed; a profile may have 16,384 routes, and what was done before them counts too.
MOST_LINES: Final = 100
KEY_CHARS: Final = 8
PUT_BACK: Final = "Another program removed what this tunnel needs; it was put back:"
NOT_UP: Final = "Not brought up: {}."
NOT_CHANGED: Final = "Not changed: {}."
SAME: Final = "As its profile says already; nothing was changed."
FELL: Final = "Down, for it failed: {}."
_WHOLE_KEY_CHARS: Final = 44

_CARRIERS: Final = {
    EngineKind.KERNEL: "the kernel's WireGuard",
    EngineKind.USERSPACE: "wireguard-go",
}


class Owned(Protocol):
    """Whom a line is for, and what it is about."""

    @property
    def owner_uid(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One line before it is kept: `tunnel` is a name, `text` one sentence or a `[#]` line."""

    owner_uid: int
    tunnel: str
    kind: LogKind
    text: str


class Diary:
    """Gets to know everything that happens to tunnels, and makes lines of what is news."""

    def __init__(self) -> None:
        self._told: Callable[[Entry], None] = lambda _entry: None
        self._seen: dict[str, Lifecycle] = {}

    def on_entry(self, told: Callable[[Entry], None], /) -> None:
        """Call `told` with every entry from now on."""
        self._told = told

    def write(self, whose: Owned, kind: LogKind, text: str) -> None:
        self._told(Entry(whose.owner_uid, whose.name, kind, text))

    @contextmanager
    def telling_why(self, whose: Owned, words: str) -> Iterator[None]:
        """Write down, in these words, why what was asked for was not done; the error goes on."""
        try:
            yield
        except WgdeskError as error:
            self.write(whose, LogKind.ERROR, words.format(clause(error)))
            raise

    def deed(self, whose: Owned) -> "Deed":
        return Deed(lambda kind, text: self.write(whose, kind, text))

    def repaired(self, whose: Owned, missing: Sequence[Step]) -> None:
        self.write(whose, LogKind.REPAIR, PUT_BACK)
        deed = self.deed(whose)
        deed.did(*missing)
        deed.end()

    def synced(self, whose: Owned, changes: Sequence[Change]) -> None:
        """It was made what its edited profile says."""
        deed = self.deed(whose)
        deed.changed(changes)
        deed.end()
        changed = ", ".join(summary(changes))
        text = f"As its profile says now; changed: {changed}." if changed else SAME
        self.write(whose, LogKind.STATE, text)

    def follow(self, tunnel: Tunnel) -> None:
        """It may be in another state than before."""
        before, now = self._seen.get(tunnel.id, Lifecycle.OFF), tunnel.lifecycle
        if now is before:
            return
        if now is Lifecycle.OFF or now is Lifecycle.FAILED:
            self._seen.pop(tunnel.id, None)
        else:
            self._seen[tunnel.id] = now
        self._tell_state(tunnel, before, now)

    def _tell_state(self, tunnel: Tunnel, before: Lifecycle, now: Lifecycle) -> None:
        state, cause = LogKind.STATE, tunnel.cause
        match now:
            case Lifecycle.RISING:
                self.write(tunnel, state, "Coming up.")
            case Lifecycle.UP if before is Lifecycle.OFF:
                self.write(tunnel, state, "Was up already when the helper started; taken over.")
            case Lifecycle.UP if before is Lifecycle.MENDING:
                self.write(tunnel, state, "Up again.")
            case Lifecycle.UP:
                self._tell_up(tunnel)
            case Lifecycle.MENDING:
                text = f"Its engine ended and is started anew: {clause(cause)}."
                self.write(tunnel, LogKind.ERROR, text)
            case Lifecycle.FALLING if cause:
                self.write(tunnel, LogKind.ERROR, f"Cannot stay up: {clause(cause)}.")
            case Lifecycle.FALLING:
                self.write(tunnel, state, "Going down.")
            case Lifecycle.OFF:
                self.write(tunnel, state, "Down.")
            case Lifecycle.FAILED:
                words = NOT_UP if before is Lifecycle.RISING else FELL
                self.write(tunnel, LogKind.ERROR, words.format(clause(cause)))

    def _tell_up(self, tunnel: Tunnel) -> None:
        engine = tunnel.engine
        if engine is not None:
            carrier, reason = _CARRIERS[engine.kind], clause(engine.reason)
            self.write(tunnel, LogKind.STATE, f"Up, through {carrier}: {reason}.")
        if tunnel.took_over:
            names = ", ".join(tunnel.took_over)
            self.write(tunnel, LogKind.STATE, f"Room was made for it by {names}.")
        for notice in tunnel.plan.notices if tunnel.plan else ():
            self.write(tunnel, LogKind.NOTICE, notice)


class Deed:
    """The `[#]` lines of one thing that is done: the first MOST_LINES, then how many more."""

    def __init__(self, write: Callable[[LogKind, str], None]) -> None:
        self._write, self._count = write, 0

    def did(self, *steps: Step) -> None:
        """These are done, or just about to be."""
        for step in steps:
            if self._has_room():
                self._say(explain(step))

    def undid(self, *steps: Step) -> None:
        for step in steps:
            if self._has_room():
                self._say(explain_undo(step))

    def changed(self, changes: Iterable[Change]) -> None:
        for change in changes:
            shown, hidden = _first_of(change)
            is_device = isinstance(change, UpdateDevice)
            for line in explain_change(shown):
                if self._has_room():
                    self._say(_with_short_key(line) if is_device else line)
            self._count += hidden

    def failed(self, text: str) -> None:
        """What comes after goes on all the same."""
        self._write(LogKind.ERROR, text)

    def end(self) -> None:
        """Nothing more comes."""
        hidden, self._count = self._count - MOST_LINES, 0
        if hidden > 0:
            self._say(f"… and {hidden} more")

    def _say(self, line: str) -> None:
        self._write(LogKind.DONE, f"[#] {line}")

    def _has_room(self) -> bool:
        self._count += 1
        return self._count <= MOST_LINES


def silent_deed() -> Deed:
    """For what nobody is to read of."""
    return Deed(lambda _kind, _text: None)


def short_key(key: PublicKey) -> str:
    """Enough to tell the peers of a tunnel apart; a whole key would be hidden from the reader."""
    return f"{key.base64()[:KEY_CHARS]}…"


def clause(cause: object) -> str:
    """An error or a cause, to be a part of a sentence."""
    return str(cause).rstrip(".")


def _first_of(change: Change) -> tuple[Change, int]:
    """A change of no more peers than are shown, and how many are left out."""
    if not isinstance(change, UpdateDevice):
        return change, 0
    update = change.update
    removed, peers = update.removed[:MOST_LINES], update.peers[:MOST_LINES]
    hidden = len(update.removed) + len(update.peers) - len(removed) - len(peers)
    return replace(change, update=replace(update, removed=removed, peers=peers)), hidden


def _with_short_key(line: str) -> str:
    """A line of `wg set`: the key behind `peer` is a public one."""
    head, word, rest = line.partition(" peer ")
    return f"{head}{word}{rest[:KEY_CHARS]}…{rest[_WHOLE_KEY_CHARS:]}" if word else line
