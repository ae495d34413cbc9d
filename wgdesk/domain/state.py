"""The life of one tunnel as values: what it is doing, and what may come next. Pure.

Off ──Raise──▶ Rising ──Raised──▶ Up ──Lower──▶ Falling ──Lowered──▶ Off
 │               │ Broke          ▲ │ Broke        │ Lowered, after a Broke
 │               ▼                │ ├────────────▶ Falling(cause) ──▶ Failed
 │             Failed ──Raise──▶… │ │ Lost
 └──Adopted──▶ Up                 │ ▼
                            Raised└ Mending ──Broke, Lower──▶ Falling
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Off:
    pass


@dataclass(frozen=True, slots=True)
class Rising:
    pass


@dataclass(frozen=True, slots=True)
class Up:
    pass


@dataclass(frozen=True, slots=True)
class Mending:
    """Its engine ended; it is being put together again without anybody having asked."""

    cause: str


@dataclass(frozen=True, slots=True)
class Falling:
    """Going down; `cause` is why, where nobody asked for it."""

    cause: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Down, and everything undone; `cause` is one sentence."""

    cause: str


State = Off | Rising | Up | Mending | Falling | Failed


@dataclass(frozen=True, slots=True)
class Raise:
    pass


@dataclass(frozen=True, slots=True)
class Raised:
    pass


@dataclass(frozen=True, slots=True)
class Lower:
    pass


@dataclass(frozen=True, slots=True)
class Lowered:
    pass


@dataclass(frozen=True, slots=True)
class Broke:
    """A step failed, the engine died or the link vanished; `cause` is one sentence."""

    cause: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Its engine ended, which can be mended; `cause` is one sentence."""

    cause: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """A helper before this one brought it up."""


Event = Raise | Raised | Lower | Lowered | Broke | Lost | Adopted


class Effect(StrEnum):
    RAISE = "raise"
    LOWER = "lower"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Step:
    state: State
    effect: Effect | None = None


def step(state: State, event: Event) -> Step | None:
    """The next state and what to do about it; None where the event means nothing here."""
    match state, event:
        case ((Off() | Failed()), Raise()):
            return Step(Rising(), Effect.RAISE)
        case Off(), Adopted():
            return Step(Up())
        case ((Rising() | Mending()), Raised()):
            return Step(Up())
        case Rising(), Broke(cause):  # the runner has already undone its work
            return Step(Failed(cause))
        case Up(), Lost(cause):
            return Step(Mending(cause), Effect.MEND)
        case ((Up() | Mending()), Broke(cause)):
            return Step(Falling(cause), Effect.LOWER)  # the cause outlives the clean-up
        case ((Rising() | Up() | Mending()), Lower()):
            return Step(Falling(), Effect.LOWER)
        case Falling(cause), Lowered():
            return Step(Failed(cause) if cause else Off())
        case Falling(cause), Broke(why):  # something could not be undone
            return Step(Failed(cause or why))
        case _:
            return None
