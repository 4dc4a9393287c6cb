#!/usr/bin/env python3
"""Tells what makes each avoidable allocation avoidable: which precision the compiler lacks there.

    attribute.py [--list] [--expect FILE=CLASS]... STACKPROOF PACKAGE...

--expect fails unless FILE has avoidable sites and all are of CLASS.

A site that already the coarse variant keeps on the stack owes that to how the model of gc says it reaches the heap
(constraints/gc_cause.def): `store` through a pointer, `container`, `residual` call, `context` (a callee's summary), or
`flow` (a plain assignment: then what gained is that callers, results and loops are told apart better). One that coarse
puts on the heap owes it to `field`, `flow`, either of them, or both together, as the variants between say."""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

CAUSES = pathlib.Path(__file__).parents[2] / "constraints" / "gc_cause.def"
VARIANTS = ("gc", "coarse", "field", "flow", "full")


def classes():
    return {text: kind for kind, text in re.findall(r'^GC_CAUSE \(\w+, (\w+), "(.*)"\)$', CAUSES.read_text(), re.M)}


def sites(stackproof, variant, packages):
    gc = "on" if variant == "full" else "off"
    command = [stackproof, f"--variant={variant}", "--solver=native", f"--gc={gc}", "--json", "--", *packages]
    out = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return {(s["file"], s["line"], s["col"], s["kind"], s["site"]): s for s in map(json.loads, out.splitlines())}


def attribute(key, runs, kinds):
    heap = {v: runs[v].get(key, {}).get("verdict") == "heap" for v in VARIANTS}
    if not heap["coarse"]:
        return kinds.get(runs["gc"].get(key, {}).get("reason"), "unknown to the model")
    return {(0, 0): "field or flow", (0, 1): "field", (1, 0): "flow", (1, 1): "field and flow"}[heap["field"], heap["flow"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--expect", action="append", default=[])
    parser.add_argument("stackproof")
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()

    runs = {v: sites(options.stackproof, v, options.packages) for v in VARIANTS}
    kinds = classes()
    avoidable = [k for k, s in runs["full"].items() if s["gc"] == "heap" and s["verdict"] == "stack" and s["reason"] != "needs no allocation"]
    if not runs["full"]:
        sys.exit("no sites")
    table, found = collections.Counter(), collections.defaultdict(set)
    for key in avoidable:
        kind = attribute(key, runs, kinds)
        table[kind] += 1
        found[key[0]].add(kind)
        if options.list:
            model = runs["gc"].get(key, {})
            print(f"{key[0]}:{key[1]}:{key[2]}: {key[4]}: {kind} (gc: {model.get('reason', 'no site')}; class: {runs['full'][key]['class']})")
    print(f"{len(avoidable)} avoidable of {len(runs['full'])} sites")
    for kind, n in table.most_common():
        print(f"  {n:5} {kind}")
    wrong = [e for e in options.expect if found[e.partition("=")[0]] != {e.partition("=")[2]}]
    for e in wrong:
        print(f"expected {e}, found {sorted(found[e.partition('=')[0]])}")
    if options.expect:
        print(f"{len(options.expect) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
