#!/usr/bin/env python3
"""Failure injection: makes the Nth call of a kind fail, for every N or a seeded sample, and judges how each run ends.

    failures.py [--sample N] [--seed S] [--only WORD] [--go] BUILD_FOLDER

A run is a command on a small program with one failure (shim.c). Whatever fails, the run has to end with a status that the command documents, and:
* a status that is not 0 comes with a message on standard error, and is none that speaks of a bug in stackproof (3);
* status 0 comes with the whole output: what a failure of memory, files or threads leaves is byte for byte what the undisturbed run prints; after a
  failure of Z3 all sites are there, and none is on the stack that is not there undisturbed, or that Z3 gave no answer on;
* a folder of certificates that was left half-written is not valid, or claims no more than the whole one.

--sample: at most so many values of N for each command and failure, drawn by the seed; without it every N.
--only: what has the word in its name.   --go: commands on Go packages too (they start the exporter and the compiler).
Prints a line for each command and failure; the last line counts them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SAMPLE = ROOT / "tests/cli/sample.gir"
SECONDS = 60  # a run that takes longer hangs
PAGE = 4096
BUFFER = 1 << 18  # of the reader of .gir text
SWEEP_SECONDS = 3600  # a run with a copy for each allocation
FORKS = 20  # copies of a process that take as long as a run

# What fails, and how: kinds and codes of shim.c. All of it is tried once; `+`: from the Nth call on.
Z3_FAILURES = ["z3", "z3:memory", "z3+", "check:unknown", "check:interrupt", "check:memory", "check+:unknown"]
FILE_FAILURES = ["read:EIO", "read:EINTR", "read:short", "read:end", "read+:EIO",
                 "write:ENOSPC", "write:EIO", "write:EINTR", "write:short", "write+:ENOSPC",
                 "file:EMFILE", "file:EACCES", "file:EIO", "file+:EMFILE"]
OTHER_FAILURES = ["memory", "thread:EAGAIN", "thread+:EAGAIN"]
ABOUT_Z3 = ("z3", "check", "budget")
# Nobody can tell the early end of what the Go compiler says from the end: it marks none.
UNSEEN = ("read:end",)


@dataclass
class Ended:
    status: int | None  # None: it hung
    out: bytes
    err: bytes
    count: int = 0
    folder: dict[str, bytes] = field(default_factory=dict)
    claims: tuple[int, set[str]] = (2, set())  # what stackproof-verify says of the folder: status, sites


@dataclass
class Command:
    name: str
    program: str
    args: list[str]
    failures: list[str]
    statuses: tuple[int, ...] = (0, 2)
    json: bool = False
    folder: bool = False  # it writes the folder FOLDER
    proves: bool = False  # ... of certificates
    most: int = 0  # values of N that are drawn, of many that other commands try too; 0: all
    go: bool = False  # it starts the Go compiler
    cwd: Path = ROOT


def steady(out: bytes, folder: Path) -> bytes:
    """Without what is another in every run."""
    return re.sub(rb"\d+\.\d+ +(s|seconds)\b", b"T s", out.replace(str(folder).encode(), b"FOLDER"))


class Bench:
    def __init__(self, build: Path, scratch: Path):
        self.build = build
        self.scratch = scratch
        self.shim = build / "tests/failures/libfailures.so"
        self.runs = 0

    def verify(self, folder: Path) -> tuple[int, set[str]]:
        done = subprocess.run([self.build / "stackproof-verify", "--list", folder], capture_output=True, timeout=SECONDS)
        lines = done.stdout.decode().splitlines()
        return done.returncode, set(lines[:-1])

    def run(self, command: Command, failure: str, limit: int = 0, **variables: str) -> Ended:
        """One run, with @failure as the shim reads it, or at most @limit bytes of address space."""
        self.runs += 1
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        count = folder / "count"
        out_folder = folder / "out"
        args = [str(self.build / command.program)] + [a.replace("FOLDER", str(out_folder)) for a in command.args]
        env = {**os.environ, "TMPDIR": str(folder), **variables}
        if failure:
            env |= {"LD_PRELOAD": str(self.shim), "FAILURES": failure, "FAILURES_COUNT": str(count)}
        prepare = (lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))) if limit else None
        try:
            done = subprocess.run(args, env=env, cwd=command.cwd, capture_output=True, preexec_fn=prepare,
                                  timeout=SWEEP_SECONDS if failure.endswith(":sweep") else SECONDS)
            ended = Ended(done.returncode, steady(done.stdout, out_folder), done.stderr)
        except subprocess.TimeoutExpired as e:
            ended = Ended(None, e.stdout or b"", e.stderr or b"")
        if failure and count.exists() and not failure.endswith(":sweep"):
            ended.count = int(count.read_bytes().rstrip(b"\0") or b"0")
        if command.folder and out_folder.exists():
            ended.folder = {p.name: p.read_bytes() for p in out_folder.iterdir()}
        if command.proves:
            ended.claims = self.verify(out_folder)
        if failure.endswith(":sweep"):
            ended.out = count.read_bytes()
        shutil.rmtree(folder)
        return ended


def sites(out: bytes) -> dict[tuple, tuple[str, str]]:
    """Place, kind and text of each site -> its verdict, and who decided it; nobody has to where nothing is allocated."""
    found = {}
    for line in out.decode().splitlines():
        s = json.loads(line)
        found[s["file"], s["line"], s["col"], s["func"], s["site"], s["kind"]] = s["verdict"], s["solver"] if s["reason"] != "needs no allocation" else ""
    return found


def count_stack(out: bytes) -> int:
    return sum(verdict == "stack" for verdict, _ in sites(out).values())


def lost_compiler(failure: str, clean: bytes, ended: Ended) -> list[str]:
    """What differs beside the compiler's verdicts, which may be missing where the run says so."""
    before, after = ([json.loads(line) for line in out.decode().splitlines()] for out in (clean, ended.out))
    ours = [[{k: v for k, v in s.items() if k not in ("gc", "class")} for s in run] for run in (before, after)]
    if ours[0] != ours[1]:
        return ["our verdicts differ and the status is 0"]
    if failure in UNSEEN:
        return []
    wrong = [] if ended.err.strip() else ["the compiler's verdicts are missing, without a message"]
    return wrong + [f"the compiler is misquoted: {y}" for x, y in zip(before, after) if y["gc"] not in (x["gc"], "unreported")]


def compare_sites(clean: bytes, out: bytes, native: bool) -> list[str]:
    """@native: a verdict may be ours alone: in the model of gc, which proves nothing, and beyond a budget, where the coarse variant's stands."""
    try:
        before, after = sites(clean), sites(out)
    except ValueError as e:
        return [f"the output is no JSON: {e}"]
    if before.keys() != after.keys():
        return ["sites are missing, or too many"]
    stack = [site for site, (verdict, _) in after.items() if verdict == "stack"]
    wrong = [f"stack by failure: {site}" for site in stack if before[site][0] != "stack"]
    return wrong + [f"stack without an answer: {site}" for site in stack if not native and after[site][1] != before[site][1]]


def complaints(command: Command, failure: str, clean: Ended, ended: Ended) -> list[str]:
    """What is wrong with the way a run ended."""
    about_z3 = failure.startswith(ABOUT_Z3)
    wrong = []
    if ended.status is None:
        return ["it hung"]
    if ended.status < 0:
        return [f"killed by signal {-ended.status}: {last_line(ended.err)}"]
    allowed = command.statuses + ((3,) if failure == "read:end" and command.program == "stackproof-verify" else ())  # the text is another one
    if ended.status not in allowed:
        wrong.append(f"exit status {ended.status}: {last_line(ended.err)}")
    if failure.startswith("thread") and ended.status and not command.go:
        wrong.append("threads are not needed")
    if ended.status != 0 and not ended.err.strip():
        wrong.append(f"exit status {ended.status} without a message")
    if command.proves and not (ended.claims[0] != 0 or ended.claims[1] <= clean.claims[1]):
        wrong.append("certificates claim what the whole ones do not")
    if ended.status != 0:
        return wrong
    if command.json and about_z3:
        wrong += compare_sites(clean.out, ended.out, "--variant=gc" in command.args or failure == "budget")
    elif command.go and ended.out != clean.out:
        wrong += lost_compiler(failure, clean.out, ended)
    elif not about_z3 and ended.out != clean.out:
        wrong.append("the output differs and the status is 0")
    if command.folder and not about_z3 and ended.folder != clean.folder:
        wrong.append("the folder differs and the status is 0")
    if command.proves and ended.claims[0] != 0:
        wrong.append("status 0, and stackproof-verify does not accept the folder")
    return wrong


def last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"


def hash_of(data: bytes) -> int:
    """As shim.c has it: FNV-1a."""
    h = 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return h


def how(command: Command, clean: Ended, ended: Ended) -> str:
    if ended.status != 0:
        return f"ended {ended.status}"
    if ended.out == clean.out and ended.folder == clean.folder:
        return "as before"
    return "without gc" if command.go else "heap instead" if command.json else "another result"


def kind_of(failure: str) -> tuple[str, str]:
    """"read+:EIO" -> read, "+:EIO"."""
    m = re.fullmatch(r"([a-z0-9-]+)(\+?)(:\w+)?", failure)
    return m[1], m[2] + (m[3] or "")


def report(command: Command, failure: str, calls: int, ways: Counter, wrong: list[str]) -> bool:
    text = ", ".join(f"{n} {way}" for way, n in sorted(ways.items()))
    print(f"{command.name:18} {failure:16} {calls:7} calls: {text}{'' if not wrong else f', {len(wrong)} WRONG'}", flush=True)
    for line in wrong[:5]:
        print(f"    {line}", flush=True)
    return not wrong


def choose(n: int, sample: int, draw: random.Random) -> Iterable[int]:
    return range(1, n + 1) if not sample or n <= sample else sorted(draw.sample(range(1, n + 1), sample))


def inject(bench: Bench, command: Command, failure: str, clean: Ended, sample: int, draw: random.Random) -> bool:
    """Every N, each in a run of its own."""
    kind, code = kind_of(failure)
    n = bench.run(command, f"{kind}:0").count
    chosen = list(choose(n, sample or command.most, draw))
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda at: bench.run(command, f"{kind}:{at}{code}"), chosen))
    ways, wrong = Counter(), []
    for at, ended in zip(chosen, ends):
        ways[how(command, clean, ended)] += 1
        wrong += [f"{kind}:{at}{code}: {c}" for c in complaints(command, failure, clean, ended)]
    return report(command, failure, n, ways, wrong)


def sweep(bench: Bench, command: Command, failure: str, clean: Ended, sample: int, draw: random.Random) -> bool:
    """Every allocation, each in a forked copy of one run."""
    n = bench.run(command, f"{failure}:0").count
    step = max(1, n // (sample * FORKS)) if sample else 1
    log = bench.run(command, f"memory:{draw.randint(1, step)}:sweep", FAILURES_STEP=str(step)).out.decode()
    ways, wrong = Counter(), []
    tried = 0
    for line in log.splitlines():
        at, status, n_err, n_out, digest = map(int, line.split())
        tried += 1
        code = os.waitstatus_to_exitcode(status)
        ended = Ended(code, clean.out if digest == hash_of(clean.out) else b"?" * n_out, b"?" * n_err)
        ways[how(command, clean, ended)] += 1
        wrong += [f"memory:{at}: {c}" for c in complaints(command, "memory", clean, ended)]
        if code != 0 and n_out:
            wrong.append(f"memory:{at}: output, and status {code}")
    if tried < n // step - 1 - n // 50:
        wrong.append(f"only {tried} of {n} were tried")
    return report(command, "memory", n, ways, wrong)


def threshold(enough: Callable[[int], bool]) -> int:
    """About the least number of bytes that are enough."""
    low, high = 0, 8 << 20
    while not enough(high) and high < 1 << 36:
        low, high = high, high * 2
    while high - low > 1 << 18:
        middle = (low + high) // 2 // PAGE * PAGE
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def limits(bench: Bench, command: Command, clean: Ended, steps: int) -> bool:
    """Less and less address space, down to where the dynamic linker itself gives up."""
    starts = threshold(lambda limit: bench.run(command, "", limit=limit).status != 127)
    enough = max(starts, threshold(lambda limit: bench.run(command, "", limit=limit).status == 0))
    ways, wrong = Counter(), []
    for k in range(steps):
        limit = starts + (enough + (8 << 20) - starts) * k // steps // PAGE * PAGE
        ended = bench.run(command, "", limit=limit)
        ways[how(command, clean, ended)] += 1
        wrong += [f"{limit >> 10} KiB: {c}" for c in complaints(command, "z3-memory", clean, ended)]
    return report(command, "ulimit -v", steps, ways, wrong)


def text_by_hand() -> str:
    """The sample without what tells of its end, and a second function that starts where a stream reads anew: without it all is well, too."""
    text = "".join(line for line in SAMPLE.read_text().splitlines(True) if not line.startswith(("meta complete", "meta goir")))
    function = text[text.index("func @0"):].replace("func @0", "func @1").replace("a.F", "a.G")
    function = re.sub(r" @(\d+:)", r" @1\1", function)  # at lines of its own
    return text + ";" + " " * (BUFFER - len(text.encode()) - 2) + "\n" + function


# Calls that cannot fail: they count references, take apart what is ours, or tell of errors.
SAFE_CALLS = """dec_ref del_config del_context fixedpoint_dec_ref fixedpoint_inc_ref func_decl_to_ast get_ast_kind get_decl_kind
    get_error_code get_full_version inc_ref mk_config model_dec_ref model_inc_ref params_dec_ref params_inc_ref set_error_handler
    solver_dec_ref solver_inc_ref sort_to_ast to_app""".split()


def uncovered_calls(bench: Bench) -> list[str]:
    """What stackproof calls of Z3 that the shim cannot make fail."""
    symbols = subprocess.run(["nm", "-D", "--undefined-only", bench.build / "stackproof"], capture_output=True, text=True, check=True).stdout
    called = set(re.findall(r" U Z3_(\w+)", symbols)) - set(SAFE_CALLS)
    symbols = subprocess.run(["nm", "-D", "--defined-only", bench.shim], capture_output=True, text=True, check=True).stdout
    return sorted(called - set(re.findall(r" T Z3_(\w+)", symbols)))


# Of each, the smallest takes away verdicts of the examples.
BUDGETS = [f"memory={n}" for n in (1, 2, 4, 8, 32)] + [f"rlimit={n}" for n in (100, 200, 500, 1000, 5000)]


def budgets(bench: Bench, file: str, budget: str, all_packages: list[str]) -> bool:
    """A run within a budget is the same at any -j, and has nothing on the stack that is not there without it."""
    def command(jobs: int, *more: str) -> Command:
        return Command(Path(file).name, "stackproof", ["--json", f"-j{jobs}", *all_packages, *more, file], [], json=True)

    clean = bench.run(command(2), "")
    runs = [bench.run(command(jobs, f"--budget={budget}"), "") for jobs in (1, 2, 3, 1)]
    wrong = [c for ended in runs for c in complaints(command(1), "budget" if budget.startswith("memory") else "z3", clean, ended)]
    if any(ended.out != runs[0].out for ended in runs):
        wrong.append("the output depends on -j, or on the run")
    fewer = count_stack(clean.out) - count_stack(runs[0].out)
    if budget in ("memory=1", "rlimit=100") and not fewer:
        wrong.append("the budget bounds nothing")
    return report(command(1), budget, len(runs), Counter({f"of {len(sites(clean.out))} sites no longer on the stack": fewer}), wrong)


def go_file(bench: Bench, package: str) -> str:
    path = bench.scratch / f"{package}.gir"
    with path.open("wb") as out:
        subprocess.run([bench.build / "goir", "--", package], stdout=out, check=True)
    return str(path)


def commands(bench: Bench, go: bool) -> list[Command]:
    proof = bench.scratch / "proof"
    subprocess.run([bench.build / "stackproof", "prove", SAMPLE, "-o", proof], check=True, capture_output=True)
    z3 = Z3_FAILURES + FILE_FAILURES + OTHER_FAILURES
    other = FILE_FAILURES + OTHER_FAILURES
    sample = str(SAMPLE)
    by_hand = bench.scratch / "by-hand.gir"  # nothing marks its end
    by_hand.write_text(text_by_hand())
    found = [
        Command("analyse", "stackproof", ["--json", "-j1", sample], z3, json=True),
        Command("analyse-j3", "stackproof", ["--json", "-j3", sample], ["thread:EAGAIN", "thread+:EAGAIN", "check:unknown"], json=True),
        Command("weak", "stackproof", ["--json", "-j1", "--candidates=weak", sample], Z3_FAILURES, json=True),
        Command("by-hand", "stackproof", ["--json", "-j1", str(by_hand)], ["read:EIO", "read:EINTR", "read:short", "read+:EIO"], json=True),
        Command("datalog", "stackproof", ["--json", "-j1", "--solver=z3-datalog", sample], Z3_FAILURES, json=True),
        Command("gc-model", "stackproof", ["--json", "-j1", "--variant=gc", sample], Z3_FAILURES, json=True),
        Command("text", "stackproof", ["-q", "-j1", "--gc=off", sample], other),
        Command("compare", "stackproof", ["compare", "-j1", sample], ["z3", "check:unknown", "check:memory"], most=500),
        Command("prove", "stackproof", ["prove", "-j1", sample, "-o", "FOLDER"], z3, folder=True, proves=True),
        Command("verify", "stackproof-verify", ["--list", str(proof)], FILE_FAILURES + ["memory"], statuses=(0, 1, 2)),
        Command("export", "stackproof", ["export", "-j1", "--format=smt2", sample, "-o", "FOLDER"], FILE_FAILURES + ["memory"], folder=True),
        Command("examples-j2", "stackproof", ["--json", "-j2", str(ROOT / "examples/flaws.gir")], ["memory"], json=True),
    ]
    if go:
        package = ["--json", "-j1", "./ardan"]
        found.append(Command("package", "stackproof", package, FILE_FAILURES + OTHER_FAILURES, json=True, go=True, cwd=ROOT / "examples"))
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--go", action="store_true")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    results: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="stackproof-failures-") as scratch:
        bench = Bench(options.build.resolve(), Path(scratch))
        for command in commands(bench, options.go):
            clean = bench.run(command, "")
            if clean.status != 0:
                print(f"{command.name}: exit status {clean.status} undisturbed: {last_line(clean.err)}")
                results.append(False)
                continue
            tasks: list[tuple[str, Callable[[], bool]]] = [
                (f, lambda f=f: (sweep if f == "memory" else inject)(bench, command, f, clean, options.sample, draw)) for f in command.failures]
            if "memory" in command.failures and not command.go:  # Go's runtime reserves more than any limit of ours
                tasks.append(("limits", lambda: limits(bench, command, clean, options.sample or 60)))
            for name, task in tasks:
                if options.only not in f"{command.name} {name}":
                    continue
                results.append(task())
        if options.only in "budgets":
            for budget in BUDGETS:
                results.append(budgets(bench, str(ROOT / "examples/flaws.gir"), budget, []))
                if options.go:
                    results.append(budgets(bench, go_file(bench, "strconv"), budget, ["--all"]))
        missing = uncovered_calls(bench)
        results.append(not missing)
        if missing:
            print(f"calls of Z3 that are not in z3_calls.def: {', '.join(missing)}")
        print(f"{bench.runs} runs")
    print(f"{sum(results)} passed, {results.count(False)} failed")
    return not all(results)


if __name__ == "__main__":
    sys.exit(main())
