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
        self.env = dict(os.environ, CGO_ENABLED="0")
        self.counts = Counter()
        self.bad = []

    def call(self, verb, *args, cwd=None, verdicts=None, **env):
        command = [str(self.stackproof), verb, "-sites"]
        if verdicts is not None:
            command.append(f"-verdicts={verdicts}")
        return subprocess.run([*command, *map(str, args)], cwd=cwd, env={**self.env, **env}, capture_output=True, text=True, errors="replace", timeout=3600)

    def build(self, folder, files, output, verdicts=None):
        """None if it cannot be built, else how many sites went to the stack."""
        done = self.call("build", "-ldflags=-checklinkname=0", "-o", output, *files, cwd=folder, verdicts=verdicts)
        found = SUMMARY.search(done.stderr)
        if done.returncode or not found:
            return None, done.stderr
        return int(found[1]), done.stderr

    def run(self, program):
        """Exit status and standard output under stress."""
        try:
            done = subprocess.run([program], env={**self.env, **STRESS}, cwd=tempfile.gettempdir(), stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return None
        error = done.stderr.decode(errors="replace")
        return done.returncode, done.stdout, error if done.returncode == 0 else "".join(error.splitlines(True)[:4])

    def judge(self, folder, files, verdicts=None):
        """What becomes of the program made of files of a folder: (verdict, sites, detail)."""
        with tempfile.TemporaryDirectory() as work:
            plain, ours = os.path.join(work, "plain"), os.path.join(work, "ours")
            sites, said = self.build(folder, files, ours, verdicts)
            if sites is None:
                broken = "were planned to be" in said or "the analysis failed" in said
                return ("cannot be built with verdicts" if broken else "left out"), 0, said[-400:]
            if sites == 0:
                return "nothing to change", 0, ""
            if self.build(folder, files, plain, os.devnull)[0] is None:
                return "left out", 0, ""
            truth = self.run(plain)
            if truth is None or any(self.run(plain) != truth for _ in range(1)):
                return "left out", 0, ""
            for _ in range(2):
                result = self.run(ours)
                if result != truth:
                    return "differs", sites, f"{tail(result)}, want {tail(truth)}\n" + changed(said)
            return "passes", sites, ""

    def note(self, name, verdict, sites, detail):
        self.counts[verdict] += 1
        self.counts["sites"] += sites if verdict == "passes" else 0
        if verdict in ("differs", "cannot be built with verdicts"):
            self.bad.append(f"{name}: {verdict}: {detail}")
            print(self.bad[-1], flush=True)

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


def changed(said):
    return "\n".join("    " + line for line in said.splitlines() if line.endswith("goes to the stack"))


def stressed(source, folder):
    """Writes a main program's file and what puts it under stress; the files' names."""
    text = pathlib.Path(source).read_text(errors="surrogateescape")
    text, n = re.subn(r"^func main\(\)", "func zzMain()", text, flags=re.M)
    (folder / "program.go").write_text(text, errors="surrogateescape")
    (folder / "zz_judge.go").write_text("package main\n" + STRESSFUL + (SMALL_STACK if n else ""))
    return ["program.go", "zz_judge.go"]


def each(judge, jobs, todo, work):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for name, result in zip([str(t) for t in todo], pool.map(work, todo)):
            judge.note(name, *result)


def programs(judge, options):
    folder, found = semantics.programs()
    if options.names:
        found = [pathlib.Path(n).resolve() for n in options.names]
    elif options.sample:
        found = sorted(random.Random(options.seed).sample(found, min(options.sample, len(found))))

    def work(path):
        with tempfile.TemporaryDirectory() as name:
            place = pathlib.Path(name)
            return judge.judge(place, stressed(path, place))

    each(judge, options.jobs, found, work)
    return judge.report(options.least if not options.names else 0)


def is_main(folder):
    return any(re.search(r"^package main$", p.read_text(), re.M) for p in folder.glob("*.go"))


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
                if not is_main(package):
                    made = subprocess.run(["go", "run", ROOT / "tests/harness/callall.go", str(here), f"{path}/{here}", "show"], cwd=copy, capture_output=True, text=True)
                    if made.returncode:
                        judge.counts["no program that calls it"] += 1
                        continue
                    package = copy / ("zz_" + str(here).replace("/", "_"))
                    package.mkdir()
                    (package / "main.go").write_text(made.stdout.replace("time.Sleep(time.Second)", "time.Sleep(10 * time.Millisecond)"))
                main = next(p for p in sorted(package.glob("*.go")) if re.search(r"^func main\(\)", p.read_text(), re.M))
                main.write_text(re.sub(r"^func main\(\)", "func zzMain()", main.read_text(), flags=re.M))
                (package / "zz_judge.go").write_text("package main\n" + STRESSFUL.replace('import (', 'import (\n\t"reflect"') + SMALL_STACK + SHOW)
                targets.append(package)
            each(judge, options.jobs, [t.relative_to(copy) for t in targets], lambda here: judge.judge(copy, [f"./{here}"]))
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
        go_test = ["test", "-short", "-count=1", "-vet=off", "-timeout=20m", "-ldflags=-checklinkname=0", *options.names]
        env = {**STRESS, "GOFLAGS": f"-overlay={listing}"}
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
                judge.note(name, "passes", 0, "")
            elif name in fails_anyway:
                judge.note(name, "left out", 0, "")
            else:
                judge.note(name, "differs", 0, ours.stdout[-3000:])
        judge.counts["sites"] = int(found[1])
    return judge.report(options.least)


def broken(judge, options):
    """One site of each program, which is marked, is put on the stack though that is wrong: the judge must notice."""
    noticed = 0
    sources = sorted((ROOT / "tests/judge").glob("*.go"))
    for source in sources:
        with tempfile.TemporaryDirectory() as name:
            place = pathlib.Path(name).resolve()
            files = stressed(source, place)
            wrong = place / "wrong"
            heap = judge.call("build", f"-everything={wrong}", "-n", "-ldflags=-checklinkname=0", *files, cwd=place)
            if heap.returncode:
                sys.exit(heap.stderr)
            marked = {n for n, line in enumerate(source.read_text().splitlines(), 1) if "// wrong" in line}
            sites = [s for s in wrong.read_text().splitlines() if "program.go" in s and int(s.split("\t")[2]) in marked]
            wrong.write_text("".join(s + "\n" for s in sites))
            if len(sites) != 1:
                sys.exit(f"{source}: {len(sites)} heap sites where a wrong one is marked, not one")
            verdict, sites, detail = judge.judge(place, files, wrong)
            noticed += verdict == "differs"
            print(f"{source.name}: with a wrong verdict: {verdict} {detail}")
    print(f"{noticed} passed, {len(sources) - noticed} failed")
    return 0 if noticed == len(sources) else 1


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
    options = parser.parse_args()
    return globals()[options.what](Judge(options.build.resolve()), options)


if __name__ == "__main__":
    sys.exit(main())
