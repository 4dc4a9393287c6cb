#!/usr/bin/env python3
"""Which rules of constraints/rules/escape.dl the corpora use.

    rulecover.py STACKPROOF [FOLDER...]

Every rule has to draw a new conclusion at least once over the corpora (tests/go and examples, all four variants): one that never does is
a missing test. Beside each premise stands how often it was the last to come: many of a function's facts are there before anything is
derived, so theirs is 0. The last line counts rules.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus  # noqa: E402

RULES = corpus.ROOT / "constraints/rules/escape.dl"


def parse_rules(text: str) -> dict[str, list[str]]:
    """By rule: the predicates of its premises, `pt` for `pt(v,c)`."""
    universe = set(re.findall(r"\w+", re.findall(r"^\.input (.*)$", text, re.M)[1]))
    rules = {}
    for name, body in re.findall(r"^//: (\w+) .*\n[^:]*:- (.*)\.$", text, re.M):
        rules[name] = ["" if p in universe else p for p in re.findall(r"(\w+)\(", body)]
    return rules


def counts_of(stackproof: Path, module: Path, targets: list[str], rules: dict[str, list[str]]) -> dict[str, list[int]]:
    total: dict[str, list[int]] = {name: [0] * len(body) for name, body in rules.items()}
    with tempfile.NamedTemporaryFile(suffix=".gir") as gir:
        corpus.call([str(stackproof.parent / "goir"), "--", *targets], module, gir.fileno())
        for variant in corpus.VARIANTS:
            command = [stackproof, "--stats", "--quiet", "--gc=off", "--no-verify", "-j1", "--solver=native", f"--variant={variant}", gir.name]
            out = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout
            for name, by_premise in re.findall(r"^rule (\w+) .*came last((?: \d+)+)$", out, re.M):
                for k, n in enumerate(by_premise.split()):
                    total[name][k] += int(n)
    return total


def main() -> int:
    stackproof = Path(sys.argv[1]).resolve()
    folders = [Path(f).resolve() for f in sys.argv[2:]] or [corpus.ROOT / name for name in corpus.FLOORS]
    rules = parse_rules(RULES.read_text())
    jobs = [(m, t) for f in folders for m in corpus.modules_of(f) for t in corpus.targets_of(m)]
    total: dict[str, list[int]] = defaultdict(list)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(lambda job: counts_of(stackproof, *job, rules), jobs):
            for name, counts in part.items():
                total[name] = [a + b for a, b in zip(total[name] or [0] * len(counts), counts)]
    passed = failed = 0
    for name, premises in rules.items():
        print(f"{name:10} {sum(total[name]):10}  " + "  ".join(f"{p} {n}" for p, n in zip(premises, total[name]) if p))
        if sum(total[name]) == 0:
            print(f"rule {name} never draws a new conclusion: a missing test")
            failed += 1
        else:
            passed += 1
    used = sum(1 for name, ps in rules.items() for p, n in zip(ps, total[name]) if p and n)
    all_premises = sum(1 for ps in rules.values() for p in ps if p)
    print(f"{passed} of {len(rules)} rules draw new conclusions; {used} of {all_premises} premises are the last to come at least once")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
