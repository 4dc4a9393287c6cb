#!/usr/bin/env python3
"""Compares the model of the Go compiler's escape analysis with the compiler, site by site.

    gcmodel.py [--all] [--list] [--at-least PERCENT] STACKPROOF PACKAGE...

What the compiler speaks of counts: sites that the model lacks are misses. The run also fails if Z3 and the native walk
differ on any function, or Z3 gives no answer. What becomes of parameters is compared too. --all: the packages' dependencies too; --list: every miss, a line each."""

import argparse
import collections
import json
import os
import re
import subprocess
import sys


def run(options):
    command = [options.stackproof, "--variant=gc", "--json", "--stats", "--unmatched", "--params", *options.all * ["--all"], "--", *options.packages]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return done


def compiled(options):
    """What the compiler says of parameters: sets of texts by place."""
    flags = f"-gcflags={'all=' * options.all}-m=2 -l"
    command = ["go", "list", "-export", "-trimpath=false", flags, "--", *options.packages]
    out = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
                         env={**os.environ, "CGO_ENABLED": "0"}).stderr
    said = collections.defaultdict(set)
    for m in re.finditer(r"^(\S+?):(\d+):(\d+): (leaking param.*|\S+ does not escape)$", out, re.M):
        if not m[4].endswith(":"):
            said[os.path.realpath(m[1]), int(m[2]), int(m[3])].add(m[4])
    return said


def compare_params(options, rows):
    """Prints how the model's tags compare with the compiler's, and returns the share that is equal."""
    tags = collections.defaultdict(set)
    for r in rows:
        tags[os.path.realpath(r["file"]), r["line"], r["col"]].add(r["text"])
    said = compiled(options)
    common = [place for place in tags if place in said]
    misses = [place for place in common if tags[place] != said[place]]
    print(f"{len(tags)} parameters, gc speaks of {len(common)}, the model says the same of {len(common) - len(misses)}")
    for file, line, col in misses if options.list else []:
        print(f"{file}:{line}:{col}: gc {sorted(said[file, line, col])}, model {sorted(tags[file, line, col])}")
    return (len(common) - len(misses)) / max(len(common), 1)


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
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    sites = [r for r in rows if r["kind"] != "leak"]
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

    params = compare_params(options, [r for r in rows if r["kind"] == "leak"])
    counts = statistics(done.stderr)
    print(f"Z3 decided {counts['z3_checks'] - counts['z3_unknown']} of {counts['z3_checks']} batches and differs from the walk on "
          f"{counts['z3_differ']}; {counts['z3_distances']} checked in difference logic too")
    checks = [total > 0 and percent >= options.at_least, 100 * params >= options.at_least, done.returncode == 0 and counts["z3_differ"] == 0,
              counts["z3_checks"] > 0 and counts["z3_unknown"] == 0]
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    sys.exit(not all(checks))


main()
