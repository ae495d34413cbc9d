"""`python -m tests.bench [--json FILE] [--runs N] [--here]`: every benchmark, ratios first.

The userspace engine is measured on this machine, the kernel's in lab vm; `--here`
measures only what this machine has, which is also what runs inside the VM.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench import crowd, engines, imports, keystrokes, profiles, stall, toggle, window
from tests.bench.measure import Figure, table

RUNS = 7
VM_TIMEOUT_S = 900.0
VM_FILE = "figures.json"
DERIVED = ("ratio", "holds")  # what Figure works out by itself


def main() -> int:
    options = parse(sys.argv[1:])
    figures = toggle.run(options.runs) + crowd.run(options.runs)
    if not options.here:
        figures += engines.run(options.runs)
        figures += window.run(options.runs)
        figures += stall.run(options.runs)
        figures += imports.run(options.runs)
        figures += profiles.run(options.runs)
        figures += keystrokes.run(options.runs)
        figures += in_vm(options.runs)
    print(table(figures))
    if options.json:
        document = {"v": 1, "figures": [item.as_json() for item in figures]}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    missed = [item for item in figures if not item.holds]
    return 1 if missed else 0


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description="measure against the rivals")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--runs", type=int, default=RUNS, help="rounds of each (default %(default)s)"
    )
    parser.add_argument("--here", action="store_true", help="only on this machine, without the VM")
    return parser.parse_args(words)


def in_vm(runs: int) -> list[Figure]:
    """The same benchmarks on the kernel's WireGuard, or nothing and why."""
    from tests.labs import vm  # noqa: PLC0415  # the VM itself has no labs to import

    why = vm.missing()
    if why is not None:
        print(f"bench: NOT MEASURED on the kernel's WireGuard: {why}", file=sys.stderr)
        return []
    command = ["python3", "-m", "tests.bench", "--here", "--runs", str(runs)]
    done = vm.run([*command, "--json", f"{vm.OUT}/{VM_FILE}"], timeout_s=VM_TIMEOUT_S)
    if VM_FILE not in done.files:
        raise SystemExit(f"bench: the run in lab vm failed:\n{done.output}")
    return [figure_from(item) for item in json.loads(done.files[VM_FILE])["figures"]]


def figure_from(item: dict[str, Any]) -> Figure:
    return Figure(**{key: item[key] for key in item if key not in DERIVED})


if __name__ == "__main__":
    sys.exit(main())
