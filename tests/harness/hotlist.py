#!/usr/bin/env python3
"""Whether the table of models decides on the functions without a body that the standard library calls most.

    hotlist.py [--most N] [--least N] BUILD [PACKAGE...]

A function whose body is missing leaks all that it gets, unless the table (constraints/models.def) or `//go:noescape` says more; on those that
are called often, the table has to say something, if only UNKNOWN. Counts static calls in PACKAGE... (std) and everything that it imports;
what is passed must be able to hold an address. The N most called ones (100) are looked at; with fewer than --least of them the program was
not read. The last line counts functions.
"""
from __future__ import annotations

import argparse
import collections
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POINTERS = {"ptr", "slice", "map", "chan", "func", "iface"}
BASIC = {"string", "unsafe.Pointer", "uintptr"}
CALL = re.compile(r"\s+(?:%\S+ = )?(?:call|go|defer) (?:\S+ )?@(\d+)\b")


class Program:
    """What of a .gir text matters here: types, functions and how often each is called."""

    def __init__(self, lines):
        self.types, self.functions, self.calls = {}, {}, collections.Counter()
        for line in lines:
            if line.startswith("type #"):
                _, number, body = line.rstrip("\n").split(" ", 2)
                self.types[number] = body
            elif line.startswith("func @"):
                m = re.match(r'func @(\d+) "([^"]*)" \S+ (\S+) \S+ (.*)', line)
                self.functions[m[1]] = (m[2], m[3], m[4].split())
            elif line.startswith("  "):
                m = CALL.match(line)
                if m:
                    self.calls[m[1]] += 1

    def holds_address(self, number, seen=()):
        words = re.sub(r'"[^"]*"', "", self.types[number]).split()
        if words[0] in POINTERS or (words[0] == "basic" and words[1] in BASIC):
            return True
        parts = [w for w in words if w.startswith("#")]
        return any(self.holds_address(p, (*seen, number)) for p in parts if p not in seen)

    def takes_address(self, number):
        parameters = re.match(r"func \(([^)]*)\)", re.sub(r'"[^"]*"', "", self.types[number]))
        return any(self.holds_address(p) for p in parameters[1].split())


def entries():
    text = (ROOT / "constraints/models.def").read_text()
    return re.findall(r'SP_MODEL \("([^"]+)",', text)


def is_listed(name, names):
    return any(name == n or (n.endswith("*") and name.startswith(n[:-1])) for n in names)


def hottest(program, most):
    """The functions without a body that are called most and get addresses: (calls, name, attributes)."""
    found = [(count, *program.functions[fn]) for fn, count in program.calls.items()]
    found = [(n, name, words) for n, name, number, words in found
             if "extern" in words and "generic" not in words and program.takes_address(number)]
    return sorted(found, key=lambda x: (-x[0], x[1]))[:most]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("packages", nargs="*", default=["std"])
    parser.add_argument("--most", type=int, default=100)
    parser.add_argument("--least", type=int, default=50)
    options = parser.parse_args()
    goir = subprocess.run([options.build / "goir", *options.packages], stdout=subprocess.PIPE, text=True, check=True)
    hot = hottest(Program(goir.stdout.splitlines()), options.most)
    names = entries()
    missing = [(n, name) for n, name, words in hot if "noescape" not in words and not is_listed(name, names)]
    for n, name in missing:
        print(f"{name}: called {n} times, has no body, and constraints/models.def does not speak of it")
    few = len(hot) < options.least
    if few:
        print(f"only {len(hot)} functions without a body are called, fewer than {options.least}: the program was not read")
    print(f"{len(hot)} functions without a body: {len(hot) - len(missing)} decided")
    print(f"{len(hot) - len(missing)} passed, {len(missing) + few} failed")
    return 1 if missing or few else 0


if __name__ == "__main__":
    sys.exit(main())
