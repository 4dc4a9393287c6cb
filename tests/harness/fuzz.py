#!/usr/bin/env python3
"""Soundness by random programs: what outlives its frame in a run must be heap, whatever the variant, solver and budget.

    fuzz.py [--seed N] [--programs N | --seconds N] [--facts N] [--jobs N] [--keep FOLDER] [--shrink] BUILD

Program N is gogen.py's for seed N, or a rewriting of it that means the same (rewrite.py). It is executed by stackproof-run with two
scheduler seeds; then each site seen to outlive must be `heap` under --runtime=ideal in every variant. A tool that fails or whose
analyses disagree (exit status 3) is a failure too. The last line counts programs. --shrink reduces what failed to a small program.
"""
from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import budgets
import gogen
import rewrite

ROOT = Path(__file__).resolve().parent.parent.parent
VARIANTS = ("coarse", "field", "flow", "full")
STEPS = 300_000
SLOW = 3  # seconds that a tool may take; beyond, the program is not judged by it
HORN_ONE_IN = 4  # how many programs z3-horn and the containment checks of `compare` look at
REWRITE_ONE_IN = 3
SHOWN = 3
KNOWN = Path(__file__).with_name("fuzz_known.txt")
DISAGREE = "exit status 3"
SLOW_STATUS = "too slow"


def mode(variant, solver="native", budget="", world="auto"):
    made = [f"--variant={variant}", f"--solver={solver}", f"--world={world}"]
    return made + [f"--budget={budget}"] if budget else made


def modes_of(seed):
    """The ways in which program `seed` is analysed: all variants, and some that are drawn."""
    rng = random.Random(f"modes {seed}")
    modes = [mode(v) for v in VARIANTS]
    for _ in range(2):
        cut = rng.sample(sorted(budgets.CUTS), rng.randint(1, 4))
        modes.append(mode(rng.choice(VARIANTS), budget=",".join(f"{n}={rng.randint(*budgets.CUTS[n])}" for n in cut)))
    modes.append(mode(rng.choice(VARIANTS), world="open"))
    if rng.randrange(HORN_ONE_IN) == 0:
        modes.append(mode(rng.choice(VARIANTS), solver="z3-horn"))
        modes.append(["compare"])
    return modes


def known_seeds():
    return {int(line.split()[0]) for line in KNOWN.read_text().splitlines() if line[:1].isdigit()}


class Invalid(Exception):
    """The program is not a Go program."""


class Checker:
    """Runs the tools on one program at a time, in a folder of its own."""

    def __init__(self, build, folder):
        self.build, self.folder = build, Path(folder)
        (self.folder / "go.mod").write_text("module fuzz\n\ngo 1.24\n")
        self.go, self.gir, self.out = self.folder / "main.go", self.folder / "main.gir", self.folder / "outlived"
        self.counts = Counter()
        self.slow = []

    def tool(self, name, *args, timeout=SLOW):
        try:
            return subprocess.run([self.build / name, *args], cwd=self.folder, capture_output=True, text=True, errors="replace", timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            self.counts["slow"] += 1
            return subprocess.CompletedProcess(name, SLOW_STATUS, "", "")

    def export(self, text):
        self.go.write_text(text)
        done = self.tool("goir", "-values", ".")
        if done.returncode:
            raise Invalid(done.stderr)
        self.gir.write_text(done.stdout)

    def execute(self, seeds):
        """What outlives (place -> kind and function), what was printed, and whether a run could not be finished."""
        seen, printed, cut = {}, set(), ""
        for seed in seeds:
            done = self.tool("stackproof-run", "--outlived", f"--output={self.out}", f"--seed={seed}", f"--steps={STEPS}", self.gir)
            for line in self.out.read_text().splitlines():
                site = json.loads(line)
                seen.setdefault((site["line"], site["col"]), f"{site['observed']} in {site['func']}")
            printed.add((done.returncode, done.stderr))
            if done.returncode in (3, 4, 125):
                cut = done.stderr.rstrip().rsplit("\n", 1)[-1]
            elif done.returncode not in (0, 2, SLOW_STATUS):
                cut = f"CRASH {done.returncode} {done.stderr[-300:]}"
        return seen, printed, cut

    def judge(self, seen, modes):
        """Lines that say what is wrong."""
        wrong = []
        for options in modes:
            if options == ["compare"]:
                done = self.tool("stackproof", "compare", "--gc=off", "-j1", self.gir)
            else:
                done = self.tool("stackproof", "--gc=off", "-j1", "--json", *options, self.gir)
            if done.returncode == SLOW_STATUS:
                self.slow.append(options)
                break
            elif done.returncode != 0:
                wrong.append((options, f"exit status {done.returncode}", done.stderr.strip()[-500:] + done.stdout.strip()[-300:]))
            elif options != ["compare"]:
                wrong += [(options, "unsound", line) for line in self.unsound(seen, done.stdout)]
        return wrong

    def unsound(self, seen, output):
        places = {}
        for line in output.splitlines():
            site = json.loads(line)
            places.setdefault((site["line"], site["col"]), []).append(site)
            self.counts["sites"] += 1
            self.counts["stack"] += site["runtime_ideal"] == "stack"
        for place, what in seen.items():
            sites = places.get(place, [])
            self.counts["facts"] += bool(sites)
            # gc lays constant composites out as data; the machine makes them.
            if sites and all(s["runtime_ideal"] == "stack" and s["reason"] != "needs no allocation" for s in sites):
                yield f"main.go:{place[0]}:{place[1]}: {', '.join(s['site'] for s in sites)} is stack, but outlives: {what}"

    def check(self, text, modes, seeds=(1, 2)):
        self.export(text)
        seen, printed, cut = self.execute(seeds)
        self.counts["outlived"] += len(seen)
        wrong = [(["stackproof-run"], "crash", cut)] if cut.startswith("CRASH") else self.judge(seen, modes)
        return wrong, printed, cut


def program(seed):
    """The statements of program `seed` and its kind."""
    made, statements = gogen.generate(seed)
    rng = random.Random(f"rewrite {seed}")
    if rng.randrange(REWRITE_ONE_IN):
        return statements, None, made.steady
    kinds = rng.sample(sorted(rewrite.KINDS), rng.randint(1, 2))
    return rewrite.rewritten(statements, kinds, rng), kinds, made.steady


def run_seed(seed, build):
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(build, folder)
        statements, kinds, steady = program(seed)
        try:
            wrong, printed, cut = checker.check(gogen.source(statements), modes_of(seed))
            if kinds and steady and len(printed) == 1 and not cut:
                checker.counts["same meaning"] += 1
                checker.export(gogen.source(gogen.generate(seed)[1]))
                _, before, cut_before = checker.execute((1, 2))
                if not cut_before and outputs(before) != outputs(printed):
                    wrong.append((["stackproof-run"], "rewriting", f"{'+'.join(kinds)} changes what is printed: {outputs(before)} {outputs(printed)}"))
        except Invalid as e:
            return seed, [(["goir"], "invalid", str(e)[-500:])], checker.counts, ""
        if checker.slow:
            cut = cut or "slow: seed %s %s" % (seed, " ".join(checker.slow[0]))
        return seed, wrong, checker.counts, cut


def outputs(printed):
    """Without the positions in the traces of panics."""
    return {(status, error.split("\n\ngoroutine")[0]) for status, error in printed}


def shrink(seed, wrong, build):
    """The smallest program found that fails in the first of the ways that `seed` did, as text."""
    options, kind, what = wrong
    site = re.search(r": (.*) is stack", what)
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(build, folder)

        def fails(statements):
            try:
                found, _, _ = checker.check(gogen.source(statements), [] if options == ["stackproof-run"] else [options], (1, 2))
            except Invalid:
                return False
            return any(k == kind and (kind != "unsound" or site) for _, k, _ in found)

        return gogen.source(rewrite.reduced(program(seed)[0], fails))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=0, help="go on to further seeds for so long")
    parser.add_argument("--facts", type=int, default=0, help="stop where so many outliving sites were held against verdicts")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, help="where failing programs are written")
    parser.add_argument("--shrink", action="store_true")
    options = parser.parse_args()
    build = options.build.resolve()
    known = known_seeds()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    start, counts, causes, failed, done, seed = time.time(), Counter(), Counter(), 0, 0, options.seed
    with ProcessPoolExecutor(options.jobs) as pool:
        while True:
            batch = range(seed, seed + (min(100, options.programs - done) if not options.seconds else 40 * options.jobs))
            for n, wrong, counted, cut in pool.map(run_seed, batch, [build] * len(batch)):
                done += 1
                counts += counted
                causes[cut if cut.startswith("slow") else re.sub(r" at .*", "", cut)] += 1
                excused = n in known and all(kind == DISAGREE for _, kind, _ in wrong)
                if excused and not wrong and "slow" not in cut:
                    wrong = [([KNOWN.name], "stale", "it no longer fails: take it off the list")]
                    excused = False
                failed += bool(wrong) and not excused
                counts["known"] += bool(wrong) and excused
                if wrong and not excused:
                    report(n, wrong, build, options)
            seed = batch.stop
            facts = options.facts and counts["facts"] >= options.facts
            if facts or (time.time() - start > options.seconds if options.seconds else done >= options.programs):
                break
    for cause, n in causes.most_common(8):
        if cause:
            print(f"not run to its end: {n:4d} {cause}")
    minutes = (time.time() - start) / 60
    print(f"{done} programs ({done / minutes:.0f} a minute): {counts['outlived']} outliving sites, held against verdicts {counts['facts']} times; "
          f"{counts['stack']} of {counts['sites']} verdicts are stack; {counts['same meaning']} rewritten programs print the same; "
          f"{counts['known']} known disagreements")
    few = counts["facts"] < 5 * done
    if few:
        print("too few outliving sites: the test has not looked")
    print(f"{done - failed} passed, {failed + few} failed")
    return 1 if failed or few else 0


def report(seed, wrong, build, options):
    for how, kind, what in wrong[:SHOWN]:
        print(f"seed {seed}: {kind}: {' '.join(how)}: {what}", flush=True)
    if options.keep:
        (options.keep / f"{seed}.go").write_text(gogen.source(program(seed)[0]))
    if options.shrink and wrong[0][1] not in ("invalid", "rewriting", "stale"):
        small = shrink(seed, wrong[0], build)
        print(small[len(gogen.PRELUDE):], flush=True)
        if options.keep:
            (options.keep / f"{seed}.small.go").write_text(small)


if __name__ == "__main__":
    sys.exit(main())
