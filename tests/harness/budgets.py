#!/usr/bin/env python3
"""Soundness under any budget: random small budgets must not make a trap of the corpora `stack`, nor the solvers disagree.

    budgets.py [--seed N] STACKPROOF RUNS

What a budget leaves out has to be made up for by something coarser. Each run analyses all Go corpora in one variant with a few
budgets cut down, and every `want: heap` without variants has to hold. Before them run the cuts that once went wrong, and in each variant
one with outlines of all callees. The last line counts runs.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import corpus

# Names of constraints/budgets.def, with the range that a cut takes its number from.
CUTS = {
    "instances": (50, 5000),
    "decisive": (50, 5000),
    "memory": (4, 400),
    "rounds": (1, 4),
    "members": (1, 3),
    "depth": (1, 3),
    "versions": (1, 30),
    "names": (1, 20),
    "refs": (1, 20),
    "outlines": (1, 10),
    "fresh": (1, 3),
    "clones": (1, 3),
    "stages": (1, 2),
    "residuals": (1, 3),
    "origins": (1, 2),
    "targets": (1, 3),
    "nesting": (1, 3),
    "records": (1, 20),
}

# Where under tests/go, target, variant and cuts: a summary that lost its residual calls but not its verdicts; a later stage that renews
# other sites than the one before it; access paths shorter than the baseline's; calls that a budget keeps from being bound, and a function
# with a summary that lost calls, whose others are bound.
ONCE_WRONG = [
    ("./stack/mains/closed", "coarse", "refs=1,instances=4372,names=8,residuals=2"),
    ("os", "flow", "refs=19"),
    ("./stack/containers", "coarse", "depth=1"),
    ("./stack/mains/closed", "flow", "targets=3,records=3,refs=4,names=17,instances=3475"),
    ("./stack/closures", "coarse", "refs=1,records=16,members=1"),
]

# Where no function is large enough for outlines.
OUTLINED = "outlines=1"


def command_of(stackproof: Path, variant: str, budget: str) -> list[str]:
    return [str(stackproof), "--gc=off", "--solver=native", "--json", f"--variant={variant}", f"--budget={budget}"]


def went_wrong(stackproof: Path, target: str, variant: str, budget: str) -> list[str]:
    command = [*command_of(stackproof, variant, budget), target]
    run = subprocess.run(command, cwd=corpus.ROOT / "tests/go", capture_output=True, text=True)
    return [] if run.returncode == 0 else [f"{target}: exit status {run.returncode}: {run.stderr.strip()}"]


class Module:
    """A module's programs as .gir files, and what must be heap in them."""

    def __init__(self, stackproof: Path, folder: Path, cache: Path) -> None:
        wants, _ = corpus.parse_module(folder)
        self.folder = folder
        self.heap = [w for w in wants if w.verdict == "heap" and not w.variants]
        self.files = []
        for targets in corpus.targets_of(folder):
            path = Path(tempfile.mkstemp(suffix=".gir", dir=cache)[1])
            with path.open("w") as out:
                subprocess.run([str(stackproof.parent / "goir"), "--", *targets], cwd=folder, stdout=out, check=True)
            self.files.append(path)

    def problems(self, command: list[str]) -> list[str]:
        sites: list[corpus.Site] = []
        for path in self.files:
            run = subprocess.run([*command, str(path)], cwd=self.folder, capture_output=True, text=True)
            if run.returncode != 0:
                return [f"{path.name} of {self.folder.name}: exit status {run.returncode}: {run.stderr.strip()}"]
            sites += [json.loads(line) for line in run.stdout.splitlines()]
        places = corpus.by_place(sites)
        wrong = []
        for want in self.heap:
            there = [s for s in places.get((want.file, want.line), []) if s["site"] == want.text]
            if there and all(s["runtime_ideal"] != "heap" for s in there):
                wrong.append(f"{want.file}:{want.line}: {want.text} is {corpus.state(there[0])}")
        return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("stackproof", type=Path)
    parser.add_argument("runs", type=int)
    args = parser.parse_args()
    stackproof = args.stackproof.resolve()
    rng = random.Random(args.seed)
    failed = 0

    def report(variant: str, budget: str, problems: list[str]) -> None:
        nonlocal failed
        failed += bool(problems)
        if problems:
            print(f"--variant={variant} --budget={budget}:", *problems[: corpus.SHOWN], sep="\n  ")

    for target, variant, budget in ONCE_WRONG:
        report(variant, budget, went_wrong(stackproof, target, variant, budget))
    with tempfile.TemporaryDirectory() as cache:
        folders = [m for name in corpus.FLOORS for m in corpus.modules_of(corpus.ROOT / name)]
        modules = [Module(stackproof, folder, Path(cache)) for folder in folders]
        for variant in corpus.VARIANTS:
            report(variant, OUTLINED, [p for m in modules for p in m.problems(command_of(stackproof, variant, OUTLINED))])
        for _ in range(args.runs):
            variant = rng.choice(corpus.VARIANTS)
            cut = rng.sample(sorted(CUTS), rng.randint(1, 5))
            budget = ",".join(f"{name}={rng.randint(*CUTS[name])}" for name in cut)
            command = command_of(stackproof, variant, budget)
            report(variant, budget, [p for m in modules for p in m.problems(command)])
    runs = args.runs + len(ONCE_WRONG) + len(corpus.VARIANTS)
    print(f"{runs - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
