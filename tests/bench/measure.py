"""One benchmark's figures, and the table that a person reads."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Our median against the rival's, both in seconds, from the same run.

    Attributes:
        limit: The ratio that must not be exceeded; None where none is promised.
    """

    name: str
    engine: str
    rival: str
    ours_s: float
    rival_s: float
    runs: int
    limit: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours_s / self.rival_s

    @property
    def holds(self) -> bool:
        return self.limit is None or self.ratio <= self.limit

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "holds": self.holds}


def figure(
    name: str, engine: str, rival: str, ours: Sequence[float], theirs: Sequence[float], **limit: Any
) -> Figure:
    """The figure of two series of seconds."""
    return Figure(
        name=name,
        engine=engine,
        rival=rival,
        ours_s=statistics.median(ours),
        rival_s=statistics.median(theirs),
        runs=min(len(ours), len(theirs)),
        **limit,
    )


def table(figures: Sequence[Figure]) -> str:
    """Ratios first, then what they are made of."""
    head = f"{'ratio':>6} {'limit':>6}      {'benchmark':<40} {'engine':<10} {'ours':>9} {'rival':>9}  runs  rival is"
    lines = [head, "-" * len(head)]
    for item in figures:
        limit = "" if item.limit is None else f"{item.limit:.2f}"
        verdict = "ok  " if item.holds else "MISS"
        lines.append(
            f"{item.ratio:>6.2f} {limit:>6} {verdict} {item.name:<40} {item.engine:<10}"
            f" {item.ours_s * 1000:>6.1f} ms {item.rival_s * 1000:>6.1f} ms  {item.runs:>4}  {item.rival}"
        )
    return "\n".join(lines)
