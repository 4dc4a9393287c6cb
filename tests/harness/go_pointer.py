#!/usr/bin/env python3
"""go/pointer's own annotated programs against `stackproof pointsto`.

    go_pointer.py STACKPROOF [--variants=V,...] [--quick] [--all] [FILE...]

golang.org/x/tools/go/pointer, Go's former points-to analysis, came with programs whose `print(x)` calls are annotated with what x may point
to (its pointer_test.go holds the grammar). They are read from the module proxy's zip, at run time; nothing of them lies here. Each @pointsto,
@pointstoquery, @types and @calls is asked for in each variant:

    equal     the same set (for `...`: all that is named; for @calls: the edge is there)
    smaller   we leave something out that go/pointer has
    larger    we have something that go/pointer leaves out, or `unknown`, which is anything that code out of sight has
    other     both smaller and larger, or the print is not reached

`smaller` in `field` and `coarse` is unsound, unless go_pointer_known.txt says why it is right; in `flow` and `full` it is what they are for,
where `field` is equal. `larger` and `other` are listed there as well, in the reflection files by file. A new difference fails, and so does a
listed one that is gone. --quick leaves out what
takes long: other variants of the programs that import fmt or reflect. --all prints every difference. @warning has no counterpart: `unknown` says in an answer that it is not all.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
KNOWN = HERE / "go_pointer_known.txt"
# The last version with the package (v0.9.3 is without), and the files that its tests run, but for a_test, which imports testing: too large.
MODULE = "golang.org/x/tools@v0.9.1"
PROGRAMS = """another arrayreflect arrays arrays_go117 channels chanreflect context conv extended finalizer flow fmtexcerpt func
funcreflect hello interfaces issue9002 mapreflect maps panic recur reflect rtti structreflect structs typeparams""".split()
# What has to be equal in `field`.
REFLECTION = set("arrayreflect chanreflect funcreflect mapreflect reflect rtti structreflect".split())
VARIANTS = "field flow full coarse".split()
# Programs that pull in much of the standard library.
LARGE = REFLECTION | {"hello", "typeparams"}
FINER = {"flow", "full"}
PACKAGE = "command-line-arguments"
SKIPPED = 77
SECONDS = 300

Label = str


# --- the programs


def find_programs() -> Path | None:
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(["go", "mod", "download", "-json", MODULE], capture_output=True, text=True, cwd=empty)
    folder = Path(json.loads(done.stdout or "{}").get("Dir") or "/nonexistent") / "go" / "pointer" / "testdata"
    return folder if folder.is_dir() else None


@dataclass
class Expectation:
    program: str
    line: int
    kind: str  # pointsto types calls
    want: frozenset[str]
    exact: bool
    query: str = ""

    def key(self) -> str:
        return f"{self.program}:{self.line}:{self.kind}"


def split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


@dataclass
class Program:
    name: str
    lines: list[str]
    tags: dict[int, str]  # @line
    expectations: list[Expectation]


ANNOTATION = re.compile(r"// *@([a-z]*) *(.*)$")


def read_program(name: str, text: str) -> Program:
    p = Program(name, text.split("\n"), {}, [])
    types = set(re.findall(r"^\s*type (\w+)\b", text, re.MULTILINE))
    repeated: Counter[str] = Counter()
    for number, line in enumerate(p.lines, 1):
        found = ANNOTATION.search(line)
        if not found:
            continue
        kind, rest = found.groups()
        query = ""
        if kind == "line":
            p.tags[number] = rest
            continue
        if kind == "warning":
            continue
        if kind == "pointstoquery":
            query, rest = rest.split(" ", 1)
            kind = "pointsto"
        words = split(rest, "->" if kind == "calls" else "|")
        exact = "..." not in words
        if kind == "types":
            words = [same_type(word, types) for word in words if word != "..."]
        if kind == "calls":
            want = frozenset([" -> ".join(same_function(word) for word in words)])
        else:
            want = frozenset(word if kind == "types" else same_label(word) for word in words if word != "...")
        e = Expectation(name, number, kind, want, exact, query)
        repeated[e.key()] += 1
        p.expectations.append(e)
    if max(repeated.values(), default=0) > 1:
        raise ValueError(f"{name}: two annotations of a kind in one line")
    return p


def with_queries(p: Program) -> str:
    """An extended query is an expression over the argument of print: print that instead."""
    lines = list(p.lines)
    for e in p.expectations:
        if e.query:
            expression = e.query.replace("[i]", "[0]").replace("[key]", '[""]')
            lines[e.line - 1] = lines[e.line - 1].replace("print(x)", f"print({expression})")
    return "\n".join(lines)


# --- one spelling for both


def same_function(name: str) -> str:
    """(*p.T).m as p.(*T).m, (p.T).m as p.T.m, and methods of instances without the type arguments that follow the receiver's."""
    name = re.sub(r"^\(\*([\w./-]+)\.(\w+(\[.*?\])?)\)\.", r"\1.(*\2).", name)
    name = re.sub(r"^\(([\w./-]+\.\w+(\[.*?\])?)\)\.", r"\1.", name)
    name = re.sub(r"^(.*\]\)?\.\w+)\[.*\]$", r"\1", name)
    return re.sub(r"struct ?\{ ?(.*?) ?\}", r"struct{\1}", name)


def parameter(text: str) -> str:
    """A parameter's type without its name."""
    text = text.strip()
    found = re.match(r"^[A-Za-z_]\w* +(?=\S)(.*)$", text)
    return found.group(1) if found and not re.match(r"^(chan|func|struct|interface|map)\b", text) else text


def same_type(text: str, declared: set[str] = frozenset()) -> str:
    """Types that are identical as one text, as far as these programs need it."""
    def rename(found: re.Match[str]) -> str:
        return f"{PACKAGE}.{found.group(0)}" if found.group(0) in declared else found.group(0)

    text = re.sub(r"func\(([^()]*)\)", lambda f: "func(" + ", ".join(parameter(p) for p in f.group(1).split(",") if p.strip()) + ")", text)
    text = re.sub(r"(?<![\w.])[A-Za-z_]\w*(?!\w)", rename, text)
    text = re.sub(r"\bbyte\b", "uint8", re.sub(r"\brune\b", "int32", text))
    text = re.sub(r"\bany\b", "interface{}", text)
    return re.sub(r"<-chan|chan<-", "chan", text)  # .gir knows no directions


def same_label(text: str) -> Label:
    if text.startswith("makeinterface:"):
        return "makeinterface:" + same_type(text.removeprefix("makeinterface:"))
    return text if "@" in text else same_function(text)


GO_NAMES = {"maplit": "makemap", "conv": "convert"}
NAMED = {"var", "result", "tmp"}


def matching(line: str, col: int) -> int:
    """The column of the parenthesis that closes the one at @col."""
    depth = 0
    for k in range(col - 1, len(line)):
        depth += {"(": 1, ")": -1}.get(line[k], 0)
        if depth == 0:
            return k + 1
    return col


def go_column(kind: str, name: str, line: str, col: int) -> int:
    """The column that go/ssa gives a site that we, as the compiler, place elsewhere."""
    if kind == "complit" and line[col - 1 : col] == "&":
        return col + name.index("{...}") if "{...}" in name else col
    if kind == "varargs":
        return matching(line, col)
    if kind == "conv":
        return line.rfind("(", 0, col - 1) + 1
    return col


def our_label(p: Program, label: dict) -> Label:
    kind, name, path = label["kind"], label["name"], label["path"]
    if kind in ("func", "global"):
        return same_function(name) + path
    if kind == "model":
        return f"<alloc in {same_function(name.removeprefix('object made by '))}>"
    base = name if kind in NAMED else GO_NAMES.get(kind, kind)
    own = Path(label["file"]).name in (p.name + ".go", p.name + "_test.go")
    line = p.lines[label["line"] - 1] if own else ""
    column = go_column(kind, name, line, label["col"])
    return f"{base}{path}@{p.tags.get(label['line'], label['line'])}:{column}"


# --- asking


@dataclass
class Answers:
    prints: dict[int, list[dict]]  # by line
    edges: set[str]
    problem: str


def ask(stackproof: str, p: Program, variant: str, folder: Path) -> Answers:
    name = p.name + ".go"
    command = [stackproof, "pointsto", "--json", "--callgraph", f"--variant={variant}", name, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=SECONDS, env={**os.environ, "GOFLAGS": "-mod=mod"})
        problem = done.stderr.strip() if done.returncode else ""
        output = done.stdout
    except subprocess.TimeoutExpired:
        problem, output = f"no answer after {SECONDS} s", ""
    answers = Answers({}, set(), problem)
    for row in map(json.loads, output.splitlines()):
        if "caller" in row:
            answers.edges.add(f"{same_function(row['caller'])} -> {same_function(row['callee'])}")
        elif row["what"] == "argument 1 of print":
            answers.prints.setdefault(row["line"], []).append(row)
    return answers


OUT_OF_SIGHT = "<out of sight>"


def answer(p: Program, e: Expectation, a: Answers) -> tuple[set[str], bool, bool]:
    """What we say, whether `unknown` is part of it, and whether the print is reached."""
    if e.kind == "calls":
        caller, callee = next(iter(e.want)).split(" -> ")
        through = {f"{caller} -> {OUT_OF_SIGHT}", f"{OUT_OF_SIGHT} -> {callee}"} <= a.edges
        return set(e.want) & a.edges, through and not e.want <= a.edges, True
    rows = [row for row in a.prints.get(e.line, []) if row["reached"]]
    ours: set[str] = set()
    for row in rows:
        if e.kind == "types":
            ours |= {same_type(t) for t in (row["types"] if row["interface"] else [row["type"]])}
        elif row["interface"]:
            ours |= {"makeinterface:" + same_type(t) for t in row["types"]}
        else:
            ours |= {our_label(p, label) for label in row["points_to"]}
    return ours, any(row["unknown"] for row in rows), bool(rows)


# What go/pointer names though it is made outside of the program, and we call unknown.
OUTSIDE = {"<command-line args>"}


def judge(p: Program, e: Expectation, a: Answers) -> tuple[str, str]:
    ours, unknown, reached = answer(p, e, a)
    want = set(e.want)
    if want & OUTSIDE and unknown:
        want -= OUTSIDE
        unknown = False
    missing, more = want - ours, (ours - want if e.exact else set())
    said = " | ".join(sorted(ours)) + (" | unknown" if unknown else "")
    if not reached:
        return ("other" if e.want or not a.prints else "equal"), "not reached"
    if unknown or (more and not missing):
        return "larger", said
    if not missing:
        return "equal", ""
    return "other" if more else "smaller", said or "nothing"


# --- what is known


@dataclass
class Known:
    variants: set[str]
    outcome: str
    cause: str


def read_known(path: Path) -> dict[str, list[Known]]:
    """PROGRAM[:LINE:KIND] VARIANTS OUTCOME CAUSE, where VARIANTS and OUTCOME are lists with commas, or `*`."""
    known: dict[str, list[Known]] = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            key, variants, outcome, cause = line.split(None, 3)
            known.setdefault(key, []).append(Known(set(VARIANTS) if variants == "*" else set(variants.split(",")), outcome, cause))
    return known


def find_known(known: dict[str, list[Known]], e: Expectation, variant: str, outcome: str) -> tuple[str, int] | None:
    for key in (e.key(), e.program):
        for k, entry in enumerate(known.get(key, [])):
            if variant in entry.variants and outcome in entry.outcome.split(","):
                return key, k
    return None


# --- main


@dataclass
class Verdict:
    expectation: Expectation
    variant: str
    outcome: str
    said: str
    problem: str

    def is_fine(self, field: str) -> bool:
        if self.outcome == "equal":
            return True
        return self.outcome == "smaller" and self.variant in FINER and field == "equal" and self.expectation.kind != "calls"

    def __str__(self) -> str:
        e = self.expectation
        want = " | ".join(sorted(e.want)) or "nothing"
        return f"{e.key()} {self.variant} {self.outcome}: {want}; we say {self.said}{'; ' + self.problem if self.problem else ''}"


def compare(p: Program, variant: str, a: Answers) -> list[Verdict]:
    verdicts = []
    for e in p.expectations:
        outcome, said = judge(p, e, a)
        verdicts.append(Verdict(e, variant, outcome, said, a.problem))
    if a.problem:
        verdicts.append(Verdict(Expectation(p.name, 0, "run", frozenset(), True), variant, "other", "nothing", a.problem))
    return verdicts


def is_quick(program: str, variant: str) -> bool:
    return program not in LARGE or variant == "field" or (variant == "full" and program not in REFLECTION)


def examine(stackproof: str, programs: list[Program], variants: list[str], quick: bool, folder: Path) -> list[Verdict]:
    for p in programs:
        (folder / f"{p.name}.go").write_text(with_queries(p))
    runs = [(p, variant) for p in programs for variant in variants if not quick or is_quick(p.name, variant)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        answers = pool.map(lambda run: ask(stackproof, run[0], run[1], folder), runs)
        return [v for run, a in zip(runs, answers) for v in compare(run[0], run[1], a)]


OUTCOMES = "equal smaller larger other".split()


def report(verdicts: list[Verdict], variants: list[str]) -> None:
    print(f"{'':<24}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES))
    for variant in variants:
        for name, of_reflection in (("", False), (", reflection files", True)):
            counts = Counter(v.outcome for v in verdicts if v.variant == variant and (v.expectation.program in REFLECTION) == of_reflection)
            if counts:
                print(f"{variant + name:<24}" + "".join(f"{counts[outcome]:>10}" for outcome in OUTCOMES))


def main() -> int:
    parser = argparse.ArgumentParser(prog="go_pointer")
    parser.add_argument("stackproof")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--quick", action="store_true", help="leave out what takes long")
    parser.add_argument("--all", action="store_true", help="print every difference, known or not")
    parser.add_argument("files", nargs="*", help="names of programs, without .go")
    options = parser.parse_args()
    variants = options.variants.split(",")

    source = find_programs()
    if not source:
        print(f"{MODULE} with go/pointer/testdata is neither in the module cache nor to be had from the module proxy")
        return 1 if os.environ.get("CI") else SKIPPED
    programs = [read_program(name, (source / f"{name}.go").read_text()) for name in options.files or PROGRAMS]
    with tempfile.TemporaryDirectory(prefix="stackproof-pointer-") as temporary:
        (Path(temporary) / "go.mod").write_text("module annotated\n")
        verdicts = examine(str(Path(options.stackproof).resolve()), programs, variants, options.quick, Path(temporary))

    known, used = read_known(KNOWN), set()
    field = {v.expectation.key(): v.outcome for v in verdicts if v.variant == "field"}
    failed = 0
    for v in verdicts:
        entry = None if v.is_fine(field.get(v.expectation.key(), "equal")) else find_known(known, v.expectation, v.variant, v.outcome)
        if entry:
            used.add(entry)
        new = not entry and not v.is_fine(field.get(v.expectation.key(), "equal"))
        failed += new
        if new or (options.all and v.outcome != "equal"):
            print(str(v) + (f" [{known[entry[0]][entry[1]].cause}]" if entry else ""))
    if not options.files and variants == VARIANTS and not options.quick:
        for key, entries in known.items():
            for k, entry in enumerate(entries):
                if (key, k) not in used:
                    print(f"{key} {entry.outcome}: listed in {KNOWN.name}, but no longer so: take it out")
                    failed += 1
    report(verdicts, variants)
    for variant in variants:
        smaller = sum(v.outcome == "smaller" and v.expectation.kind != "calls" for v in verdicts if v.variant == variant)
        print(f"{variant}: {smaller} sets strictly smaller than go/pointer's")
    print(f"{max(len(verdicts) - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
