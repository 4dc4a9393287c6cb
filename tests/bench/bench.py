#!/usr/bin/env python3
"""Where the time goes: one table a package, its stages beside the baseline solver of the same run.

    bench.py STACKPROOF [--parity] TARGET...

The stages and counters are those of `stackproof --stats`. Stages of several threads are sums of processor time, and the baseline and the
Go compiler run beside the others, so that stages add up to more than the wall time. --parity adds the sites that the Go compiler keeps on
the stack and stackproof puts on the heap, by reason. The status is non-zero when a run fails.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter

BASELINE = "baseline_s"
COUNTERS = "functions tuples clauses".split()


def parse_statistics(text: str) -> dict[str, tuple[float, str]]:
    """Name -> (value, what it is)."""
    lines = re.findall(r"^(\w+) +([\d.]+)  (\S.*)$", text, re.M)
    return {name: (float(value), words) for name, value, words in lines}


def print_stages(statistics: dict[str, tuple[float, str]]) -> None:
    baseline = statistics[BASELINE][0]
    print(f"{'stage':<12} {'seconds':>9} {'x baseline':>11}")
    for name, (seconds, words) in statistics.items():
        if name.endswith("_s"):
            ratio = f"{seconds / baseline:.2f}" if baseline else "-"
            print(f"{name.removesuffix('_s'):<12} {seconds:>9.3f} {ratio:>11}  {words}")


def print_parity(sites: list[dict[str, object]]) -> None:
    kept = [s for s in sites if s["gc"] == "stack"]
    worse = [s for s in kept if s["verdict"] == "heap"]
    percent = 100 * len(worse) / len(kept) if kept else 0.0
    print(f"worse than gc: {len(worse)} of {len(kept)} sites that it keeps on the stack, {percent:.2f} %")
    for reason, n in Counter(str(s["reason"]) for s in worse).most_common():
        print(f"{n:>12}  {reason}")


def bench(stackproof: str, target: str, parity: bool) -> bool:
    print(f"## {target}")
    start = time.monotonic()
    run = subprocess.run([stackproof, "--json", "--stats", target], capture_output=True, text=True)
    wall = time.monotonic() - start
    statistics = parse_statistics(run.stderr)
    if run.returncode != 0 or BASELINE not in statistics:
        print(f"exit status {run.returncode}: {run.stderr.strip()}")
        return False
    counters = ", ".join(f"{statistics[name][0]:.0f} {name}" for name in COUNTERS)
    print(f"{wall:.2f} s wall, {statistics['memory'][0]:.0f} MB (Go tools {statistics['memory_go'][0]:.0f} MB), {counters}")
    print_stages(statistics)
    if parity:
        print_parity([json.loads(line) for line in run.stdout.splitlines()])
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Where the time goes.")
    parser.add_argument("stackproof")
    parser.add_argument("--parity", action="store_true", help="count the sites that gc keeps on the stack and stackproof does not")
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    return 0 if all([bench(options.stackproof, target, options.parity) for target in options.targets]) else 1


if __name__ == "__main__":
    sys.exit(main())
