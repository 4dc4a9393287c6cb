#!/usr/bin/env python3
"""Soundness by random programs: what outlives its frame in a run must be heap, whatever the variant, solver and budget.

    fuzz.py [--seed N] [--programs N | --seconds N] [--pairs N] [--jobs N] [--keep FOLDER] [--shrink] BUILD

Program N is gogen.py's for seed N, or a rewriting of it that means the same (rewrite.py). It is executed by stackproof-run with two
scheduler seeds; then each site seen to outlive must be `heap` under --runtime=ideal in every variant, and each object that a register was
seen to point to must be in every variant's points-to set of that register (`stackproof pointsto`), unless that has code out of sight. A tool
that fails or whose analyses disagree (exit status 3) is a failure too. --pairs leaves the verdicts out, and goes on until so many points-to
facts were held against a set. The last line counts programs. --shrink reduces what failed to a small program.
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


def pointers():
    return [["pointsto", f"--variant={v}"] for v in VARIANTS]


def modes_of(seed):
    """The ways in which program `seed` is analysed: all variants, and some that are drawn."""
    rng = random.Random(f"modes {seed}")
    modes = pointers() + [mode(v) for v in VARIANTS]
    for _ in range(2):
        cut = rng.sample(sorted(budgets.CUTS), rng.randint(1, 4))
        modes.append(mode(rng.choice(VARIANTS), budget=",".join(f"{n}={rng.randint(*budgets.CUTS[n])}" for n in cut)))
    modes.append(mode(rng.choice(VARIANTS), world="open"))
    if rng.randrange(HORN_ONE_IN) == 0:
        modes.append(mode(rng.choice(VARIANTS), solver="z3-horn"))
        modes.append(["compare"])
    return modes


def register_of(row):
    """Of an observed fact or an answer. A variable that is a register has its name at each assignment, and where control flow joins."""
    phi = row["phi"] if "phi" in row else row["what"] == PHI
    return row["func"], row["reg"], row["line"], row["col"], phi


PHI = "value of the variable"
MODEL = "an object that a model makes"


def label_of(label):
    """As the site of an observed fact, or a function's name."""
    if label["kind"] in ("func", "model"):
        return label["name"] if label["kind"] == "func" else MODEL
    return label["func"], label["line"], label["col"], ""


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
        self.facts = self.folder / "facts"
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
        """What outlives (place -> kind and function), what registers point to (their objects' sites), what was printed, and whether a run could
        not be finished."""
        seen, pointed, printed, cut = {}, {}, set(), ""
        for seed in seeds:
            done = self.tool("stackproof-run", "--outlived", f"--output={self.out}", f"--trace={self.facts}", f"--seed={seed}", f"--steps={STEPS}", self.gir)
            for line in self.facts.read_text().splitlines():
                fact = json.loads(line)
                pointed.setdefault(register_of(fact), set()).add((fact["site_func"], fact["site_line"], fact["site_col"], fact["site_code"]))
            for line in self.out.read_text().splitlines():
                site = json.loads(line)
                seen.setdefault((site["line"], site["col"]), f"{site['observed']} in {site['func']}")
            printed.add((done.returncode, done.stderr))
            if done.returncode in (3, 4, 125):
                cut = done.stderr.rstrip().rsplit("\n", 1)[-1]
            elif done.returncode not in (0, 2, SLOW_STATUS):
                cut = f"CRASH {done.returncode} {done.stderr[-300:]}"
        return seen, pointed, printed, cut

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

    def judge_pointers(self, pointed, variant):
        """The same for points-to sets."""
        how = ["pointsto", f"--variant={variant}"]
        done = self.tool("stackproof", *how, "--json", "--registers", "main.go", self.gir)
        if done.returncode == SLOW_STATUS:
            self.slow.append(how)
            return []
        if done.returncode != 0:
            return [(how, f"exit status {done.returncode}", done.stderr.strip()[-500:])]
        answers = {}
        for answer in map(json.loads, done.stdout.splitlines()):
            answers.setdefault(register_of(answer), []).append(answer)
        wrong = []
        for register, sites in pointed.items():
            found = answers.get(register, [])
            labels = {label_of(x) for answer in found for x in answer["points_to"]}
            bounded = found and not any(answer["unknown"] for answer in found) and MODEL not in labels
            self.counts["pairs" if bounded else "pairs unbounded" if found else "pairs unasked"] += len(sites)
            for site in sorted(sites) if bounded else ():
                if site not in labels and site[3] not in labels:
                    wrong.append((how, "points-to", f"main.go:{register[2]}:{register[3]}: in {register[0]}, %{register[1]} was seen to point to what {site[0]} makes at "
                                  f"{site[1]}:{site[2]}, not to {', '.join(sorted(map(str, labels))) or 'nothing'} alone"))
        return wrong

    def check(self, text, modes, seeds=(1, 2)):
        self.export(text)
        seen, pointed, printed, cut = self.execute(seeds)
        self.counts["outlived"] += len(seen)
        if cut.startswith("CRASH"):
            return [(["stackproof-run"], "crash", cut)], printed, cut
        wrong = self.judge(seen, [m for m in modes if m[0] != "pointsto"])
        for options in modes:
            if options[0] == "pointsto":
                wrong += self.judge_pointers(pointed, options[1].partition("=")[2])
        return wrong, printed, cut


def program(seed):
    """The statements of program `seed` and its kind."""
    made, statements = gogen.generate(seed)
    rng = random.Random(f"rewrite {seed}")
    if rng.randrange(REWRITE_ONE_IN):
        return statements, None, made.steady
    kinds = rng.sample(sorted(rewrite.KINDS), rng.randint(1, 2))
    return rewrite.rewritten(statements, kinds, rng), kinds, made.steady


def run_seed(seed, build, pairs):
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(build, folder)
        statements, kinds, steady = program(seed)
        try:
            wrong, printed, cut = checker.check(gogen.source(statements), pointers() if pairs else modes_of(seed))
            if not pairs and kinds and steady and len(printed) == 1 and not cut:
                checker.counts["same meaning"] += 1
                checker.export(gogen.source(gogen.generate(seed)[1]))
                _, _, before, cut_before = checker.execute((1, 2))
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
    parser.add_argument("--pairs", type=int, default=0, help="look at points-to sets alone, until so many facts were held against them")
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
            on = options.seconds or options.pairs
            batch = range(seed, seed + (40 * options.jobs if on else min(100, options.programs - done)))
            for n, wrong, counted, cut in pool.map(run_seed, batch, [build] * len(batch), [options.pairs] * len(batch)):
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
            late = options.seconds and time.time() - start > options.seconds
            if late or (counts["pairs"] >= options.pairs if options.pairs else not on and done >= options.programs):
                break
    for cause, n in causes.most_common(8):
        if cause:
            print(f"not run to its end: {n:4d} {cause}")
    minutes = (time.time() - start) / 60
    print(f"{done} programs ({done / minutes:.0f} a minute): {counts['outlived']} outliving sites, held against verdicts {counts['facts']} times; "
          f"{counts['stack']} of {counts['sites']} verdicts are stack; {counts['same meaning']} rewritten programs print the same; "
          f"{counts['known']} known disagreements")
    print(f"{counts['pairs']} observed points-to facts held against the sets of {len(VARIANTS)} variants; {counts['pairs unbounded']} against sets with code out of "
          f"sight, which hold anything; {counts['pairs unasked']} of registers that no expression has")
    few = counts["pairs unasked"] > 0 or counts["pairs"] < max(50 * done, options.pairs) or not options.pairs and counts["facts"] < 5 * done
    if few:
        print("too few facts, or registers without an answer: the test has not looked")
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
