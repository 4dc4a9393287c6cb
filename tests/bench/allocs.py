#!/usr/bin/env python3
"""What stackproof's verdicts save at run time: allocs/op and bytes/op of benchmarks, before and after.

    allocs.py BUILD [--benchtime T] [--bench REGEXP] [PACKAGE...]      (the flaws in tests/bench/flaws, if none are named)

Both times the changed compiler builds them (`stackproof test`), the first time with an empty verdict file.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LINE = re.compile(r"^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op.*?(\d+) B/op\s+(\d+) allocs/op", re.M)


def measure(command, packages, cwd):
    """{(package, benchmark): (ns, bytes, allocs)} and what stackproof says."""
    done = subprocess.run([*command, *packages], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    found, package = {}, ""
    for part in re.split(r"^pkg: ", done.stdout, flags=re.M)[1:]:
        package = part.splitlines()[0]
        for name, ns, size, allocs in LINE.findall(part):
            found[package, name] = float(ns), int(size), int(allocs)
    return found, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--benchtime", default="1000x")
    parser.add_argument("--bench", default=".")
    options = parser.parse_intermixed_args()
    stackproof = [str(options.build.resolve() / "stackproof"), "test"]
    flags = ["-run=^$", f"-bench={options.bench}", "-benchmem", f"-benchtime={options.benchtime}", "-short"]
    packages, cwd = options.packages or ["."], None if options.packages else HERE / "flaws"
    before, _ = measure([*stackproof, f"-verdicts={os.devnull}", *flags], packages, cwd)
    after, said = measure([*stackproof, *flags], packages, cwd)
    print(said, end="")
    rows = [(p, n, before[p, n], after[p, n]) for p, n in before if (p, n) in after]
    changed = [r for r in rows if r[2][1:] != r[3][1:]]
    print(f"{'benchmark':50} {'allocs/op':>15} {'bytes/op':>19} {'ns/op':>19}")
    for package, name, b, a in changed:
        label = f"{package.rsplit('/', 1)[-1]}.{name.removeprefix('Benchmark')}"
        print(f"{label:50} {b[2]:6d} -> {a[2]:5d} {b[1]:8d} -> {a[1]:7d} {b[0]:8.0f} -> {a[0]:7.0f}")
    print(f"{len(changed)} of {len(rows)} benchmarks allocate otherwise; {sum(b[2] for _, _, b, _ in rows)} -> {sum(a[2] for _, _, _, a in rows)} allocs/op, "
          f"{sum(b[1] for _, _, b, _ in rows)} -> {sum(a[1] for _, _, _, a in rows)} bytes/op, all added")


if __name__ == "__main__":
    main()
