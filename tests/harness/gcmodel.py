#!/usr/bin/env python3
"""Compares the model of the Go compiler's escape analysis with the compiler, site by site.

    gcmodel.py [--all] [--list] [--at-least PERCENT] STACKPROOF PACKAGE...

What the compiler speaks of counts: sites that the model lacks are misses. The run also fails if Z3 and the native walk
differ on any function, or Z3 gives no answer. --all: the packages' dependencies too; --list: every miss, a line each."""

import argparse
import collections
import json
import re
import subprocess
import sys


def run(options):
    command = [options.stackproof, "--variant=gc", "--json", "--stats", "--unmatched", *options.all * ["--all"], "--", *options.packages]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return done


def statistics(text):
    return {words[0]: int(words[1]) for line in text.splitlines() if len(words := line.split()) > 2 and words[1].isdigit()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--at-least", type=float, default=99.0)
    parser.add_argument("stackproof")
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()

    done = run(options)
    sites = [json.loads(line) for line in done.stdout.splitlines()]
    judged = [s for s in sites if s["gc"] in ("heap", "stack")]
    misses = [s for s in judged if s["gc"] != s["verdict"]]
    missing = [m.groups() for m in re.finditer(r"^(.*): no site for: (.*) \((?!leaking)(.*)\)$", done.stderr, re.M)]
    total = len(judged) + len(missing)
    good = len(judged) - len(misses)
    percent = 100 * good / max(total, 1)
    print(f"{len(sites)} sites, gc speaks of {total}, the model agrees on {good}: {percent:.2f} %")
    for verdict in ("heap", "stack"):
        of = [s for s in judged if s["gc"] == verdict]
        print(f"  {verdict} for gc: {len(of)}, for the model too: {sum(s['verdict'] == verdict for s in of)}")

    kinds = collections.Counter((s["kind"], s["gc"], s["verdict"]) for s in misses)
    totals = collections.Counter(s["kind"] for s in judged)
    for (kind, gc, model), n in kinds.most_common():
        print(f"  {n:5} of {totals[kind]:6} {kind}: gc {gc}, model {model}")
    if missing:
        print(f"  {len(missing):5} that the model has no site for")
    if options.list:
        for s in sorted(misses, key=lambda s: (s["file"], s["line"], s["col"])):
            print(f"{s['file']}:{s['line']}:{s['col']}: {s['kind']} {s['site']}: gc {s['gc']}, model {s['verdict']} ({s['func']})")
        for place, text, what in missing:
            print(f"{place}: {text}: gc {what}, no site in the model")

    counts = statistics(done.stderr)
    print(f"Z3 decided {counts['z3_checks'] - counts['z3_unknown']} of {counts['z3_checks']} batches and differs from the walk on "
          f"{counts['z3_differ']}; {counts['z3_distances']} checked in difference logic too")
    checks = [total > 0 and percent >= options.at_least, done.returncode == 0 and counts["z3_differ"] == 0,
              counts["z3_checks"] > 0 and counts["z3_unknown"] == 0]
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    sys.exit(not all(checks))


main()
