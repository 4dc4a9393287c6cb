#!/usr/bin/env python3
"""The garbage collector as judge: objects of sites that stackproof has on the stack must be dead when their frames are gone.

    weakjudge.py BUILD sites                        programs that say themselves what must be seen, and wrong verdicts
    weakjudge.py BUILD corpus [--sample N]          tests/go and examples: their programs, and programs that call all else
    weakjudge.py BUILD packages PACKAGE...          the tests of packages

frontend/weakjudge rewrites the packages so that each object made at a site is watched through a weak pointer. What is alive after its frame,
or when its site runs again in that frame, must not be `stack` under --runtime=ideal; nor, then, under --runtime=go. Sites that are
heap are watched as well: how many of them are seen to outlive shows what the judge can see.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

import judge as stressed

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT = 300  # seconds for one program
PROVED = ("stays in its frame", "held by heap storage while it lives")
# Calls without inlining, so that each activation has a frame of its own; frames are never read as a whole, as after an asynchronous preemption.
BUILD = ["-gcflags=all=-l", "-ldflags=-checklinkname=0", "-trimpath=false"]
RUN = {"GODEBUG": "asyncpreemptoff=1"}


class Verdicts:
    """What stackproof says, by kind and place: a site is stack if all that share its place are."""

    def __init__(self):
        self.lines, self.sites = [], defaultdict(list)

    def read(self, text, folder):
        for line in text.splitlines():
            site = json.loads(line)
            site["file"] = os.path.realpath(folder / site["file"])
            self.lines.append(json.dumps(site))
            self.sites[site["kind"], site["file"], site["line"], site["col"]].append(site)

    def is_stack(self, at, runtime="ideal"):
        key = "runtime_ideal" if runtime == "ideal" else "verdict"
        return all(s[key] == "stack" and s["reason"] in PROVED for s in self.sites[at])

    def flip(self, wrong):
        """Takes the sites on which wrong holds for stack; returns how many places they have."""
        flipped = [s for list in self.sites.values() for s in list if not s["reason"] in PROVED and wrong(s)]
        for s in flipped:
            s.update(runtime_ideal="stack", verdict="stack", reason=PROVED[0])
        return len({(s["kind"], s["file"], s["line"], s["col"]) for s in flipped})


class Watch:
    """Programs rewritten from one set of packages, and what is seen when they run."""

    def __init__(self, build, folder, verdicts, counts):
        self.tool, self.folder, self.verdicts, self.counts = build / "weakjudge", folder, verdicts, counts
        self.seen = defaultdict(set)  # by site
        self.judged, self.sites = Counter(), []
        self.runs = 0

    def rewrite(self, cwd, targets, *options):
        listing = self.folder / "verdicts.json"
        listing.write_text("\n".join(self.verdicts.lines))
        self.check([self.tool, *options, "-o", self.folder / "overlay", "-verdicts", listing, *targets], cwd)
        self.sites = json.loads((self.folder / "overlay/sites.json").read_text())
        self.counts["sites"] += len(self.sites)
        self.counts["watched"] += sum(s["watched"] for s in self.sites)

    def check(self, command, cwd):
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment())
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command[:4]))}: {done.stderr[-3000:]}{done.stdout[-3000:]}")
        return done

    def flags(self):
        return [*BUILD, f"-overlay={self.folder / 'overlay/overlay.json'}"]

    def build(self, cwd, target, program):
        self.check(["go", "build", *self.flags(), "-o", program, target], cwd)

    def run(self, command, cwd, **env):
        """Runs a rewritten program and notes what it reports. None if it does not end."""
        self.runs += 1
        report = self.folder / f"report{self.runs}"
        env = environment(WEAKJUDGE=str(report), **RUN, **env)
        try:
            done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=LIMIT, env=env)
        except subprocess.TimeoutExpired:
            done = None
        lines = [line.split("\t") for line in report.read_text().splitlines()] if report.exists() else []
        for word, *numbers in lines:
            numbers = [int(n) for n in numbers]
            if word in ("outlived", "carried"):
                self.seen[numbers[0]].add(word)
            elif word == "site":
                site, made, shared, left, again, _, _ = numbers
                self.judged[site] += left + again
                self.counts["objects made"] += made
                self.counts["objects judged"] += left + again
                self.counts["objects that share memory"] += shared
            elif word == "end":
                self.counts["collections"] += numbers[0]
        if not any(word == "end" for word, *_ in lines):
            self.counts["programs that did not report to their end"] += 1
        return done

    def place(self, n):
        s = self.sites[n]
        return s["kind"], s["file"], s["line"], s["col"]

    def conclude(self, root):
        """Survivors that should not be; the rest is counted."""
        bad = []
        for n in sorted(self.judged.keys() | self.seen.keys()):
            at, words = self.place(n), self.seen.get(n)
            ideal, go = self.verdicts.is_stack(at), self.verdicts.is_stack(at, "go")
            self.counts["sites judged"] += self.judged[n] > 0 or bool(words)
            self.counts["stack sites judged"] += go
            self.counts["bounded sites judged"] += ideal and not go
            self.counts["heap sites judged"] += not ideal
            if words and not ideal:
                self.counts["heap sites that outlive"] += 1
            elif words:
                kind, file, line, col = at
                text = self.verdicts.sites[at][0]
                bad.append(f"{os.path.relpath(file, root)}:{line}:{col}: {text['site']} ({kind}) is stack, but {' and '.join(sorted(words))} in {text['func']}")
        return bad


def environment(**more):
    return {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", **more}


def analyse(build, verdicts, cwd, targets, *options):
    done = subprocess.run([build / "stackproof", "--json", "--gc=off", *options, "--", *targets], cwd=cwd, capture_output=True, text=True, env=environment())
    if done.returncode not in (0, 3):
        sys.exit(f"{cwd}: {done.stderr}")
    verdicts.read(done.stdout, cwd)


def marks(path):
    """What the comments of a program say must be seen: (line, kind) and the word."""
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        comment = re.search(r"// (outlived|carried): (.*)$", line)
        for kind in comment[2].split() if comment else []:
            found[number, kind] = comment[1]
    return found


def sites(build, options, counts):
    passed = failed = 0
    for path in sorted((ROOT / "tests/weakjudge").glob("*.go")):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name).resolve()
            module = folder / "module"
            module.mkdir()
            stressed.new_module(module)
            shutil.copy(path, module)
            verdicts = Verdicts()
            analyse(build, verdicts, module, ["."])
            watch = Watch(build, folder, verdicts, counts)
            watch.rewrite(module, ["."])
            watch.build(module, ".", folder / "program")
            plain = subprocess.run(["go", "run", "."], cwd=module, capture_output=True, text=True, env=environment())
            done = watch.run([folder / "program"], module)
            if (done.returncode, done.stderr) != (plain.returncode, plain.stderr):
                failed += 1
                print(f"{path.name}: runs otherwise when rewritten: {done.stderr[-500:]}")
            expected, seen = marks(path), {}
            for n, words in watch.seen.items():
                kind, _, line, _ = watch.place(n)
                seen[line, kind] = "carried" if words == {"carried"} else "outlived"
            for line, kind in sorted(expected.keys() | seen.keys()):
                want, got = expected.get((line, kind)), seen.get((line, kind))
                passed, failed = passed + (want == got), failed + (want != got)
                if want != got:
                    print(f"{path.name}:{line}: {kind} is {got or 'not seen to outlive'}, want {want or 'nothing'}")
            bad = watch.conclude(module)
            # Now with verdicts that are wrong: each must be noticed.
            flipped = verdicts.flip(lambda s: (s["line"], s["kind"]) in expected)
            noticed = len(watch.conclude(module)) - len(bad)
            print("\n".join(bad + [f"{path.name}: {noticed} of {flipped} wrong verdicts are noticed"]))
            passed, failed = passed + noticed, failed + len(bad) + flipped - noticed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


# Keeps results alive until the judge has looked.
KEEP = "\n//go:noinline\nfunc show(values ...any) {}\n"


def caller(copy, package, path):
    """The text of a program that calls a package's functions; None if there is nothing to call."""
    here = package.relative_to(copy)
    made = subprocess.run(["go", "run", ROOT / "tests/harness/callall.go", str(here), f"{path}/{here}", "show"], cwd=copy, capture_output=True, text=True)
    if made.returncode:
        if "nothing to call" not in made.stderr:
            sys.exit(f"{path}/{here}: {made.stderr}")
        return None
    return stressed.in_turn(made.stdout).replace("5 * time.Second", "time.Second") + KEEP


def corpus(build, options, counts):
    bad = []
    for module in [ROOT / "tests/go", ROOT / "examples"]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name).resolve()
            copy = folder / "module"
            shutil.copytree(module, copy)
            path = re.search(r"^module (\S+)", (copy / "go.mod").read_text(), re.M)[1]
            packages = sorted({p.parent for p in copy.rglob("*.go")})
            if options.sample:
                packages = sorted(random.Random(options.seed).sample(packages, min(options.sample, len(packages))))
            verdicts, programs, libraries = Verdicts(), [], []
            for package in packages:
                target = f"./{package.relative_to(copy)}"
                if stressed.is_main(package):
                    analyse(build, verdicts, copy, [target])
                    programs.append((target, True))
                    continue
                libraries.append(target)
                text = caller(copy, package, path)
                if text is None:
                    counts["packages with nothing to call"] += 1
                    continue
                main = copy / ("zz_" + str(package.relative_to(copy)).replace("/", "_"))
                main.mkdir()
                (main / "main.go").write_text(text)
                programs.append((f"./{main.relative_to(copy)}", False))
            if libraries:
                analyse(build, verdicts, copy, libraries)
            watch = Watch(build, folder, verdicts, counts)
            watch.rewrite(copy, [*libraries, *(target for target, _ in programs)])
            for target, checks in programs:
                watch.build(copy, target, folder / "program")
                done = watch.run([folder / "program"], copy)
                counts["programs"] += 1
                if done is None or checks and done.returncode:
                    bad.append(f"{target}: does not run: {done.stderr[-2000:] if done else 'no end'}")
            bad += watch.conclude(module)
            wanted(module, watch, counts, options)
    return report(bad, counts, options)


def wanted(module, watch, counts, options):
    """Counts the sites that are to be on the heap by the corpus' own word, and those seen to outlive."""
    seen = {(os.path.relpath(watch.sites[n]["file"], watch.folder / "module"), watch.sites[n]["line"]) for n in watch.seen}
    heap = {(str(path.relative_to(module)), number) for path in module.rglob("*.go")
            for number, line in enumerate(path.read_text().splitlines(), 1) if re.search(r"(want: |, )heap ", line)}
    sampled = {os.path.relpath(file, watch.folder / "module") for _, file, _, _ in watch.verdicts.sites}
    heap = {at for at in heap if at[0] in sampled}
    counts["lines with `want: heap`"] += len(heap)
    counts["of these seen to outlive"] += len(heap & seen)
    if options.list:
        for file, line in sorted(heap - seen):
            print(f"{file}:{line}: not seen to outlive")


def packages(build, options, counts):
    bad, failing = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        verdicts = Verdicts()
        analyse(build, verdicts, ROOT, options.names, "--world=open", "--tests")
        watch = Watch(build, folder, verdicts, counts)
        watch.rewrite(ROOT, options.names, "-tests")
        for package in options.names:
            command = ["go", "test", *watch.flags(), "-short", "-count=1", "-vet=off", f"-timeout={LIMIT - 20}s", *options.run, package]
            done = watch.run(command, ROOT)
            counts["packages"] += 1
            failed = re.findall(r"^\s*--- FAIL: (\S+)", done.stdout, re.M) if done else ["no end"]
            if done and done.returncode and not failed:
                bad.append(f"{package}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
            failing += [f"{package}: {test}" for test in failed]
        bad += watch.conclude("/")
    if failing:
        print("tests that fail, as they count allocations or the like:", *failing, sep="\n    ")
    counts["tests that fail"] = len(failing)
    return report(bad, counts, options)


def report(bad, counts, options):
    print("\n".join(bad + [f"{n:9d} {what}" for what, n in counts.items()]))
    stack = counts["stack sites judged"] + counts["bounded sites judged"]
    few = counts["heap sites that outlive"] < options.least
    if few:
        print(f"fewer than {options.least} heap sites are seen to outlive: the test has not looked")
    print(f"{stack - len(bad)} passed, {len(bad) + few} failed")
    return 1 if bad or few else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("what", choices=["sites", "corpus", "packages"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sample", type=int, help="so many packages of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=1, help="so many heap sites must be seen to outlive")
    parser.add_argument("--run", action="append", default=[], help="more options for go test")
    parser.add_argument("--list", action="store_true", help="name the lines with `want: heap` that are not seen to outlive")
    options = parser.parse_intermixed_args()
    return globals()[options.what](options.build.resolve(), options, Counter())


if __name__ == "__main__":
    sys.exit(main())
