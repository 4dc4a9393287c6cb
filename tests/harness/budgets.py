#!/usr/bin/env python3
"""Soundness under any budget: random small budgets must not make a trap of the corpora `stack`, nor the solvers disagree.

    budgets.py [--seed N] [--programs N] STACKPROOF RUNS

What a budget leaves out has to be made up for by something coarser. Each run analyses all Go corpora in one variant with a few
budgets cut down, and every `want: heap` without variants has to hold. Before them run the cuts that once went wrong, and in each variant
one with outlines of all callees. With --programs a run takes the libraries, and only so many of the programs. The last line counts runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Run:
    variant: str
    budget: str
    target: str = ""  # in tests/go; else all modules' programs
    programs: frozenset[Path] = frozenset()

    def command(self, stackproof: Path) -> list[str]:
        return [str(stackproof), "-j1", "--gc=off", "--solver=native", "--json", f"--variant={self.variant}", f"--budget={self.budget}"]


class Module:
    """A module's programs as .gir files, the libraries first, and what must be heap in them."""

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

    def problems(self, command: list[str], programs: frozenset[Path]) -> list[str]:
        sites: list[corpus.Site] = []
        for path in self.files:
            if path not in programs:
                continue
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


def went_wrong(command: list[str], target: str) -> list[str]:
    run = subprocess.run([*command, target], cwd=corpus.ROOT / "tests/go", capture_output=True, text=True)
    return [] if run.returncode == 0 else [f"{target}: exit status {run.returncode}: {run.stderr.strip()}"]


def draw(rng: random.Random, modules: list[Module], runs: int, programs: int) -> list[Run]:
    """The runs in their order; @programs: how many programs beside the libraries, 0 for all."""
    libraries = [m.files[0] for m in modules]
    mains = [f for m in modules for f in m.files[1:]]

    def some() -> frozenset[Path]:
        return frozenset(libraries + (rng.sample(mains, min(programs, len(mains))) if programs else mains))

    drawn = [Run(variant, budget, target=target) for target, variant, budget in ONCE_WRONG]
    drawn += [Run(variant, OUTLINED, programs=some()) for variant in corpus.VARIANTS]
    for _ in range(runs):
        variant = rng.choice(corpus.VARIANTS)
        cut = rng.sample(sorted(CUTS), rng.randint(1, 5))
        drawn.append(Run(variant, ",".join(f"{name}={rng.randint(*CUTS[name])}" for name in cut), programs=some()))
    return drawn


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=0)
    parser.add_argument("stackproof", type=Path)
    parser.add_argument("runs", type=int)
    args = parser.parse_args()
    stackproof = args.stackproof.resolve()
    failed = 0
    with tempfile.TemporaryDirectory() as cache, ThreadPoolExecutor(os.cpu_count()) as pool:
        modules = [Module(stackproof, m, Path(cache)) for name in corpus.FLOORS for m in corpus.modules_of(corpus.ROOT / name)]
        runs = draw(random.Random(args.seed), modules, args.runs, args.programs)

        def problems(run: Run) -> list[str]:
            command = run.command(stackproof)
            return went_wrong(command, run.target) if run.target else [p for m in modules for p in m.problems(command, run.programs)]

        for run, found in zip(runs, pool.map(problems, runs)):
            failed += bool(found)
            if found:
                print(f"--variant={run.variant} --budget={run.budget}:", *found[: corpus.SHOWN], sep="\n  ", flush=True)
    print(f"{len(runs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
