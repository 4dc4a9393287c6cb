#!/usr/bin/env python3
"""Compares the model of the Go compiler's escape analysis with the compiler, site by site.

    gcmodel.py [--all] [--list] [--at-least PERCENT] STACKPROOF PACKAGE...

Only sites that the compiler speaks of count. The run also fails if Z3 and the native walk differ on any function (exit
status 3 of stackproof). --all: the packages' dependencies too; --list: every miss, a line each."""

import argparse
import collections
import json
import subprocess
import sys


def verdicts(options):
    command = [options.stackproof, "--variant=gc", "--json", "--stats"] + ["--all"] * options.all + ["--"] + options.packages
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: status {run.returncode}\n{run.stderr}")
    for line in run.stderr.splitlines():
        if line.startswith("gc_model") or "disagree" in line:
            print(line)
    return run.returncode == 0, [json.loads(line) for line in run.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--at-least", type=float, default=99.0)
    parser.add_argument("stackproof")
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()

    agreed, sites = verdicts(options)
    judged = [s for s in sites if s["gc"] in ("heap", "stack")]
    misses = [s for s in judged if s["gc"] != s["verdict"]]
    good = len(judged) - len(misses)
    percent = 100 * good / max(len(judged), 1)
    print(f"{len(sites)} sites, gc speaks of {len(judged)}, the model agrees on {good}: {percent:.2f} %")

    kinds = collections.Counter((s["kind"], s["gc"], s["verdict"]) for s in misses)
    totals = collections.Counter(s["kind"] for s in judged)
    for (kind, gc, model), n in kinds.most_common():
        print(f"  {n:5} of {totals[kind]:6} {kind}: gc {gc}, model {model}")
    if options.list:
        for s in sorted(misses, key=lambda s: (s["file"], s["line"], s["col"])):
            print(f"{s['file']}:{s['line']}:{s['col']}: {s['kind']} {s['site']}: gc {s['gc']}, model {s['verdict']} ({s['func']})")
    bad = (not agreed) + (len(judged) == 0 or percent < options.at_least)
    print(f"{2 - bad} passed, {bad} failed")
    sys.exit(bad != 0)


main()
