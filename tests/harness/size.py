#!/usr/bin/env python3
"""Large packages: each has to be analysed in time and memory, and never be judged worse than the compiler does.

    size.py STACKPROOF PACKAGE...
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

SECONDS_MAX = 90
MEGABYTES_MAX = 4096
WORSE_MAX = 0.01  # of the sites that the compiler keeps on the stack
SHOWN = 10


def check(stackproof: str, package: str) -> list[str]:
    start = time.monotonic()
    run = subprocess.run([stackproof, "--json", package], capture_output=True, text=True)
    seconds = time.monotonic() - start
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if run.returncode != 0:
        return [f"exit status {run.returncode}: {run.stderr.strip()}"]
    sites = [json.loads(line) for line in run.stdout.splitlines()]
    gc_stack = [s for s in sites if s["gc"] == "stack"]
    worse = [s for s in gc_stack if s["verdict"] == "heap"]
    avoidable = sum(s["class"] not in ("", "lifetime-bounded") for s in sites)
    print(f"{package}: {len(sites)} sites, {avoidable} avoidable, {len(worse)} of {len(gc_stack)} worse than gc, {seconds:.1f} s, {megabytes} MB")
    problems = []
    if seconds > SECONDS_MAX:
        problems.append(f"{seconds:.1f} s, more than {SECONDS_MAX}")
    if megabytes > MEGABYTES_MAX:
        problems.append(f"{megabytes} MB, more than {MEGABYTES_MAX}")
    if len(worse) > WORSE_MAX * len(gc_stack):
        problems.append(f"{len(worse)} sites worse than gc's, more than {WORSE_MAX:.0%}, such as:")
        problems += [f"  {s['file']}:{s['line']}:{s['col']}: {s['site']}: {s['reason']}" for s in worse[:SHOWN]]
    return problems


def main() -> int:
    failed = 0
    packages = sys.argv[2:]
    for package in packages:
        problems = check(sys.argv[1], package)
        failed += bool(problems)
        for problem in problems:
            print(f"{package}: {problem}")
    print(f"{len(packages) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
