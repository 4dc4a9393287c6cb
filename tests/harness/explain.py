#!/usr/bin/env python3
"""What `stackproof explain --why-not=stack` says of every site of the small programs among the corpora, held against the verdicts.

    explain.py [--each N] STACKPROOF [FOLDER...]

For each package whose program is small, in three variants, the sites on every Nth line are explained. The first line has to be the verdict
that --json gives; a heap verdict has to come with a derivation, each step at a place of the program, and with the answer to why it is not on
the stack: a finer variant that --json says keeps it there, or that none does. The last line counts explanations.
"""

from __future__ import annotations

import argparse
import json
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

LARGE = 200_000  # bytes of the program as text
VARIANTS = ("coarse", "field", "flow", "full")
EXPLAINED = ("coarse", "field", "flow")


def sites_of(stackproof: Path, module: Path, gir: str, variant: str, runtime: str) -> dict[tuple[str, int, int], list[corpus.Site]]:
    found: dict[tuple[str, int, int], list[corpus.Site]] = defaultdict(list)
    for s in corpus.analyse(stackproof, module, [gir], "--gc=off", f"--variant={variant}", f"--runtime={runtime}"):
        found[s["file"], s["line"], s["col"]].append(s)
    return found


def complaints(text: str, place: str, sites: list[corpus.Site], finer: dict[str, bool]) -> list[str]:
    """What is wrong with the explanation of @sites, at one @place; @finer: which variants keep all of them on the stack."""
    heads = [line for line in text.splitlines() if line.startswith(place)]
    wrong = []
    if len(heads) != len(sites):
        wrong.append(f"{len(heads)} verdicts of {len(sites)}")
    for s in sites:
        heap = [h for h in heads if "does not escape" not in h]
        if s["verdict"] == "heap" and not heap:
            wrong.append(f"{s['site']} is heap, and said to be on the stack")
        if s["verdict"] == "stack" and len(heap) == len(heads):
            wrong.append(f"{s['site']} is on the stack, and said to be heap")
    heap_sites = [s for s in sites if s["verdict"] == "heap"]
    if len(heap_sites) != len(sites) or len(sites) != 1:
        return wrong
    steps = re.findall(r"^  (\S+):\d+:\d+: ", text, re.M)
    if not steps and heap_sites[0]["reason"] == "outlives its frame":
        wrong.append("no derivation")
    keepers = re.findall(r"^  --variant=(\w+) keeps it on the stack$", text, re.M)
    if "why not stack:" not in text:
        wrong.append("no answer to why not stack")
    wrong += [f"{v} is said to keep it on the stack" for v in keepers if not finer[v]]
    return wrong


def explain(stackproof: Path, module: Path, targets: list[str], each: int) -> tuple[int, list[str]]:
    checked, wrong = 0, []
    with tempfile.NamedTemporaryFile(suffix=".gir") as gir:
        corpus.call([str(stackproof.parent / "goir"), "--", *targets], module, gir.fileno())
        if os.path.getsize(gir.name) > LARGE:
            return 0, []
        for runtime in ("go", "ideal"):
            sites = {v: sites_of(stackproof, module, gir.name, v, runtime) for v in VARIANTS}
            for variant in EXPLAINED:
                for n, (key, here) in enumerate(sorted(sites[variant].items())):
                    if (n + EXPLAINED.index(variant)) % each:
                        continue
                    place = ":".join(map(str, key))
                    command = [stackproof, "explain", "--gc=off", "--why-not=stack", f"--variant={variant}", f"--runtime={runtime}", place, gir.name]
                    done = subprocess.run([str(c) for c in command], cwd=module, capture_output=True, text=True)
                    finer = {v: all(s["verdict"] == "stack" for s in sites[v][key]) for v in VARIANTS}
                    checked += 1
                    found = complaints(done.stdout, place, here, finer) if done.returncode == 0 else [f"exit status {done.returncode}: {done.stderr}"]
                    wrong += [f"{module.name}/{place} ({variant}, {runtime}): {w}" for w in found]
    return checked, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("stackproof", type=Path)
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    stackproof = options.stackproof.resolve()
    folders = [f.resolve() for f in options.folders] or [corpus.ROOT / name for name in corpus.FLOORS]
    jobs = []
    for module in (m for f in folders for m in corpus.modules_of(f)):
        for targets in corpus.targets_of(module):
            jobs += [(module, [t]) for t in targets]
    checked, wrong = 0, []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for n, found in pool.map(lambda job: explain(stackproof, *job, options.each), jobs):
            checked += n
            wrong += found
    for w in wrong[: corpus.SHOWN]:
        print(w)
    print(f"{checked} explanations")
    print(f"{checked - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
