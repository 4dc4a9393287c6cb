#!/usr/bin/env python3
"""The field's numbers: stackproof and the Go compiler on well-known modules.

    precision.py run [--variants LIST] [--seconds N] [--megabytes N] BUILD [PROJECT...]     analyse; results/PROJECT.json
    precision.py table                                                                      write the tables of README.md
    precision.py check BUILD PROJECT                                                        run again, hold against results/PROJECT.json
    precision.py causes BUILD                                                               the programs of causes/; results/causes.tsv
    precision.py sample [-n N] [--seed N] [--all] BUILD [PROJECT...]                        heap sites to be judged by a person

The projects are those of projects.tsv. A module is downloaded with `go mod download` and copied to build/precision/src, where it is the main module;
what each run prints is kept in build/precision/TOOL/PROJECT, TOOL being a hash of the programs, so that an interrupted `run` goes on where it was.
A run that exceeds its limits is done again with the project's next alternative; the table says which packages were analysed.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SCRATCH = ROOT / "build" / "precision"
RESULTS = HERE / "results"
VARIANTS = ("full", "gc", "coarse", "field", "flow")
GC_SAYS = {"full": "on", "gc": "inlined"}
CLASSES = ("field", "flow", "field or flow", "field and flow", "store", "container", "residual", "context", "other")
NO_ALLOCATION = "needs no allocation"
SKIPPED = 77

sys.path.insert(0, str(ROOT / "tests" / "harness"))
import attribute  # noqa: E402

ENV = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false", "GOWORK": "off"}


class Exceeded(Exception):
    """A run that was stopped, or failed; the text says why."""


# --- projects --------------------------------------------------------------------------------------------------------


class Project:
    def __init__(self, line: str) -> None:
        self.name, self.module, patterns = line.split("\t")
        self.alternatives = [p.split() for p in patterns.split("|")]

    def folder(self) -> pathlib.Path:
        """Where the go command is run; downloads and copies the module first."""
        if "@" not in self.module:
            SCRATCH.mkdir(parents=True, exist_ok=True)
            return SCRATCH
        folder = SCRATCH / "src" / self.module.replace("/", "+")
        if folder.exists():
            return folder
        SCRATCH.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["go", "mod", "download", "-json", self.module], cwd=SCRATCH, env=ENV, capture_output=True, text=True)
        if done.returncode != 0:
            raise OSError(f"go mod download {self.module}: {done.stdout.strip()} {done.stderr.strip()}")
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(json.loads(done.stdout)["Dir"], part)
        for path in [part, *part.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
        part.rename(folder)
        return folder


def projects(names: list[str]) -> list[Project]:
    lines = [line for line in (HERE / "projects.tsv").read_text().splitlines() if line and not line.startswith("#")]
    known = {p.name: p for p in map(Project, lines)}
    unknown = [n for n in names if n not in known]
    if unknown:
        sys.exit(f"no project {', '.join(unknown)} in projects.tsv; there are {', '.join(known)}")
    return [known[n] for n in names] if names else list(known.values())


# --- runs ------------------------------------------------------------------------------------------------------------


def text_of(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def commit() -> str:
    changed = text_of("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!papers/experiments/precision/results")
    return text_of("git", "describe", "--always", "--abbrev=10") + ("-dirty" if changed else "")


def tool_of(build: pathlib.Path) -> str:
    digest = hashlib.sha256()
    for name in ("stackproof", "goir"):
        digest.update((build / name).read_bytes())
    return digest.hexdigest()[:12]


def group_megabytes(group: int) -> int:
    """Resident memory of the processes of a session."""
    pages = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == group:
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def bounded(command: list[str], folder: pathlib.Path, out: pathlib.Path, seconds: int, megabytes: int) -> tuple[float, int]:
    """Runs @command with its output in @out; returns processor seconds and the most megabytes seen. Raises Exceeded."""
    errors = out.with_suffix(".err")
    before, start, most = os.times(), time.monotonic(), 0
    with out.with_suffix(".part").open("wb") as stdout, errors.open("wb") as stderr:
        process = subprocess.Popen(command, cwd=folder, env=ENV, stdout=stdout, stderr=stderr, start_new_session=True, preexec_fn=lambda: os.nice(19))
        reason = ""
        while process.poll() is None and not reason:
            most = max(most, group_megabytes(process.pid))
            if most > megabytes:
                reason = f"more than {megabytes} MB"
            elif time.monotonic() - start > seconds:
                reason = f"more than {seconds} s"
            time.sleep(0.2)
        if reason:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    after = os.times()
    if reason or process.returncode != 0:
        said = errors.read_text(errors="replace").strip().splitlines()
        raise Exceeded(reason or f"exit status {process.returncode}: {said[-1] if said else ''}")
    out.with_suffix(".part").rename(out)
    return after.children_user + after.children_system - before.children_user - before.children_system, most


def command_of(build: pathlib.Path, variant: str, patterns: list[str]) -> list[str]:
    command = [str(build / "stackproof"), "-j1", "--json", "--no-verify", f"--variant={variant}", f"--gc={GC_SAYS.get(variant, 'off')}"]
    if variant != "gc":
        command.append("--solver=native")
    if variant == "full":
        command.append("--why")
    return [*command, "--", *patterns]


def read(path: pathlib.Path) -> list[dict]:
    with path.open() as lines:
        return [json.loads(line) for line in lines]


def run_all(build: pathlib.Path, project: Project, variants: list[str], seconds: int, megabytes: int) -> tuple[pathlib.Path, dict]:
    """Runs the variants on the first alternative that stays within the limits. Returns the folder of the output, and notes on the runs."""
    source = project.folder()
    for k, patterns in enumerate(project.alternatives):
        folder = SCRATCH / tool_of(build) / project.name / str(k)
        folder.mkdir(parents=True, exist_ok=True)
        notes_file = folder / "notes.json"
        notes = json.loads(notes_file.read_text()) if notes_file.exists() else {"stackproof": commit(), "patterns": patterns, "skipped": [], "runs": {}}
        if "failed" not in notes:
            notes["skipped"] = [json.loads(f.read_text())["failed"] for f in sorted(folder.parent.glob("*/notes.json")) if f != notes_file]
            try:
                for variant in variants:
                    if (folder / f"{variant}.jsonl").exists():
                        continue
                    cost = bounded(command_of(build, variant, patterns), source, folder / f"{variant}.jsonl", seconds, megabytes)
                    notes["runs"][variant] = {"cpu_s": round(cost[0], 1), "mb": cost[1]}
                    print(f"{project.name}: {variant}: {cost[0]:.0f} s, {cost[1]} MB", flush=True)
            except Exceeded as problem:
                notes["failed"] = f"{' '.join(patterns)}: {variant}: {problem}"
                print(f"{project.name}: {notes['failed']}", flush=True)
            notes_file.write_text(json.dumps(notes))
        if "failed" not in notes:
            return folder, notes
    raise Exceeded(f"{project.name}: no alternative stays within the limits")


# --- counting --------------------------------------------------------------------------------------------------------


def key_of(site: dict) -> tuple:
    return site["file"], site["line"], site["col"], site["kind"], site["site"]


def in_initialiser(site: dict) -> bool:
    """Whether the site is in the initialiser of a package variable: it runs once and lives for good."""
    return site["func"].endswith(".init")


def allocates(site: dict) -> bool:
    """gc puts it on the heap in a function that may run more than once, and really allocates there."""
    return site["gc"] == "heap" and site["reason"] != NO_ALLOCATION and not in_initialiser(site)


def avoidable(site: dict) -> bool:
    return site["gc"] == "heap" and site["verdict"] == "stack" and site["reason"] != NO_ALLOCATION


PRINTS = re.compile(r"(?:fmt|log)\.")
# What the step says by which an object leaves its frame, or has to be on the heap for another reason.
LEAVES = {
    "give": "returned, or handed to a call that only callers know",
    "publish": "stored into memory that outlives the frame",
    "publishp": "stored into memory that outlives the frame",
    "leak": "known to unknown code",
    "carried": "an earlier instance is live where its site runs again",
    "kind": "of a kind that the runtime puts on the heap",
    "size": "too large, or of no constant size",
}


def deciding_step(site: dict) -> tuple[str, str]:
    """Rule and callee (or nothing) of the first step of a site's derivation, outside of callees, by which something leaves the frame."""
    for line in site.get("why", "").splitlines():
        step = re.match(r"  \S.*?(?:, in a call of (\S+))?(?:, which is not known| \(known by its model\))? \((\w+)\)$", line)
        if step and step[2] in LEAVES:
            return step[2], step[1] or ""
    return "", ""


def for_fmt(site: dict) -> bool:
    """Whether it is on the heap for a call of fmt's or log's printing functions."""
    return bool(PRINTS.match(deciding_step(site)[1]))


def why_heap(site: dict) -> str:
    """The deciding step in words."""
    rule, callee = deciding_step(site)
    if PRINTS.match(callee):
        return "operand of fmt or log"
    if rule == "leak" and not callee:
        return "sent, panicked with, given to a goroutine or to a function that the package does not know"
    return LEAVES.get(rule, "held by heap storage, or not decided") + (", in a callee" if callee else "")


def summarise(folder: pathlib.Path) -> dict:
    runs = {v: read(folder / f"{v}.jsonl") for v in VARIANTS if (folder / f"{v}.jsonl").exists()}
    full = runs["full"]
    gc_heap = [s for s in full if s["gc"] == "heap"]
    gains = [s for s in full if avoidable(s)]
    real = [s for s in full if allocates(s)]
    heap = [s for s in real if s["verdict"] == "heap"]
    mea2 = [s for s in real if s["kind"] != "append"]
    result = {
        "sites": len(full),
        "gc_stack": sum(s["gc"] == "stack" for s in full),
        "gc_heap": len(gc_heap),
        "gc_heap_unallocated": sum(s["reason"] == NO_ALLOCATION for s in gc_heap),
        "gc_heap_initialisers": sum(in_initialiser(s) and s["reason"] != NO_ALLOCATION for s in gc_heap),
        "heap": {v: sum(s["verdict"] == "heap" for s in r) for v, r in runs.items()},
        "avoidable": len(gains),
        "allocating": len(real),
        "allocating_avoidable": sum(map(avoidable, real)),
        "allocating_bounded": sum(s["runtime_ideal"] == "stack" for s in heap),
        "allocating_degraded": sum(s["degraded"] for s in heap) if all("degraded" in s for s in heap) else None,
        "allocating_fmt": sum(map(for_fmt, heap)),
        "mea2_sites": len(mea2),
        "mea2_avoidable": sum(map(avoidable, mea2)),
        "worse": sum(s["gc"] == "stack" and s["verdict"] == "heap" for s in full),
        "reasons": dict(collections.Counter(s["reason"] for s in heap).most_common()),
        "why": dict(collections.Counter(map(why_heap, heap)).most_common()),
        "kinds": {k: [sum(s["kind"] == k for s in real), sum(s["kind"] == k and avoidable(s) for s in real)] for k in sorted({s["kind"] for s in real})},
        "flaws": dict(collections.Counter(s["class"] for s in gains).most_common()),
    }
    if "gc" in runs:
        inlined = {key_of(s): s["gc"] for s in runs["gc"]}
        result["gc_heap_inlined"] = sum(s["gc"] == "heap" for s in runs["gc"])
        result["avoidable_inlined"] = sum(inlined.get(key_of(s)) == "heap" for s in gains)
    if set(runs) == set(VARIANTS):
        by_key = {v: {key_of(s): s for s in r} for v, r in runs.items()}
        kinds = attribute.classes()
        result["classes"] = dict(collections.Counter(attribute.attribute(key_of(s), by_key, kinds) for s in gains).most_common())
    return result


def measure(options: argparse.Namespace, project: Project) -> dict:
    folder, notes = run_all(options.build, project, options.variants, options.seconds, options.megabytes)
    return {
        "project": project.name,
        "module": project.module,
        "patterns": notes["patterns"],
        "skipped": notes["skipped"],
        "go": text_of("go", "env", "GOVERSION"),
        "stackproof": notes["stackproof"],
        "tool": tool_of(options.build),
        "runs": notes["runs"],
        **summarise(folder),
    }


def command_run(options: argparse.Namespace) -> int:
    RESULTS.mkdir(exist_ok=True)
    failed = 0
    for project in projects(options.projects):
        try:
            result = measure(options, project)
        except (Exceeded, OSError) as problem:
            print(problem, file=sys.stderr)
            failed += 1
            continue
        (RESULTS / f"{project.name}.json").write_text(json.dumps(result, indent=1) + "\n")
        print(f"{project.name}: {result['avoidable']} avoidable of {result['gc_heap']} on gc's heap", flush=True)
    return 1 if failed else 0


def command_check(options: argparse.Namespace) -> int:
    """The same sites, no less avoidable and no worse than what is committed; the compiler's verdicts alike where it is the same."""
    wanted = json.loads((RESULTS / f"{options.project}.json").read_text())
    try:
        got = measure(options, projects([options.project])[0])
    except OSError as problem:
        print(problem)
        return SKIPPED
    checks = {
        "as many sites": got["sites"] == wanted["sites"],
        "no fewer avoidable": got["avoidable"] >= wanted["avoidable"] > 0,
        "no more worse than gc": got["worse"] <= wanted["worse"],
        "the order of the variants": got["heap"]["full"] <= min(got["heap"]["field"], got["heap"]["flow"]) <= got["heap"]["coarse"],
    }
    if got["go"] == wanted["go"]:
        checks["gc's heap"] = got["gc_heap"] == wanted["gc_heap"] and got["gc_heap_inlined"] == wanted["gc_heap_inlined"]
    for name in [name for name, ok in checks.items() if not ok]:
        print(f"{options.project}: not {name}: {got} against {wanted}")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    return 0 if all(checks.values()) else 1


def command_causes(options: argparse.Namespace) -> int:
    """The verdicts now on the objects that the programs of causes/ say should be on the stack."""
    source = HERE / "causes" / "causes.go"
    wanted = {n: m[1] for n, line in enumerate(source.read_text().splitlines(), 1) if (m := re.search(r"// should be stack: (.*)$", line))}
    command = [str(options.build / "stackproof"), "-j1", "--json", "--solver=native", "."]
    done = subprocess.run(command, cwd=source.parent, env={**os.environ, "CGO_ENABLED": "0"}, stdout=subprocess.PIPE, text=True, check=True)
    rows = [(wanted[s["line"]], s["site"], s["gc"], s["verdict"]) for s in map(json.loads, done.stdout.splitlines()) if s["line"] in wanted]
    if len(rows) != len(wanted):
        sys.exit(f"{source}: {len(wanted)} lines are marked, {len(rows)} sites are there")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "causes.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
    for row in rows:
        print("\t".join(row))
    return 0


# --- tables ----------------------------------------------------------------------------------------------------------


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def mean(results: list[dict], part: str, whole: str) -> str:
    shares = [100 * r[part] / r[whole] for r in results if r[whole]]
    return f"{sum(shares) / len(shares):.1f}" if shares else "-"


def best(results: list[dict], part: str, whole: str) -> str:
    return f"{max(100 * r[part] / r[whole] for r in results if r[whole]):.1f}"


def tables(results: list[dict]) -> str:
    whole = [r for r in results if r["project"] != "gopher-lua-parts"]
    names = [r["project"] for r in whole]
    sites = table(
        ["project", "sites", "gc heap", "gc heap, inlining", "gc model", "coarse", "field", "flow", "full", "worse than gc", "degraded"],
        [[r["project"], r["sites"], r["gc_heap"], r.get("gc_heap_inlined", "-"), *(r["heap"].get(v, "-") for v in ("gc", "coarse", "field", "flow", "full")),
          r["worse"], r["allocating_degraded"] if r["allocating_degraded"] is not None else "-"] for r in whole])
    gains = table(
        ["project", "gc heap", "of which allocate", "avoidable", "% of gc heap", "% of allocating", "MEA2's kinds", "avoidable", "%", "also when inlined",
         "bounded", "operands of fmt, log"],
        [[r["project"], r["gc_heap"], r["allocating"], r["allocating_avoidable"], percent(r["avoidable"], r["gc_heap"]),
          percent(r["allocating_avoidable"], r["allocating"]), r["mea2_sites"], r["mea2_avoidable"], percent(r["mea2_avoidable"], r["mea2_sites"]),
          r.get("avoidable_inlined", "-"), r["allocating_bounded"], r["allocating_fmt"]] for r in whole]
        + [["mean", "", "", "", mean(whole, "avoidable", "gc_heap"), mean(whole, "allocating_avoidable", "allocating"), "", "",
            mean(whole, "mea2_avoidable", "mea2_sites"), "", "", ""],
           ["best", "", "", "", best(whole, "avoidable", "gc_heap"), best(whole, "allocating_avoidable", "allocating"), "", "",
            best(whole, "mea2_avoidable", "mea2_sites"), "", "", ""]])
    classes = table(["project", "avoidable", *CLASSES],
                    [[r["project"], r["avoidable"], *class_counts(r)] for r in whole])
    why = collections.Counter()
    for r in whole:
        why.update(r.get("why", {}))
    reasons = table(["deciding step of the least derivation", "sites", "%"], [[k, n, percent(n, sum(why.values()))] for k, n in why.most_common()])
    what = table(["project", "module", "packages", "stackproof", "Go", "s, all runs", "MB"],
                 [[r["project"], f"`{r['module']}`", "`" + " ".join(r["patterns"]) + "`" + (f"; not {'; '.join(r['skipped'])}" if r["skipped"] else ""),
                   r["stackproof"], r["go"], round(sum(x["cpu_s"] for x in r["runs"].values())), max([x["mb"] for x in r["runs"].values()], default="-")]
                  for r in whole])
    return "\n\n".join(["### Heap sites", sites, "### What is avoidable", gains, "### By class", classes, "### Why the rest is on the heap", reasons, "### What was run", what]) + f"\n\n{len(names)} projects.\n"


def class_counts(result: dict) -> list:
    if "classes" not in result:
        return ["-"] * len(CLASSES)
    named = [result["classes"].get(c, 0) for c in CLASSES[:-1]]
    return [*named, sum(result["classes"].values()) - sum(named)]


def command_table(options: argparse.Namespace) -> int:
    del options
    order = [p.name for p in projects([])]
    results = [json.loads((RESULTS / f"{n}.json").read_text()) for n in order if (RESULTS / f"{n}.json").exists()]
    readme = HERE / "README.md"
    causes = [line.split("\t") for line in (RESULTS / "causes.tsv").read_text().splitlines()]
    judged = collections.Counter(line.split("\t")[0] for line in (HERE / "judged.tsv").read_text().splitlines() if not line.startswith("#"))
    begin, end = "<!-- begin: written by precision.py table -->\n", "<!-- end -->\n"
    before, _, rest = readme.read_text().partition(begin)
    readme.write_text(f"{before}{begin}\n{tables(results)}\n### The causes' programs\n\n{table(['cause', 'site', 'gc', 'stackproof'], causes)}\n\n"
                      f"### Sites judged by hand\n\n{table(['judged', 'sites'], [[j, n] for j, n in judged.most_common()])}\n\n{end}{rest.partition(end)[2]}")
    return 0


# --- samples ---------------------------------------------------------------------------------------------------------


def command_sample(options: argparse.Namespace) -> int:
    """Sites that gc and stackproof both put on the heap, and that allocate; without --all not those whose operand goes to fmt or log."""
    rows = []
    for project in projects(options.projects):
        folder, _ = run_all(options.build, project, ["full"], options.seconds, options.megabytes)
        source = project.folder()
        rows += [(project.name, source, s) for s in read(folder / "full.jsonl")
                 if allocates(s) and s["verdict"] == "heap" and (options.all or not for_fmt(s))]
    chosen = random.Random(options.seed).sample(rows, min(options.n, len(rows)))
    print(f"{len(chosen)} of {len(rows)} sites, seed {options.seed}")
    for name, source, s in sorted(chosen, key=lambda r: (r[0], *key_of(r[2])[:3])):
        path = source / s["file"]
        text = path.read_text(errors="replace").split("\n")[s["line"] - 1].strip()[:110] if path.exists() else ""
        steps = re.findall(r"\((\w+)\)$", s.get("why", ""), re.M)[-5:-1]
        where = os.path.relpath(path, source)
        print(f"{name} {where}:{s['line']}:{s['col']} {s['kind']} {'degraded ' * s.get('degraded', False)}[{' '.join(steps)}] {s['func'].rpartition('.')[2]}: {text}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in (("run", command_run), ("table", command_table), ("check", command_check), ("causes", command_causes), ("sample", command_sample)):
        sub = commands.add_parser(name)
        sub.set_defaults(function=function)
        if name == "table":
            continue
        sub.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
        if name == "causes":
            continue
        sub.add_argument("--seconds", type=int, default=1800, help="wall time of one run")
        sub.add_argument("--megabytes", type=int, default=6000, help="memory of one run")
        sub.add_argument("--variants", type=lambda text: text.split(","), default=list(VARIANTS))
        if name == "sample":
            sub.add_argument("-n", type=int, default=60)
            sub.add_argument("--seed", type=int, default=1)
            sub.add_argument("--all", action="store_true")
        if name == "check":
            sub.add_argument("project")
        else:
            sub.add_argument("projects", nargs="*")
    options = parser.parse_args()
    return options.function(options)


if __name__ == "__main__":
    sys.exit(main())
