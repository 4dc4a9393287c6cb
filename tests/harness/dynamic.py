#!/usr/bin/env python3
"""Holds stackproof's verdicts against runs: no object of a site that it puts on the stack may be seen to outlive its frame.

    dynamic.py BUILD [--seeds N] [--json FILE] [MODULE...]

Each main package of the modules (the corpora, if none are named) is executed by stackproof-run --outlived, and so is, for each other
package, a program that calls all it exports with several arguments (callall.go). What outlives its activation, or the loop pass that
made it, must not be `stack` under --runtime=ideal. The last line counts the sites that outlived as good or bad; where several
verdicts share a place, one of them that is heap is enough. Programs that the machine does not support are counted.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STEPS = 200_000_000
FLOOR = 200  # so many outliving sites must be found in the corpora, else the test has not looked


def folders_of(module):
    nested = [m.parent for m in module.rglob("go.mod") if m.parent != module]
    return sorted({p.parent for p in module.rglob("*.go") if not any(p.is_relative_to(m) for m in nested)})


def is_main(folder):
    return any(re.search(r"^package main$", p.read_text(), re.M) for p in folder.glob("*.go"))


class Harness:
    def __init__(self, build, seeds):
        self.goir, self.run, self.stackproof = build / "goir", build / "stackproof-run", build / "stackproof"
        self.seeds = seeds
        self.counts = Counter()
        self.causes = Counter()
        self.bad = []

    def observe(self, module, target):
        """The places whose objects outlived, in any run, with what was seen; None where the program cannot be executed."""
        seen = {}
        with tempfile.NamedTemporaryFile(suffix=".gir") as gir, tempfile.NamedTemporaryFile("r") as out:
            done = subprocess.run([self.goir, "-values", target], cwd=module, stdout=gir.file, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                self.causes["cannot be exported: " + done.stderr.rsplit(": ", 1)[-1].strip()] += 1
                return seen
            for seed in range(1, self.seeds + 1):
                command = [self.run, "--outlived", "--output", out.name, "--seed", str(seed), "--steps", str(STEPS), gir.name]
                done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600, check=False)
                out.seek(0)
                for line in out:
                    site = json.loads(line)
                    seen.setdefault((site["file"], site["line"], site["col"]), site)
                if done.returncode in (3, 4, 125):
                    self.causes[re.sub(r" at .*", "", done.stderr.rstrip().rsplit("\n", 1)[-1])] += 1
                    break
        return seen

    def verdicts(self, module, targets):
        done = subprocess.run([self.stackproof, "--json", *targets], cwd=module,
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 3):
            sys.exit(f"{module}: {done.stderr}")
        places = defaultdict(list)
        for line in done.stdout.splitlines():
            site = json.loads(line)
            places[os.path.realpath(module / site["file"]), site["line"], site["col"]].append(site)
        return places

    def check(self, module, target, roots):
        seen = self.observe(module, target)
        self.counts["programs"] += 1
        if not seen:
            return
        places = self.verdicts(module, roots)
        for (file, line, col), site in seen.items():
            sites = places.get((os.path.realpath(file), line, col), [])
            if not sites:
                continue  # another package's, or a site that gc has no name for
            if all(s["runtime_ideal"] == "stack" for s in sites):
                names = ", ".join(s["site"] for s in sites)
                self.bad.append(f"{os.path.relpath(os.path.realpath(file), module)}:{line}:{col}: {names} is stack, but outlives ({site['observed']}) in {site['func']}")
            else:
                self.counts["good"] += 1

    def module(self, module):
        """Works on a copy, which the generated programs are added to."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder).resolve() / "module"
            shutil.copytree(module, copy)
            path = re.search(r"^module (\S+)", (copy / "go.mod").read_text(), re.M)[1]
            for package in folders_of(copy):
                name = "./" + str(package.relative_to(copy))
                if is_main(package):
                    self.check(copy, name, [name])
                    continue
                program = copy / "zz_call_all"
                program.mkdir(exist_ok=True)
                made = subprocess.run(["go", "run", ROOT / "tests/harness/callall.go", str(package.relative_to(copy)), f"{path}/{package.relative_to(copy)}"],
                                      cwd=copy, capture_output=True, text=True, check=False)
                (program / "main.go").write_text(made.stdout)
                if made.returncode:
                    self.causes["no program that calls it: " + made.stderr.strip().rsplit("\n", 1)[-1][:100]] += 1
                else:
                    self.check(copy, "./zz_call_all", ["./zz_call_all", name])
                shutil.rmtree(program)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("modules", nargs="*", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    harness = Harness(options.build.resolve(), options.seeds)
    for module in options.modules or [ROOT / "examples", ROOT / "tests/go"]:
        harness.module(module.resolve())
    for cause, n in harness.causes.most_common():
        print(f"not run to its end: {n:3d} {cause}")
    for line in harness.bad:
        print(line)
    good = harness.counts["good"]
    print(f"{harness.counts['programs']} programs, {good} outliving sites are heap, {len(harness.bad)} are not")
    few = not options.modules and good < FLOOR
    if few:
        print(f"fewer than {FLOOR} outliving sites: the test has not looked")
    print(f"{good} passed, {len(harness.bad) + few} failed")
    return 1 if harness.bad or few else 0


if __name__ == "__main__":
    sys.exit(main())
