#!/usr/bin/env python3
"""The real runtime as judge: programs that the real compiler built with stackproof's verdicts must run as without them.

    judge.py BUILD programs [--sample N] [--seed S] [FILE.go...]   Go's own test programs (GOROOT/test, `// run`)
    judge.py BUILD corpus                                          the main programs of tests/go and examples, and programs that call all else
    judge.py BUILD packages PACKAGE...                             the tests of packages
    judge.py BUILD broken                                          wrong verdicts, which must be noticed

Each is built twice, with no verdict and with every `stack` verdict that changes what the compiler does, and run with GOGC=1,
GODEBUG=clobberfree=1,gccheckmark=1, in a goroutine whose stack starts small, with collections all the time (which shrink stacks, so
that they move again) and with stacks poisoned after a move. What differs from the run without verdicts is a failure; what
does not repeat itself without verdicts is left out.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

import semantics

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT = 120  # seconds for one run
STRESS = {"GOGC": "1", "GODEBUG": "clobberfree=1,gccheckmark=1", "GOTRACEBACK": "1"}

# Collects all the time and has the runtime fill stacks with garbage when they have moved. (A variable of the runtime since Go 1.25; where
# it is none, this one is nobody's.)
STRESSFUL = """
import (
	"runtime"
	"time"
	_ "unsafe"
)

//go:linkname zzPoison runtime.stackPoisonCopy
var zzPoison int

func init() {
	zzPoison = 1
	go func() {
		for {
			runtime.GC()
			time.Sleep(200 * time.Microsecond)
		}
	}()
}
"""

# main runs in a goroutine of its own, since the first one has a large stack.
SMALL_STACK = """
func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		zzMain()
	}()
	<-done
}
"""

# Prints what functions return, as deep as it goes.
SHOW = """
func show(values ...any) {
	for _, v := range values {
		showValue(reflect.ValueOf(v), 6)
	}
	println()
}

func showValue(v reflect.Value, depth int) {
	if depth == 0 || !v.IsValid() {
		return
	}
	print(v.Kind().String(), " ")
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			showValue(v.Elem(), depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			showValue(v.Field(i), depth-1)
		}
	case reflect.Slice, reflect.Array:
		for i := range min(v.Len(), 100) {
			showValue(v.Index(i), depth-1)
		}
	case reflect.String:
		print(v.String(), " ")
	default:
		if v.CanInt() {
			print(v.Int(), " ")
		} else if v.CanUint() && v.Kind() != reflect.Uintptr {
			print(v.Uint(), " ")
		} else if v.CanFloat() {
			print(v.Float(), " ")
		}
	}
}
"""

SUMMARY = re.compile(r"stackproof: (\d+) of (\d+) heap sites go to the stack in (\d+) packages; (\d+) places pinned to the heap, (\d+) of them unknown")


class Judge:
    def __init__(self, build):
        self.stackproof = build / "stackproof"
        self.helper = None  # the helper itself, where the stackproof that it asks is not the one that starts it
        self.env = dict(os.environ, CGO_ENABLED="0")
        self.counts = Counter()
        self.bad = []

    def call(self, verb, *args, cwd=None, verdicts=None, **env):
        command = [str(self.helper or self.stackproof), verb, "-sites"]
        if verdicts is not None:
            command.append(f"-verdicts={verdicts}")
        return subprocess.run([*command, *map(str, args)], cwd=cwd, env={**self.env, **env}, capture_output=True, text=True, errors="replace", timeout=3600)

    def build(self, module, folders, output, verdicts=None):
        """Builds the main packages in folders of a module; what stackproof says, or None if that cannot be done."""
        done = self.call("build", "-ldflags=-checklinkname=0", "-o", f"{output}/", *folders, cwd=module, verdicts=verdicts)
        if done.returncode:
            print(done.stderr[-2000:])
        return None if done.returncode else done.stderr

    def run(self, program):
        """Exit status and standard output under stress."""
        try:
            done = subprocess.run([program], env={**self.env, **STRESS}, cwd=tempfile.gettempdir(), stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return None
        error = done.stderr.decode(errors="replace")
        return done.returncode, done.stdout, error if done.returncode == 0 else "".join(error.splitlines(True)[:4])

    def judge(self, module, folders, jobs=1, verdicts=None):
        """Judges the main packages in folders of a module, all built in one go; what was said of the sites, None if nothing was built."""
        with tempfile.TemporaryDirectory() as work:
            plain, ours = os.path.join(work, "plain"), os.path.join(work, "ours")
            os.mkdir(plain)
            os.mkdir(ours)
            said = self.build(module, folders, ours, verdicts)
            if said is None or self.build(module, folders, plain, os.devnull) is None:
                return None
            with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
                names = [pathlib.Path(f).name for f in folders]
                results = list(pool.map(lambda name: self.compare(os.path.join(plain, name), os.path.join(ours, name)), names))
            for name, (verdict, detail) in zip(names, results):
                self.note(name, verdict, detail)
            return said

    def compare(self, plain, ours):
        """Whether a program runs as the plain one does, and what it does else."""
        truth = self.run(plain)
        if truth is None or self.run(plain) != truth:
            return "left out", ""
        for _ in range(2):
            result = self.run(ours)
            if result != truth:
                return "differs", f"{tail(result)}, want {tail(truth)}"
        return "passes", ""

    def note(self, name, verdict, detail):
        self.counts[verdict] += 1
        if verdict == "differs":
            self.bad.append(name)
            print(f"{name}: {verdict}: {detail}", flush=True)

    def report(self, least):
        c = self.counts
        print(", ".join(f"{v} {k}" for k, v in sorted(c.items()) if k != "sites"))
        print(f"{c['passes']} programs with {c['sites']} sites moved to the stack run as before")
        few = c["passes"] < least
        if few:
            print(f"fewer than {least}: the test has not looked")
        print(f"{c['passes']} passed, {len(self.bad) + few} failed")
        return 1 if self.bad or few else 0


def tail(result):
    return "no end" if result is None else f"status {result[0]} {result[1][-200:]!r} {result[2][-400:]}"


def moved(said):
    """The lines on the sites that move."""
    return [line for line in said.splitlines() if line.endswith("goes to the stack")]


def stressed(source, folder):
    """Makes a folder of a main program and what puts it under stress."""
    folder.mkdir()
    text = pathlib.Path(source).read_text(errors="surrogateescape")
    text, n = re.subn(r"^func main\(\)", "func zzMain()", text, flags=re.M)
    (folder / "program.go").write_text(text, errors="surrogateescape")
    (folder / "zz_judge.go").write_text("package main\n" + STRESSFUL + (SMALL_STACK if n else ""))


def new_module(folder):
    version = re.match(r"go(\d+\.\d+)", semantics.output(["go", "env", "GOVERSION"]))[1]
    (folder / "go.mod").write_text(f"module judged\n\ngo {version}\n")


def without_errors(module, folders):
    """The folders whose packages compile."""
    while folders:
        done = subprocess.run(["go", "build", "-ldflags=-checklinkname=0", *folders], cwd=module, capture_output=True, text=True, env={**os.environ, "CGO_ENABLED": "0"})
        bad = set(re.findall(r"\bp\d{4}\b", done.stderr))
        if not done.returncode or not bad:
            return [] if done.returncode else folders
        folders = [f for f in folders if pathlib.Path(f).name not in bad]
    return []


BATCH = 100  # programs that are analysed together


def programs(judge, options):
    _, found = semantics.programs()
    if options.names:
        found = [pathlib.Path(n).resolve() for n in options.names]
    elif options.sample:
        found = sorted(random.Random(options.seed).sample(found, min(options.sample, len(found))))
    for start in range(0, len(found), BATCH):
        batch(judge, found[start:start + BATCH], options)
    return judge.report(options.least if not options.names else 0)


def batch(judge, paths, options):
    """Judges programs as packages of one module. One that cannot be analysed is found by halving."""
    with tempfile.TemporaryDirectory() as name:
        module = pathlib.Path(name).resolve()
        new_module(module)
        names = {f"p{k:04}": path for k, path in enumerate(paths)}
        for n, path in names.items():
            stressed(path, module / n)
        folders = without_errors(module, [f"./{n}" for n in names])
        plan = judge.call("build", "-n", *folders, cwd=module) if folders else None
        if plan and plan.returncode and len(paths) > 1:
            batch(judge, paths[:len(paths) // 2], options)
            batch(judge, paths[len(paths) // 2:], options)
            return
        judge.counts["cannot be built"] += len(names) - len(folders)
        if not folders:
            return
        if plan.returncode:
            judge.counts["cannot be analysed"] += 1
            print(f"{paths[0]}: {plan.stderr.strip()[-300:]}", flush=True)
            return
        changed = sorted({m[1] for line in moved(plan.stderr) for m in [re.search(r"/(p\d{4})/program\.go:", line)] if m})
        judge.counts["have nothing to move"] += len(folders) - len(changed)
        if not changed:
            return
        before = len(judge.bad)
        said = judge.judge(module, [f"./{n}" for n in changed], options.jobs)
        if said is None:
            sys.exit(f"{changed} cannot be built with verdicts")
        judge.counts["sites"] += len(moved(said))
        for bad in judge.bad[before:]:
            print(f"{bad} is {names[bad]}", *[line for line in moved(said) if f"/{bad}/" in line], sep="\n    ")
        if options.list:
            print("\n".join(moved(said)))


def is_main(folder):
    return any(re.search(r"^package main$", p.read_text(), re.M) for p in folder.glob("*.go"))


# gc itself has these dangle (tests/go/README.md): what they return is anything.
DANGLING = re.compile(r"^.*p\.(ReflectCopy|ReflectAppendSlice)\(.*\n", re.M)


def in_turn(text):
    """A program of callall.go that waits for each call, unless it blocks for ever."""
    text = text.replace("\tgo func() {\n\t\tdefer func() { recover() }()", "\tdone := make(chan bool)\n\tgo func() {\n\t\tdefer close(done)\n\t\tdefer func() { recover() }()")
    text = DANGLING.sub("", text)
    return text.replace("\ttime.Sleep(time.Second)\n", "\tselect {\n\tcase <-done:\n\tcase <-time.After(5 * time.Second):\n\t}\n")


def corpus(judge, options):
    """Whole modules: every package's sites change. Packages are called by programs that callall.go writes."""
    for module in [ROOT / "tests/go", ROOT / "examples"]:
        with tempfile.TemporaryDirectory() as name:
            copy = pathlib.Path(name).resolve() / "module"
            shutil.copytree(module, copy)
            path = re.search(r"^module (\S+)", (copy / "go.mod").read_text(), re.M)[1]
            targets = []
            for package in sorted({p.parent for p in copy.rglob("*.go")}):
                here = package.relative_to(copy)
                generated = not is_main(package)
                if generated:
                    made = subprocess.run(["go", "run", ROOT / "tests/harness/callall.go", str(here), f"{path}/{here}", "show"], cwd=copy, capture_output=True, text=True)
                    if made.returncode:
                        judge.counts["no program that calls it"] += 1
                        continue
                    package = copy / ("zz_" + str(here).replace("/", "_"))
                    package.mkdir()
                    (package / "main.go").write_text(in_turn(made.stdout))
                main = next(p for p in sorted(package.glob("*.go")) if re.search(r"^func main\(\)", p.read_text(), re.M))
                main.write_text(re.sub(r"^func main\(\)", "func zzMain()", main.read_text(), flags=re.M))
                (package / "zz_judge.go").write_text("package main\n" + (STRESSFUL.replace("import (", 'import (\n\t"reflect"') + SHOW if generated else STRESSFUL) + SMALL_STACK)
                targets.append(package)
            said = judge.judge(copy, [f"./{t.relative_to(copy)}" for t in targets], options.jobs)
            if said is None:
                sys.exit(f"{module} cannot be built with verdicts")
            judge.counts["sites"] += len(moved(said))
    return judge.report(options.least)


def packages(judge, options):
    """The packages' own tests. All are judged in one go, since their dependencies are analysed once."""
    with tempfile.TemporaryDirectory() as work:
        overlay = {}
        for name in options.names:
            folder, package = semantics.output(["go", "list", "-f", "{{.Dir}} {{.Name}}", name]).split()
            file = pathlib.Path(work) / (package + str(len(overlay)) + ".go")
            file.write_text(f"package {package}_test\n" + STRESSFUL)
            overlay[f"{folder}/zz_judge_test.go"] = str(file)
        listing = pathlib.Path(work) / "overlay.json"
        listing.write_text(json.dumps({"Replace": overlay}))
        # The added files are not analysed; what they have on the heap is pinned.
        asked = pathlib.Path(work) / "stackproof"
        asked.write_text(f'#!/bin/sh\nunset GOFLAGS\nexec "{judge.stackproof}" "$@"\n')
        asked.chmod(0o755)
        judge.helper = judge.stackproof.parent / "gobuild"
        stress = "-exec=env " + " ".join(f"{k}={v}" for k, v in STRESS.items())  # for the tests alone, not for the tools
        go_test = ["test", stress, "-short", "-count=1", "-vet=off", "-timeout=20m", "-ldflags=-checklinkname=0", *options.names]
        env = {"GOFLAGS": f"-overlay={listing}", "STACKPROOF": str(asked)}
        ours = judge.call(*go_test, **env)
        print("\n".join(line for line in ours.stderr.splitlines() if options.list or SUMMARY.search(line)))
        found = SUMMARY.search(ours.stderr)
        if not found:
            sys.exit(ours.stderr)
        fine = set(re.findall(r"^ok\s+(\S+)", ours.stdout, re.M))
        suspects = [n for n in options.names if n not in fine]
        if suspects:
            plain = judge.call(*go_test[:-len(options.names)], *suspects, verdicts=os.devnull, **env)
            fails_anyway = set(suspects) - set(re.findall(r"^ok\s+(\S+)", plain.stdout, re.M))
        for name in options.names:
            if name in fine:
                judge.note(name, "passes", "")
            elif name in fails_anyway:
                judge.note(name, "left out", "")
            else:
                judge.note(name, "differs", ours.stdout[-3000:])
        judge.counts["sites"] = int(found[1])
    return judge.report(options.least)


def broken(judge, options):
    """One site of each program, which is marked, is put on the stack though that is wrong: the judge must notice."""
    sources = sorted((ROOT / "tests/judge").glob("*.go"))
    for source in sources:
        with tempfile.TemporaryDirectory() as name:
            module = pathlib.Path(name).resolve()
            new_module(module)
            stressed(source, module / source.stem)
            wrong = module / "wrong"
            heap = judge.call("build", f"-everything={wrong}", "-n", f"./{source.stem}", cwd=module)
            if heap.returncode:
                sys.exit(heap.stderr)
            marked = {n for n, line in enumerate(source.read_text().splitlines(), 1) if "// wrong" in line}
            sites = [s for s in wrong.read_text().splitlines() if "program.go" in s and int(s.split("\t")[2]) in marked]
            wrong.write_text("".join(s + "\n" for s in sites))
            if len(sites) != 1:
                sys.exit(f"{source}: {len(sites)} heap sites where a wrong one is marked, not one")
            print(f"{source.name}, with a wrong verdict:")
            if judge.judge(module, [f"./{source.stem}"], verdicts=wrong) is None:
                sys.exit(f"{source.name} cannot be built")
    noticed = len(judge.bad) + cut_files_noticed(judge)
    expected = len(sources) + len(CUT_FILES)
    print(f"{noticed} passed, {expected - noticed} failed")
    return 0 if noticed == expected else 1


# Verdict files of which the end is missing, and a whole one. Half a place is another place.
WHOLE_FILE = 'new\t"p.go"\t1\t18\nend\n'
CUT_FILES = ["", 'new\t"p.go"\t1\t1', 'new\t"p.go"\t1\t18\n']


def compiler_in_use(judge):
    """The changed compiler that `stackproof build` runs: the go command prints its path."""
    with tempfile.TemporaryDirectory() as name:
        (pathlib.Path(name) / "go.mod").write_text("module p\n")
        (pathlib.Path(name) / "p.go").write_text("package main\n\nfunc main() { println(1) }\n")
        run = judge.call("build", "-x", "-o", os.devnull, ".", cwd=name)
        return re.search(r"\S+/compiler-\w+/compile", run.stderr)[0]


def cut_files_noticed(judge):
    """How many of them the changed compiler refuses; none if it refuses the whole one too."""
    compiler = compiler_in_use(judge)
    with tempfile.TemporaryDirectory() as name:
        source, verdicts = pathlib.Path(name) / "p.go", pathlib.Path(name) / "verdicts"
        source.write_text("package p\n\nfunc F() *int { return new(int) }\n")

        def refused(text):
            verdicts.write_text(text)
            run = subprocess.run([compiler, "-p", "p", "-o", os.devnull, source], env={**os.environ, "STACKPROOF_VERDICTS": str(verdicts)},
                                 capture_output=True, text=True)
            return run.returncode != 0 and "is cut short" in run.stdout + run.stderr

        return 0 if refused(WHOLE_FILE) else sum(map(refused, CUT_FILES))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("what", choices=["programs", "corpus", "packages", "broken"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_intermixed_args()
    return globals()[options.what](Judge(options.build.resolve()), options)


if __name__ == "__main__":
    sys.exit(main())
