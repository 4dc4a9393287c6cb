#!/usr/bin/env python3
"""Whether the soundness harness would notice an unsound rule: each rule of escape.dl is left out in turn.

    mutants.py [--programs N] [--seed N] [--least N] BUILD

A rule counts as noticed if one of N random programs (fuzz.py) then has a site on the stack that is seen to outlive, or makes the
analyses disagree. Rules about what heap storage holds matter under --runtime=go alone, which runs do not show. The last line counts
rules noticed as passed; with --least, fewer of them than that are a failure.
"""
from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import fuzz
import gogen

RULES = fuzz.ROOT / "constraints/rules/escape.dl"


def programs(build, folder, seeds):
    """Programs in which something outlives, and that nothing is wrong with: (seed, checker, what outlives)."""
    for seed in seeds:
        place = Path(folder) / str(seed)
        place.mkdir()
        checker = fuzz.Checker(build, place)
        checker.export(gogen.source(fuzz.program(seed)[0]))
        seen, _, _ = checker.execute((1, 2))
        if seen and not checker.judge(seen, [fuzz.mode("full")]) and not checker.slow:
            yield seed, checker, seen


def noticed(looked_at, rules):
    """By which seed and how it shows that only `rules` hold; None where it does not."""
    for seed, checker, seen in looked_at:
        wrong = checker.judge(seen, [[f"--rules={rules}", "--variant=full", "--solver=native"]])
        if wrong:
            return f"seed {seed}: {wrong[0][1]}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--least", type=int, default=0)
    options = parser.parse_args()
    lines = RULES.read_text().split("\n")
    rules = [i for i, line in enumerate(lines) if ":-" in line and not line.startswith("//")]
    good = 0
    with tempfile.TemporaryDirectory() as folder:
        looked_at = list(programs(options.build.resolve(), folder, range(options.seed, options.seed + options.programs)))
        mutant = Path(folder) / "mutant.dl"
        for i in rules:
            mutant.write_text("\n".join(lines[:i] + lines[i + 1:]))
            how = noticed(looked_at, mutant)
            good += how is not None
            print(f"{how or 'not noticed'}: without {lines[i]}", flush=True)
    failed = max(0, options.least - good)
    print(f"{len(looked_at)} programs notice the absence of {good} of {len(rules)} rules")
    print(f"{good} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
