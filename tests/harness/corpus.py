#!/usr/bin/env python3
"""Compares stackproof's verdicts with the expectations that the Go corpora hold in comments.

    corpus.py [--quick] STACKPROOF [FOLDER...]  check; the last line counts expectations
    corpus.py --ladder STACKPROOF [FOLDER...]   print the table of flaws instead

An expectation ends the line of its allocation site; parts are split at `;`, sites at `,`:

    // want: heap S                heap in every variant, under both runtime models
    // want: stack S, stack T      stack in the full variant, under both runtime models
    // want: bounded S             in the full variant stack under ideal, heap under go
    // want[full,field]: stack S   in just these variants, under go (bounded: under both)
    // goal: stack S               true of the program and not proved yet: fails once it is, so that it becomes a want
    // flaw: NAME title ; want...  a site of the flaw, for the table

S is the site in gc's spelling; several sites of one spelling on a line are joined, heap if one of them is. Everything holds with
every solver; besides, they have to agree on every site, and finer variants have to be contained in coarser ones. Each main package
is analysed as a program of its own, and the other packages of a module together.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
VARIANTS = ("coarse", "field", "flow", "full")
SOLVERS = ("native", "z3-horn", "z3-datalog")
RUNS = tuple(itertools.product(VARIANTS, SOLVERS))
QUICK = tuple((variant, solver) for variant, solver in RUNS if solver == "native" or variant == "full")
CONTAINED = (("full", "field"), ("full", "flow"), ("field", "coarse"), ("flow", "coarse"))
# The folders tested, with the fewest expectations they may hold: a run that finds less has not looked.
FLOORS = {"examples": 260, "tests/go": 1000}
ORDER = {"stack": 0, "bounded": 1, "heap": 2}
SHOWN = 20

DISAGREEMENT = 3  # the exit status where stackproof contradicts itself

disagreements: list[str] = []  # said by any run

Site = dict[str, Any]
Place = tuple[str, int]
Results = dict[tuple[str, str], list[Site]]


@dataclass(frozen=True)
class Want:
    file: str
    line: int
    variants: tuple[str, ...]  # empty: the rules without brackets
    verdict: str  # heap, stack or bounded
    text: str
    goal: bool = False


@dataclass(frozen=True)
class Flaw:
    file: str
    line: int
    name: str


class SyntaxProblem(Exception):
    pass


def parse_part(part: str, file: str, line: int) -> list[Want] | Flaw:
    if part.startswith("flaw:"):
        return Flaw(file, line, part.removeprefix("flaw:").strip())
    head = re.fullmatch(r"(?P<what>want|goal)(?:\[(?P<variants>[a-z, ]+)\])?:\s*(?P<items>.+)", part)
    if not head:
        raise SyntaxProblem(f"{file}:{line}: neither want, goal nor flaw: {part}")
    variants = tuple(v.strip() for v in (head["variants"] or "").split(",") if v.strip())
    if set(variants) - set(VARIANTS):
        raise SyntaxProblem(f"{file}:{line}: no such variant: {head['variants']}")
    wants = []
    for item in re.split(r",\s*(?=(?:heap|stack|bounded)\s)", head["items"]):
        verdict, _, text = item.strip().partition(" ")
        if verdict not in ("heap", "stack", "bounded") or not text:
            raise SyntaxProblem(f"{file}:{line}: expected `heap S`, `stack S` or `bounded S`: {item}")
        if head["what"] == "goal" and verdict != "stack":
            raise SyntaxProblem(f"{file}:{line}: only stack can be a goal: {item}")
        wants.append(Want(file, line, variants, verdict, text.strip(), head["what"] == "goal"))
    return wants


def modules_of(folder: Path) -> list[Path]:
    return sorted(p.parent for p in folder.rglob("go.mod"))


def parse_module(module: Path) -> tuple[list[Want], list[Flaw]]:
    wants: list[Want] = []
    flaws: list[Flaw] = []
    nested = [m for m in modules_of(module) if m != module]
    for path in sorted(module.rglob("*.go")):
        if any(path.is_relative_to(m) for m in nested):
            continue
        name = str(path.relative_to(module))
        for number, text in enumerate(path.read_text().splitlines(), 1):
            comment = re.search(r"//\s*((?:(?:want|goal)[\[:]|flaw:).*)$", text)
            for part in re.split(r"\s;\s*(?=want|goal|flaw)", comment[1]) if comment else []:
                parsed = parse_part(part.strip(), name, number)
                if isinstance(parsed, Flaw):
                    flaws.append(parsed)
                else:
                    wants.extend(parsed)
    return wants, flaws


def targets_of(module: Path) -> list[list[str]]:
    """The packages of a module: all libraries together, being the most, then each program alone."""
    nested = [m for m in modules_of(module) if m != module]
    folders = sorted({p.parent for p in module.rglob("*.go") if not any(p.is_relative_to(m) for m in nested)})
    mains: list[list[str]] = []
    libraries: list[str] = []
    for folder in folders:
        is_main = any(re.search(r"^package main$", p.read_text(), re.M) for p in folder.glob("*.go"))
        pattern = "./" + str(folder.relative_to(module))
        (mains.append([pattern]) if is_main else libraries.append(pattern))
    return ([libraries] if libraries else []) + mains


def call(command: list[str], module: Path, out: int | None = subprocess.PIPE) -> str:
    run = subprocess.run(command, cwd=module, stdout=out, stderr=subprocess.PIPE, text=True)
    if run.returncode == DISAGREEMENT:
        print(run.stderr.strip(), "with", *command[2:])
        disagreements.append(run.stderr)
    elif run.returncode != 0:
        print(f"{module}: {' '.join(command)}: exit status {run.returncode}\n{run.stderr}\n0 passed, 1 failed")
        os._exit(1)
    return run.stdout


def analyse(stackproof: Path, module: Path, targets: list[str], *options: str) -> list[Site]:
    return [json.loads(line) for line in call([str(stackproof), "--json", *options, *targets], module).splitlines()]


def analyse_all(stackproof: Path, module: Path, kinds: Sequence[tuple[str, str]]) -> tuple[Results, list[Site]]:
    """The variants and solvers @kinds under go, and full under ideal; each program is exported once."""
    runs = [(f"--variant={variant}", f"--solver={solver}") for variant, solver in kinds] + [("--solver=native", "--runtime=ideal")]
    with tempfile.TemporaryDirectory() as cache, ThreadPoolExecutor(os.cpu_count()) as pool:

        def export(number: int, targets: list[str]) -> Path:
            path = Path(cache) / f"{number}.gir"
            with path.open("w") as gir:
                call([str(stackproof.parent / "goir"), "--", *targets], module, gir.fileno())
            return path

        def run(task: tuple[Path, tuple[str, ...]]) -> list[Site]:
            return analyse(stackproof, module, [str(task[0])], "-j1", *task[1])

        files = list(pool.map(export, itertools.count(), targets_of(module)))
        # The largest programs first, so that no core is left without work at the end.
        files.sort(key=lambda f: f.stat().st_size, reverse=True)
        found = list(pool.map(run, itertools.product(files, runs)))
    of_run = [list(itertools.chain(*found[k :: len(runs)])) for k in range(len(runs))]
    return dict(zip(kinds, of_run)), of_run[-1]


def state(site: Site) -> str:
    """heap, stack or bounded, from a run under --runtime=go."""
    if site["verdict"] == "heap" and site["runtime_ideal"] == "stack":
        return "bounded"
    return str(site["verdict"])


def complies(want: Want, got: str) -> bool:
    if want.verdict == "heap" and want.variants:
        return got in ("heap", "bounded")
    return got == want.verdict


def applies(want: Want, variant: str) -> bool:
    if want.variants:
        return variant in want.variants
    return want.verdict == "heap" or variant == "full"


def by_place(sites: list[Site]) -> dict[Place, list[Site]]:
    places: dict[Place, list[Site]] = defaultdict(list)
    for site in sites:
        places[site["file"], site["line"]].append(site)
    return places


def problems_of(want: Want, runs: dict[tuple[str, str], dict[Place, list[Site]]]) -> list[str]:
    wrong: dict[str, list[str]] = defaultdict(list)
    for (variant, solver), places in runs.items():
        if not applies(want, variant):
            continue
        there = places.get((want.file, want.line), [])
        sites = [s for s in there if s["site"] == want.text]
        if not sites:
            others = ", ".join(s["site"] for s in there) or "nothing"
            return [f"{want.file}:{want.line}: want {want.verdict} {want.text}: no such site; there is {others}"]
        worst = max(sites, key=lambda s: ORDER[state(s)])
        if not complies(want, state(worst)):
            wrong[f"{state(worst)}: {worst['reason']}"].append(f"{variant}/{solver}")
    if want.goal:
        return [] if wrong else [f"{want.file}:{want.line}: goal stack {want.text} is reached: make it a want"]
    return [f"{want.file}:{want.line}: want {want.verdict} {want.text} in {', '.join(both(who))}, got {got}" for got, who in wrong.items()]


def both(who: list[str]) -> list[str]:
    """Names a variant alone where all solvers are meant."""
    variants = dict.fromkeys(w.split("/")[0] for w in who)
    return [name for v in variants for name in ([v] if all(f"{v}/{s}" in who for s in SOLVERS) else [w for w in who if w.startswith(v + "/")])]


def key(site: Site) -> tuple[Any, ...]:
    return site["file"], site["line"], site["col"], site["kind"], site["site"]


def states(sites: list[Site]) -> dict[tuple[Any, ...], str]:
    return {key(s): state(s) for s in sites}


def check_agreement(results: Results) -> list[str]:
    problems = []
    for variant, solver in results:
        native, other = states(results[variant, "native"]), states(results[variant, solver])
        for site in sorted(native.keys() | other.keys()):
            if native.get(site) != other.get(site):
                problems.append(f"{site[0]}:{site[1]}:{site[2]}: {site[4]}: {variant}: native {native.get(site)}, {solver} {other.get(site)}")
    return problems


def check_lattice(results: Results) -> list[str]:
    problems = []
    for fine, coarse in CONTAINED:
        lower, upper = (states(results[variant, "native"]) for variant in (fine, coarse))
        for site, got in lower.items():
            if ORDER[got] > ORDER[upper.get(site, "stack")]:
                problems.append(f"{site[0]}:{site[1]}:{site[2]}: {site[4]}: {got} in {fine}, {upper.get(site)} in {coarse}")
    return problems


def check_ideal(results: Results, ideal: list[Site]) -> list[str]:
    wanted = {key(s): s["runtime_ideal"] for s in results["full", "native"]}
    return [f"{s['file']}:{s['line']}: {s['site']}: --runtime=ideal says {s['verdict']}" for s in ideal if wanted.get(key(s)) != s["verdict"]]


def check_module(stackproof: Path, module: Path, wants: list[Want], kinds: Sequence[tuple[str, str]]) -> tuple[int, list[str]]:
    """How many expectations hold, and what is wrong: one text for each thing that does not."""
    results, ideal = analyse_all(stackproof, module, kinds)
    runs = {run: by_place(sites) for run, sites in results.items()}

    passed = 0
    wrong = []
    for want in wants:
        problems = problems_of(want, runs)
        passed += not problems
        if problems:
            wrong.append("\n".join(problems))
    for what, problems in (
        ("solvers agree", check_agreement(results)),
        ("finer is contained in coarser", check_lattice(results)),
        ("--runtime=ideal is the ideal verdict", check_ideal(results, ideal)),
    ):
        passed += not problems
        if problems:
            wrong.append("\n".join([f"not true that {what}:", *problems[:SHOWN]]))
    return passed, wrong


def check(stackproof: Path, folders: list[Path], kinds: Sequence[tuple[str, str]]) -> int:
    passed = failed = 0
    for folder in folders:
        found = 0
        for module in modules_of(folder):
            wants, _ = parse_module(module)
            good, wrong = check_module(stackproof, module, wants, kinds)
            found += len(wants)
            passed += good
            failed += len(wrong)
            for text in wrong:
                print("\n".join(f"{module.relative_to(ROOT)}/{line}" if line[:1] != "n" else line for line in text.splitlines()))
        name = str(folder.relative_to(ROOT))
        print(f"{name}: {found} expectations")
        if found < FLOORS.get(name, 1):
            failed += 1
            print(f"{name}: only {found} expectations, fewer than {FLOORS.get(name, 1)}: the corpus was not read")
    failed += len(disagreements)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def ladder(stackproof: Path, folders: list[Path]) -> int:
    print("| flaw | gc today | coarse | field | flow | full |")
    print("|---|---|---|---|---|---|")
    for module in (m for folder in folders for m in modules_of(folder)):
        wants, flaws = parse_module(module)
        columns = [by_place([s for t in targets_of(module) for s in analyse(stackproof, module, t, f"--variant={v}")]) for v in VARIANTS]
        cells: dict[str, list[list[str]]] = {}
        for flaw in flaws:
            texts = {w.text for w in wants if (w.file, w.line) == (flaw.file, flaw.line)}
            row = cells.setdefault(flaw.name, [[] for _ in range(1 + len(VARIANTS))])
            for i, column in enumerate(columns):
                sites = [s for s in column.get((flaw.file, flaw.line), []) if s["site"] in texts]
                row[1 + i] += [state(s) for s in sites]
                row[0] += [s["gc"] for s in sites] if i == 0 else []
        for name, row in sorted(cells.items()):
            print("| " + " | ".join([name, *(", ".join(sorted(set(cell))) or "?" for cell in row)]) + " |")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ladder", action="store_true", help="print the table of flaws")
    parser.add_argument("--quick", action="store_true", help="other solvers than native decide the full variant only")
    parser.add_argument("stackproof", type=Path)
    parser.add_argument("folders", type=Path, nargs="*")
    args = parser.parse_args()
    folders = [f.resolve() for f in args.folders] or [ROOT / name for name in (("examples",) if args.ladder else FLOORS)]
    try:
        stackproof = args.stackproof.resolve()
        return ladder(stackproof, folders) if args.ladder else check(stackproof, folders, QUICK if args.quick else RUNS)
    except SyntaxProblem as problem:
        print(problem)
        print("0 passed, 1 failed")
        return 1


if __name__ == "__main__":
    sys.exit(main())
