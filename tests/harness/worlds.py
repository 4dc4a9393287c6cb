#!/usr/bin/env python3
"""A closed world is never less precise than an open one.

    worlds.py STACKPROOF [--quick] [--sample N] [--seed S] [--least N] [FILE.go...]

Every main package of tests/go and examples, and N of Go's own test programs (GOROOT/test, `// run`; or the files given), is analysed with
--world=open and --world=closed, in the coarse (not with --quick) and the full variant. A site fails that is on the stack in the open world and not in the closed
one, under either runtime model (so does one that only one of them has). The last line but one counts the sites that the closed world gains;
fewer than --least in the corpora fail, since that world is then open in truth.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import corpus
import semantics

VARIANTS = ("coarse", "full")
LIMIT = 120  # seconds an analysis may take
SHOWN = 30


@dataclass
class Outcome:
    name: str
    own: bool  # of our corpora
    skipped: str = ""  # why the program was not looked at
    sites: int = 0
    gained: int = 0
    problems: list[str] = field(default_factory=list)


def export(goir: pathlib.Path, folder: pathlib.Path, target: str, gir: int, own: bool) -> bool:
    env = os.environ if own else dict(os.environ, CGO_ENABLED="0", GO111MODULE="off", GOFLAGS="")
    return subprocess.run([goir, "--", target], cwd=folder, stdout=gir, stderr=subprocess.DEVNULL, env=env, check=False).returncode == 0


def verdicts(stackproof: pathlib.Path, gir: str, variant: str, world: str) -> dict[tuple, str]:
    command = [stackproof, "--json", "-j1", "--solver=native", f"--variant={variant}", f"--world={world}", gir]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    if done.returncode:
        raise RuntimeError(f"--variant={variant} --world={world}: exit status {done.returncode}: {done.stderr.strip()}")
    return corpus.states([json.loads(line) for line in done.stdout.splitlines()])


def compare(outcome: Outcome, variant: str, opened: dict[tuple, str], closed: dict[tuple, str]) -> None:
    for site in sorted(opened.keys() | closed.keys(), key=str):
        before, after = opened.get(site, "no site"), closed.get(site, "no site")
        outcome.sites += 1
        outcome.gained += "no site" not in (before, after) and corpus.ORDER[after] < corpus.ORDER[before]
        if "no site" in (before, after) or corpus.ORDER[after] > corpus.ORDER[before]:
            outcome.problems.append(f"{site[0]}:{site[1]}:{site[2]}: {site[4]}: {variant}: {before} in an open world, {after} in a closed one")


def look_at(stackproof: pathlib.Path, folder: pathlib.Path, target: str, own: bool, variants: tuple[str, ...]) -> Outcome:
    outcome = Outcome(str(folder / target), own)
    with tempfile.NamedTemporaryFile(suffix=".gir") as gir:
        if not export(stackproof.parent / "goir", folder, target, gir.fileno(), own):
            outcome.skipped = "not exported"
            outcome.problems += ["it is not exported"] if own else []
            return outcome
        try:
            for variant in variants:
                compare(outcome, variant, *(verdicts(stackproof, gir.name, variant, world) for world in ("open", "closed")))
        except subprocess.TimeoutExpired:
            outcome.skipped = "time"
        except RuntimeError as error:
            outcome.problems.append(str(error))
    return outcome


def own_programs() -> list[tuple[pathlib.Path, str]]:
    modules = [m for name in corpus.FLOORS for m in corpus.modules_of(corpus.ROOT / name)]
    return [(m, targets[0]) for m in modules for targets in corpus.targets_of(m) if is_program(m, targets)]


def is_program(module: pathlib.Path, targets: list[str]) -> bool:
    return len(targets) == 1 and any("package main\n" in p.read_text() for p in (module / targets[0]).glob("*.go"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the full variant only")
    parser.add_argument("--sample", type=int, default=0, help="of Go's own test programs; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=0, help="sites of the corpora that the closed world gains")
    parser.add_argument("stackproof", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    stackproof = args.stackproof.resolve()
    jobs = [(folder, target, True) for folder, target in own_programs()] if not args.files else []
    files = [f.resolve() for f in args.files] or semantics.programs()[1]
    if args.sample and not args.files:
        files = random.Random(args.seed).sample(files, min(args.sample, len(files)))
    jobs += [(f.parent, f.name, False) for f in sorted(files)]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda job: look_at(stackproof, *job, VARIANTS[1:] if args.quick else VARIANTS), jobs))
    bad = [o for o in outcomes if o.problems]
    for outcome in bad:
        print("\n".join([outcome.name, *(f"  {p}" for p in outcome.problems[:SHOWN])]))
    gained = sum(o.gained for o in outcomes if o.own)
    skipped = [o for o in outcomes if o.skipped]
    for outcome in skipped:
        print(f"{outcome.name}: {outcome.skipped}")
    failed = len(bad)
    if gained < args.least or len(skipped) * 4 > len(outcomes):
        failed += 1
        print(f"only {gained} sites gained in the corpora, at least {args.least} wanted; {len(skipped)} programs not looked at")
    print(f"{len(outcomes)} programs, {sum(o.sites for o in outcomes)} verdicts; the closed world gains {gained} in the corpora, "
          f"{sum(o.gained for o in outcomes) - gained} in Go's own tests")
    print(f"{len(outcomes) - len(bad)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
