"""What a state looks like: a shape, a colour by its meaning, and always a word. No Qt."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """The shapes; each reads at 16 px and without colour. Values are file names."""

    CONNECTED = "connected"
    OFF = "off"
    ATTENTION = "attention"
    READY = "ready"
    FAILED = "failed"
    BUSY = "busy"


class Tone(StrEnum):
    """The colours by meaning."""

    GOOD = "good"
    QUIET = "quiet"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Face:
    """A state as a person sees it: shape, colour and word, never one without the others."""

    mark: Mark
    tone: Tone
    word: str
