#!/usr/bin/env python3
"""Whether the tests would notice an unsound analysis: what happens when a rule, or a line of the lowering, is forgotten.

    mutants.py [--write FILE] [--sample N --seed N] [--only NAME...] [--jobs N] [-v] BUILD
    mutants.py --check FILE

Each row of mutants.txt is a mutant: it makes the analysis forget something, so that some site of some program is `stack` and must not
be. Mutants of rules are given by --rules; those of the C code are compiled once, all together (mutant_table.py). Each must be noticed by
two oracles that do not rest on each other (mutant_oracles.py), and the unchanged analysis by none. --write makes the table of who
noticed what; --check holds such a table against mutants.txt, without running anything. The last line counts mutants.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pickle
import random
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutant_oracles import ORACLES, Examiner, Input, Inputs, Kills, Trouble
from mutant_table import ROOT, Mutant, TableProblem, build_copy, mutated_sources, read_table

ENOUGH = 2
LEAST = 120
SEEDS = range(5000, 5040)
CORPORA = ["go/traps", "go/bounded"]
# What a sample looks at: small programs that the most mutants show in.
SAMPLE_CORPORA = [f"go/traps/{n}" for n in ("aliasing", "arrays", "calls", "channels", "closures", "entry", "instances", "interfaces", "loops", "mains/borrowed", "mains/passed", "publish", "recursion", "words", "clones", "generics", "deadcode", "embedding")]
SAMPLE_CORPORA += ["go/bounded/callees", "go/bounded/containers"]
SAMPLE_TESTS = ["escape_field.go", "escape_map.go", "escape_slice.go", "escape_closure.go", "escape_param.go", "escape_indir.go", "issue12006.go"]
BEGIN, END = "<!-- made by tests/harness/mutants.py --write -->", "<!-- end -->"


def make_inputs(build: Path, folder: Path, sample: bool) -> list[Input]:
    """Smallest first; as they were made before, if nothing that they are made of is another since."""
    made_of = [build / "goir", build / "stackproof-run", *sorted((ROOT / "tests/go").rglob("*.go")), *sorted((ROOT / "tests/harness").glob("*.*"))]
    made_of = [f for f in made_of if f.name not in ("mutants.txt", "mutants.py", "mutant_table.py")]
    key = hashlib.sha256(b"".join(f.read_bytes() for f in made_of) + str((sample, sys.version, CORPORA, SAMPLE_CORPORA, SAMPLE_TESTS, SEEDS)).encode()).hexdigest()
    kept = folder / f"{key}.pickle"
    if not kept.exists():
        inputs = Inputs(build, folder)
        made = inputs.corpora(SAMPLE_CORPORA if sample else CORPORA)
        made += inputs.go_tests(SAMPLE_TESTS if sample else [])
        made += inputs.random(range(SEEDS.start, SEEDS.start + 8) if sample else SEEDS)
        kept.write_bytes(pickle.dumps(sorted(made, key=lambda i: (i.gir.stat().st_size, i.name))))
    return pickle.loads(kept.read_bytes())


def sound(examiner: Examiner, mutants: list[Mutant]) -> list[str]:
    """What the oracles say of the analysis as it is, given what any of @mutants is: nothing, unless they or it are broken."""
    found: list[str] = []
    for options in sorted({(), *(m.options for m in mutants)}):
        for i in examiner.inputs:
            seen = examiner.analyse(None, i, None, "--solver=native", *options)
            found += [f"{' '.join((i.name, *options))}: the sound analysis: {o}: {what}" for o, what in seen.items()]
    return found


def table_of(mutants: list[Mutant], kills: list[Kills]) -> str:
    lines = ["| mutant | forgets | " + " | ".join(ORACLES) + " |", "|---|---|" + "---|" * len(ORACLES)]
    kind = ""
    for m, seen in zip(mutants, kills):
        if m.kind != kind:
            kind = m.kind
            lines.append(f"| **{kind}** | | " + " | ".join("" for _ in ORACLES) + " |")
        lines.append(f"| {m.name} | {m.forgets} | " + " | ".join("x" if o in seen else "" for o in ORACLES) + " |")
    counts = Counter(o for seen in kills for o in seen)
    lines.append("| **noticed** | | " + " | ".join(str(counts[o]) for o in ORACLES) + " |")
    return "\n".join(lines)


def write(file: Path, table: str) -> None:
    text = file.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def check(file: Path) -> int:
    """Whether the table in @file is about the rows of mutants.txt, each with two marks, and whether each row still applies."""
    mutants = read_table()
    mutated_sources(mutants)
    rows = re.findall(r"^\| ([\w-]+) \| (.*?) \| (.*) \|$", file.read_text().partition(BEGIN)[2].partition(END)[0], re.M)
    rows = [r for r in rows if r[0] != "mutant"]
    wrong = [f"{name}: {text.count('x')} marks" for name, _, text in rows if text.count("x") < ENOUGH]
    wrong += [f"{m.name}: not in {file.name} as in mutants.txt" for m in mutants if (m.name, m.forgets) not in [r[:2] for r in rows]]
    wrong += [f"{name}: in {file.name}, not in mutants.txt" for name, _, _ in rows if name not in [m.name for m in mutants]]
    if not wrong and [r[0] for r in rows] != [m.name for m in mutants]:
        wrong.append(f"{file.name} has another order than mutants.txt")
    if len(mutants) < LEAST:
        wrong.append(f"{len(mutants)} mutants, fewer than {LEAST}")
    for line in wrong:
        print(line)
    print(f"{len(mutants)} mutants in the table")
    print(f"{len(mutants) - min(len(wrong), len(mutants))} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--check", type=Path)
    parser.add_argument("--sample", type=int, default=0, help="so many mutants, drawn by --seed, and few programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--quick", action="store_true", help="look at no large program but the one that the table names, and run no slow units")
    parser.add_argument("--thorough", action="store_true", help="ask every oracle, however many have noticed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("-v", "--verbose", action="store_true", help="say what each oracle saw")
    parser.add_argument("build", type=Path, nargs="?", default=ROOT / "build")
    options = parser.parse_args()
    try:
        return check(options.check) if options.check else examine_all(options)
    except (TableProblem, Trouble) as problem:
        print(problem)
        print("0 passed, 1 failed")
        return 1


def examine_all(options: argparse.Namespace) -> int:
    table = read_table()
    mutants = [m for m in table if not options.only or any(re.fullmatch(o, m.name) for o in options.only)]
    if options.sample:
        mutants = sorted(random.Random(options.seed).sample([m for m in mutants if not m.at], options.sample), key=table.index)
    out = build_copy(table, ROOT / "build-mutants")
    examiner = Examiner(out, make_inputs(options.build.resolve(), ROOT / ("build-mutants/sample" if options.sample else "build-mutants/inputs"), bool(options.sample)), options.quick)
    wrong = sound(examiner, mutants)
    for line in wrong:
        print(line)

    def examine(m: Mutant) -> Kills | Trouble:
        try:
            return examiner.examine(m, len(ORACLES) if options.thorough else ENOUGH)
        except Trouble as trouble:
            return trouble

    kills: list[Kills] = []
    failed = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for m, seen in zip(mutants, pool.map(examine, mutants)):
            bad = isinstance(seen, Trouble) or len(seen) < ENOUGH
            failed += bad
            kills.append({} if isinstance(seen, Trouble) else seen)
            said = str(seen) if isinstance(seen, Trouble) else ", ".join(seen) or "nobody"
            print(f"{'FAIL ' if bad else ''}{m.name}: {said}", flush=True)
            for oracle, what in kills[-1].items() if options.verbose else ():
                print(f"    {oracle}: {what}")
    if options.write and not options.only and not options.sample:
        write(options.write, table_of(mutants, kills))
    print(f"{len(mutants)} mutants, {len(mutants) - failed} noticed by at least {ENOUGH} oracles")
    print(f"{len(mutants) - failed} passed, {failed + len(wrong)} failed")
    return 1 if failed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
