#!/usr/bin/env python3
"""Which rules of constraints/rules the corpora use.

    rulecover.py [--quick] STACKPROOF [FOLDER...]

Every rule has to draw a new conclusion at least once, in one of the four variants: those of escape.dl over the corpora (tests/go and
examples), those of pointsto.dl over tests/pointsto, whose answers pointsto.py checks. One that never does is a missing test. Beside each
premise stands how often it was the last to come: many of a function's facts are there before anything is derived, so theirs is 0. With
--quick only the libraries and small programs of the corpora are asked. The last line counts rules.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus  # noqa: E402

RULES = corpus.ROOT / "constraints/rules"
POINTSTO = corpus.ROOT / "tests/pointsto"

LARGE = 2_000_000  # bytes of .gir

Counts = dict[str, list[int]]  # by rule and premise: new conclusions that it completed


def parse_rules(text: str) -> dict[str, list[str]]:
    """By rule: the predicates of its premises, `pt` for `pt(v,c)`, empty for those of the typed universe."""
    universe = set(re.findall(r"\w+", re.findall(r"^\.input (.*)$", text, re.M)[1]))
    rules = {}
    for name, body in re.findall(r"^//: (\w+) .*\n[^:]*:- (.*)\.$", text, re.M):
        rules[name] = ["" if p in universe else p for p in re.findall(r"(\w+)\(", body)]
    return rules


def add(total: Counts, part: Counts) -> None:
    for name, counts in part.items():
        total[name] = [a + b for a, b in zip(total[name], counts, strict=True)]


def counts_of(command: list[str | Path], cwd: Path) -> Counts:
    out = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=True).stdout
    return {name: [int(n) for n in by.split()] for name, by in re.findall(r"^rule (\w+) .*came last((?: \d+)+)$", out, re.M)}


def counts_of_packages(stackproof: Path, module: Path, targets: list[str], rules: dict[str, list[str]], quick: bool) -> Counts:
    total = {name: [0] * len(body) for name, body in rules.items()}
    with tempfile.NamedTemporaryFile(suffix=".gir") as gir:
        corpus.call([str(stackproof.parent / "goir"), "--", *targets], module, gir.fileno())
        if quick and len(targets) == 1 and Path(gir.name).stat().st_size > LARGE:
            return total
        for variant in corpus.VARIANTS:
            options = ["--stats", "--quiet", "--gc=off", "--no-verify", "-j1", "--solver=native", f"--variant={variant}"]
            add(total, counts_of([stackproof, *options, gir.name], module))
    return total


def escape(stackproof: Path, folders: list[Path], rules: dict[str, list[str]], quick: bool) -> Counts:
    jobs = [(m, t) for f in folders for m in corpus.modules_of(f) for t in corpus.targets_of(m)]
    total = {name: [0] * len(body) for name, body in rules.items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(lambda job: counts_of_packages(stackproof, *job, rules, quick), jobs):
            add(total, part)
    return total


def pointsto(stackproof: Path, rules: dict[str, list[str]]) -> Counts:
    total = {name: [0] * len(body) for name, body in rules.items()}
    for variant in corpus.VARIANTS:
        add(total, counts_of([stackproof, "pointsto", "--stats", f"--variant={variant}", "main.go"], POINTSTO))
    return total


def judge(file: str, rules: dict[str, list[str]], total: Counts) -> int:
    """How many rules drew nothing; prints what each did."""
    for name, premises in rules.items():
        print(f"{name:10} {sum(total[name]):10}  " + "  ".join(f"{p} {n}" for p, n in zip(premises, total[name]) if p))
    missing = [name for name in rules if sum(total[name]) == 0]
    for name in missing:
        print(f"rule {name} of {file} never draws a new conclusion: a missing test")
    used = sum(1 for name, ps in rules.items() for p, n in zip(ps, total[name]) if p and n)
    premises = sum(1 for ps in rules.values() for p in ps if p)
    print(f"{file}: {len(rules) - len(missing)} of {len(rules)} rules draw new conclusions; ", end="")
    print(f"{used} of {premises} premises are the last to come at least once")
    return len(missing)


def main() -> int:
    words = [w for w in sys.argv[1:] if w != "--quick"]
    stackproof = Path(words[0]).resolve()
    folders = [Path(f).resolve() for f in words[1:]] or [corpus.ROOT / name for name in corpus.FLOORS]
    rules = {file: parse_rules((RULES / file).read_text()) for file in ("escape.dl", "pointsto.dl")}
    failed = judge("escape.dl", rules["escape.dl"], escape(stackproof, folders, rules["escape.dl"], "--quick" in sys.argv))
    failed += judge("pointsto.dl", rules["pointsto.dl"], pointsto(stackproof, rules["pointsto.dl"]))
    print(f"{sum(len(r) for r in rules.values()) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
