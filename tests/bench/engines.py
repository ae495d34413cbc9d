"""The bundled engine against others: TCP through a tunnel of two, and what else they must stand.

`python -m tests.bench.engines [--runs N] NAME=PROGRAM...` compares the bundled one, which it
builds, and the installed wireguard-go with the ones named, in one run, round by round.
packaging/engine/measure fetches the rivals and calls it.
"""

import argparse
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.bench.engine_pair import Candidate, Flow, a_pair
from tests.bench.engine_trials import TRIALS, attempt
from tests.bench.measure import Figure, figure
from tests.labs import engine, programs

RUNS: Final = 3
SECONDS: Final = 3.0  # of TCP, each way, in each round
OURS, INSTALLED = "bundled", "installed"
# Debian 12's: before the engine took many packets at once, from and to the kernel.
OLD: Final = "v0.0.20220316"
OLD_LIMIT: Final = 1 / 4
FIELDS: Final[dict[str, Callable[[Flow], float]]] = {
    "Mbit/s": lambda flow: flow.mbits_per_s,
    "CPU s for 1 Gbit": lambda flow: flow.cpu_s_per_gbit,
}

Series = dict[str, list[Flow]]


def run(runs: int) -> list[Figure]:
    """Ours against the installed one; a limit only against Debian 12's."""
    installed = programs.program("wireguard-go")
    candidates = (Candidate(OURS, engine.program()), Candidate(INSTALLED, Path(installed)))
    series = throughput(candidates, min(runs, RUNS))
    version = programs.run([installed, "--version"]).stdout.split()[1]
    limit = OLD_LIMIT if version == OLD else None
    gbit = {name: [1000 / flow.mbits_per_s for flow in flows] for name, flows in series.items()}
    cpu = {name: [flow.cpu_s_per_gbit for flow in flows] for name, flows in series.items()}
    rival = f"wireguard-go {version}"
    words = ("userspace", rival)
    return [
        figure("1 Gbit of TCP through a tunnel", *words, gbit[OURS], gbit[INSTALLED], limit=limit),
        figure("CPU of both ends for it", *words, cpu[OURS], cpu[INSTALLED]),
    ]


def throughput(candidates: Sequence[Candidate], runs: int, seconds: float = SECONDS) -> Series:
    """Rounds of all candidates, one after the other, each way; a tunnel anew for each round."""
    series: Series = {candidate.name: [] for candidate in candidates}
    for _ in range(runs):
        for candidate in candidates:
            with a_pair(candidate) as pair:
                if not pair.carries():
                    text = f"{candidate.name} carries nothing"
                    raise programs.ProgramFailed(text)
                for is_reverse in (False, True):
                    series[candidate.name].append(pair.flow(seconds, reverse=is_reverse))
    return series


def rows(series: Series, outcomes: dict[str, list[str]]) -> list[str]:
    """A table in Markdown, a column for each candidate."""
    names = list(series)
    table = [["", *names], ["---"] * (len(names) + 1)]
    for title, field in FIELDS.items():
        values = ([field(flow) for flow in series[name]] for name in names)
        table.append([title, *map(_spread, values)])
    table += [[title, *cells] for title, cells in outcomes.items()]
    return [f"| {' | '.join(cells)} |" for cells in table]


def main() -> None:
    options = parse()
    named = [Candidate(name, path) for name, path in options.rivals]
    installed = Path(programs.program("wireguard-go"))
    candidates = [Candidate(OURS, engine.program()), Candidate(INSTALLED, installed), *named]
    series = throughput(candidates, options.runs, options.seconds)
    print("\n".join(rows(series, {})), flush=True)
    trials = {} if options.no_trials else TRIALS
    outcomes = {
        title: [attempt(trial, candidate) for candidate in candidates]
        for title, trial in trials.items()
    }
    print("\n".join(rows(series, outcomes)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="measure userspace engines against each other")
    parser.add_argument("rivals", nargs="*", type=_rival, metavar="NAME=PROGRAM")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of TCP, each way")
    parser.add_argument("--no-trials", action="store_true", help="speed only")
    return parser.parse_args()


def _rival(word: str) -> tuple[str, Path]:
    name, _, path = word.partition("=")
    return name, Path(path).absolute()


def _spread(values: Sequence[float]) -> str:
    digits = 0 if max(values) > 100 else 2
    median, low, high = statistics.median(values), min(values), max(values)
    return f"{median:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


if __name__ == "__main__":
    main()
