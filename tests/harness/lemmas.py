#!/usr/bin/env python3
"""Proves the rule lemmas of proofs/lemmas (papers/formal.md) with Z3 and cvc5, and shows that each rests on the rules it names.

    lemmas.py [--only NAME...] [--restrict] [--write FOLDER]    prove; the last line counts checks
    lemmas.py --covered STAMP DEPFILE                           for the build, without solvers: every rule and schema has its lemma

A lemma is an SMT-LIB 2 file: what is assumed, the step, and the negated conclusion. Between prelude.smt2 and the lemma come the
declarations and those clauses of constraints/rules/escape.dl that its line `; rules:` names, made from the rules' own text, so that whoever
weakens a rule breaks its lemma. Checked for each lemma:

    proved      Z3 and cvc5 say unsat (`; cvc5: unknown` in a lemma: that solver is not asked)
    satisfiable cvc5 finds a finite model of assumptions, rules and step: the lemma is not vacuous
    needs RULE  without the rule cvc5 finds a finite counterexample; likewise without each line of the lemma that ends in `; needed`
    --restrict  with one more premise in one rule, `Local(o)` and the like, cvc5 finds a counterexample; each that holds is in restrict.txt

A rule that no lemma needs must be `; spare:` in one that concerns its step. schemata.txt says the same of the lowering: see there.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LEMMAS = ROOT / "proofs/lemmas"
RULES = ROOT / "constraints/rules/escape.dl"  # the verdicts' rules; pointsto.dl decides none
# Limits are resources, so that results do not depend on the machine; seconds are for what resources do not count.
Z3 = ["z3", "rlimit=20000000", "-T:120"]
CVC5 = ["cvc5", "--rlimit=2000000", "--tlimit=120000"]
MODEL = ["cvc5", "--finite-model-find", "--rlimit=2000000", "--tlimit=120000"]


@dataclass(frozen=True)
class Atom:
    name: str
    args: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    name: str
    head: Atom
    body: tuple[Atom, ...]


@dataclass
class Lemma:
    name: str
    text: str
    rules: list[str]
    spare: list[str]
    unproved: set[str]  # solvers that are not asked to prove it

    @property
    def own(self) -> bool:
        """Without the prelude."""
        return "; prelude: none" in self.text

    @property
    def finder(self) -> list[str]:
        """Who finds models: of arithmetic Z3, of finitely many things cvc5."""
        return Z3 if re.search(r"\bInt\b", self.text) else MODEL

    def needed(self) -> list[str]:
        """Lines whose absence makes it false."""
        return re.findall(r"^.*; needed.*$", self.text, re.M)


# --- the rules -------------------------------------------------------------------------------------------


def atoms(text: str) -> list[Atom]:
    return [Atom(m[1], tuple(a.strip() for a in m[2].split(","))) for m in re.finditer(r"(\w+)\(([^)]*)\)", text)]


def parse_rules(text: str, file: str) -> tuple[dict[str, list[str]], list[Rule]]:
    """Declarations (name: sorts) and rules; every clause of the file must be understood."""
    sorts: dict[str, list[str]] = {}
    rules: list[Rule] = []
    named = re.findall(r"^//:[ \t]*(\w+)", text, re.M)
    stripped = re.sub(r"//[^\n]*", "", text)
    for m in re.finditer(r"\.decl\s+(\w+)\s*\(([^)]*)\)", stripped):
        sorts[m[1]] = [a.split(":")[1].strip() for a in m[2].split(",")]
    directives = re.sub(r"^\s*\.\w+[^\n]*", "", stripped, flags=re.M)
    clauses = [c.strip() for c in directives.split(".") if c.strip()]
    if len(clauses) != len(named) or len(set(named)) != len(named):
        sys.exit(f"{file}: {len(clauses)} clauses, {len(named)} names of {len(set(named))} kinds: each rule needs a name of its own")
    for name, clause in zip(named, clauses):
        head, arrow, body = clause.partition(":-")
        if not arrow:
            sys.exit(f"{file}: no rule: {clause}")
        rules.append(Rule(name, atoms(head)[0], tuple(atoms(body))))
    return sorts, rules


def read_rules() -> tuple[dict[str, list[str]], list[Rule]]:
    return parse_rules(RULES.read_text(), RULES.name)


def variables(rule: Rule, sorts: dict[str, list[str]]) -> dict[str, str]:
    return {x: s for a in (rule.head, *rule.body) for x, s in zip(a.args, sorts[a.name]) if x != "_"}


def clause(rule: Rule, sorts: dict[str, list[str]], premise: str = "") -> str:
    """The rule as an assertion; @premise: one more atom."""
    bound = variables(rule, sorts)
    blank = 0

    def atom(a: Atom) -> str:
        nonlocal blank
        args = []
        for x, sort in zip(a.args, sorts[a.name]):
            if x == "_":
                blank += 1
                x = f"any{blank}"
                bound[x] = sort
            args.append(x)
        return f"({a.name} {' '.join(args)})"

    body = " ".join([*(atom(a) for a in rule.body), premise]).strip()
    head = atom(rule.head)
    quantified = " ".join(f"({x} {s})" for x, s in bound.items())
    return f"(assert (forall ({quantified}) (=> (and {body}) {head}))) ; {rule.name}"


# --- lemmas ----------------------------------------------------------------------------------------------


def header(text: str, key: str) -> list[str]:
    return [w for line in re.findall(rf"^; {key}:(.*)$", text, re.M) for w in line.split()]


def read_lemmas() -> list[Lemma]:
    lemmas = []
    for file in sorted(LEMMAS.glob("*.smt2")):
        if file.name == "prelude.smt2":
            continue
        text = file.read_text()
        if header(text, "lemma") != [file.stem]:
            sys.exit(f"{file}: does not begin with `; lemma: {file.stem}`")
        unproved = {s for s in ("z3", "cvc5") if header(text, s) == ["unknown"]}
        lemmas.append(Lemma(file.stem, text, header(text, "rules"), header(text, "spare"), unproved))
    return lemmas


class Assembler:
    def __init__(self) -> None:
        self.sorts, rules = read_rules()
        self.rules = {r.name: r for r in rules}
        prelude = (LEMMAS / "prelude.smt2").read_text()
        defined = set(re.findall(r"\((?:declare|define)-fun (\w+)", prelude))
        predicates = [f"(declare-fun {p} ({' '.join(s)}) Bool)" for p, s in self.sorts.items() if p not in defined]
        self.prelude = prelude.replace("; @predicates", "; the predicates of escape.dl\n" + "\n".join(predicates))

    def file(self, lemma: Lemma, without: str = "", premise: str = "", goal: bool = True) -> str:
        """The lemma's script; @premise is added to rule @without instead of leaving it out; not @goal: assumptions and step alone."""
        clauses = []
        for name in lemma.rules:
            if name != without:
                clauses.append(clause(self.rules[name], self.sorts))
            elif premise:
                clauses.append(clause(self.rules[name], self.sorts, premise))
        text = lemma.text if goal else lemma.text[: lemma.text.index("; goal")]
        own = lemma.own
        return "\n".join(["(set-logic ALL)" if own else self.prelude, "; the rules", *clauses, "", text, "(check-sat)", ""])


def ask(command: list[str], script: str, folder: Path, name: str) -> str:
    """sat, unsat or unknown; anything that is wrong with the script itself ends the run."""
    file = folder / f"{name}.smt2"
    file.write_text(script)
    run = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    answer = run.stdout.strip().split("\n")[0]
    if answer in ("sat", "unsat", "unknown"):
        return answer
    if "timeout" in answer or "timeout" in run.stderr or "interrupted" in run.stderr:
        return "unknown"
    sys.exit(f"{' '.join(command)} {file}: {run.stdout}{run.stderr}")


class Report:
    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, good: bool, what: str) -> None:
        self.passed += good
        self.failed += not good
        if not good:
            print(f"FAIL {what}", flush=True)


# --- coverage --------------------------------------------------------------------------------------------


def check_rules(report: Report, lemmas: list[Lemma], rules: dict[str, Rule]) -> None:
    needed = {r for lemma in lemmas for r in lemma.rules}
    spare = {r for lemma in lemmas for r in lemma.spare}
    for name in rules:
        report.check(name in needed or name in spare, f"rule {name} of escape.dl has no lemma in proofs/lemmas")
    report.check(not needed & spare, f"spare for one lemma, needed by another: {sorted(needed & spare)}")
    for lemma in lemmas:
        for name in [*lemma.rules, *lemma.spare]:
            report.check(name in rules, f"{lemma.name}.smt2 names rule {name}, which escape.dl does not have")


def functions(file: Path) -> dict[str, str]:
    """The functions of a C file in GNU style, by name: from the line of the name to the closing brace."""
    text = file.read_text()
    return {m[1]: m[0] for m in re.finditer(r"^(\w+) \([^;{]*\)\n\{\n.*?^\}$", text, re.M | re.S)}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check_sources(report: Report) -> None:
    """`; source: FILE FUNCTION DIGEST`: the file transcribes that text, and has to be looked at again when it changes."""
    for script in sorted(LEMMAS.glob("*.smt2")):
        for file, name, seen in re.findall(r"^; source: (\S+) (\S+) (\S+)$", script.read_text(), re.M):
            now = digest(functions(ROOT / file).get(name, ""))
            report.check(now == seen, f"{script.name} transcribes {name} of {file}, which is {now} now and no longer {seen}: read both again")


def read_schemata() -> list[list[str]]:
    lines = (LEMMAS / "schemata.txt").read_text().split("\n")
    return [[f.strip() for f in line.split("|")] for line in lines if line.strip() and not line.startswith("#")]


def emitted(body: str) -> set[str]:
    return set(re.findall(r"SP_P_(\w+)", body))


def operations() -> set[str]:
    def table(file: str, macro: str) -> list[str]:
        return re.findall(rf"^{macro} \((\w+),", (ROOT / "frontend" / file).read_text(), re.M)

    return {f"GIR_OP_{n}" for n in table("gir_op.def", "GIR_OP")} | {f"GIR_B_{n}" for n in table("gir_builtin.def", "GIR_BUILTIN")}


# What facts alone whole programs have: no verdict rests on them.
WHOLE = {"Cast", "Filter", "Typed"}
CONSTRAINTS = {"add_edge": "edge", "add_member": "member", "open_node": "open"}


def constrained(name: str, body: str) -> set[str]:
    """What a function of callees.c adds to its constraints; those that add one alone are no schema."""
    return {c for call, c in CONSTRAINTS.items() if re.search(rf"\b{call} \(", body) and name not in CONSTRAINTS}


def check_listed(report: Report, bodies: dict[str, set[str]], listed: dict[str, set[str]], where: str) -> None:
    """Each function that emits something is listed with just that."""
    for name, facts in bodies.items():
        if facts or name in listed:
            report.check(listed.get(name) == facts, f"schemata.txt: {name} emits {' '.join(sorted(facts)) or 'nothing'}, not {' '.join(sorted(listed.get(name, ())))}")
    for name in listed:
        report.check(name in bodies, f"schemata.txt: there is no {name} in {where}")


def check_schemata(report: Report, lemmas: list[Lemma]) -> int:
    """schemata.txt lists every function of the lowering that emits facts, with the facts; every operation; every function that constrains
    callees; and which lemmas hold for each. The number of these parts."""
    names = {lemma.name for lemma in lemmas}
    bodies: dict[str, set[str]] = {}
    for file in sorted((ROOT / "constraints").glob("lower*.c")):
        bodies |= {name: emitted(body) for name, body in functions(file).items()}
    listed: dict[str, dict[str, set[str]]] = {"function": {}, "operation": {}, "callees": {}}
    schemata = read_schemata()
    for kind, what, facts, proof, *_ in schemata:
        report.check(kind in listed and what not in listed[kind], f"schemata.txt has {kind} {what} twice, or there are none of that kind")
        listed.setdefault(kind, {})[what] = set(facts.split())
        report.check(proof != "", f"schemata.txt: {what} has no lemma")
        for name in proof.split():
            report.check(name in names or proof == "none", f"schemata.txt: {what} names lemma {name}, which there is not")
        report.check(proof != "none" or kind == "operation" or set(facts.split()) <= WHOLE, f"schemata.txt: {what} emits facts, and has no lemma")
    check_listed(report, bodies, listed["function"], "constraints/lower*.c")
    callees = {name: constrained(name, body) for name, body in functions(ROOT / "constraints/callees.c").items()}
    check_listed(report, callees, listed["callees"], "constraints/callees.c")
    for what, by in listed["operation"].items():
        report.check(all(name in bodies for name in by), f"schemata.txt: {what} is lowered by {by}, some of which there is not")
    shown = {o for what in listed["operation"] for o in what.split()}
    for name in sorted(operations() ^ shown):
        report.check(False, f"schemata.txt and frontend/gir.h do not agree on {name}")
    return len(schemata)


# --- the run ---------------------------------------------------------------------------------------------


def restrictions(rule: Rule, sorts: dict[str, list[str]]) -> list[str]:
    unary = {"C": ("Foreign", "Strong", "Weak"), "O": ("Local", "Site", "HeapKind"), "V": ("outward",)}
    return [f"({p} {x})" for x, sort in variables(rule, sorts).items() for p in unary.get(sort, ())]


def held_restrictions() -> dict[tuple[str, str], set[str]]:
    """restrict.txt: LEMMA RULE PREMISE..., premises that the lemma holds with."""
    held: dict[tuple[str, str], set[str]] = {}
    for line in (LEMMAS / "restrict.txt").read_text().split("\n"):
        if line and not line.startswith("#"):
            lemma, rule, premise = line.split(None, 2)
            held.setdefault((lemma, rule), set()).add(premise)
    return held


@dataclass(frozen=True)
class Question:
    lemma: str
    kind: str  # z3, cvc5, assumptions or the like: a column, or part of a message
    command: tuple[str, ...]
    script: str
    expected: str


def questions(lemma: Lemma, assemble: Assembler, restrict: bool) -> list[Question]:
    finder = tuple(lemma.finder)
    whole = assemble.file(lemma)
    out = [Question(lemma.name, s, tuple(c), whole, "unsat") for s, c in (("z3", Z3), ("cvc5", CVC5)) if s not in lemma.unproved]
    out.append(Question(lemma.name, "assumptions", finder, assemble.file(lemma, goal=False), "sat"))
    for line in lemma.needed():
        out.append(Question(lemma.name, f"without `{line.strip()}`", finder, whole.replace(line + "\n", ""), "sat"))
    held = held_restrictions()
    for rule in lemma.rules:
        out.append(Question(lemma.name, f"without rule {rule}", finder, assemble.file(lemma, without=rule), "sat"))
        for premise in restrictions(assemble.rules[rule], assemble.sorts) if restrict else ():
            sound = premise in held.get((lemma.name, rule), ())
            script = assemble.file(lemma, without=rule, premise=premise)
            out.append(Question(lemma.name, f"{rule} {premise}", tuple(CVC5) if sound else finder, script, "unsat" if sound else "sat"))
    return out


def prove(report: Report, lemmas: list[Lemma], assemble: Assembler, options: argparse.Namespace) -> None:
    """Asks all questions, prints the table and what is not as expected."""
    print("lemma        z3       cvc5     assumptions checks seconds  needs rules")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        folder = options.write or Path(scratch)
        folder.mkdir(exist_ok=True)

        def answer(job: tuple[int, Question]) -> tuple[str, float]:
            start = time.time()
            q = job[1]
            return ask(list(q.command), q.script, folder, f"{q.lemma}-{job[0]}"), time.time() - start

        asked = [(lemma, list(enumerate(questions(lemma, assemble, options.restrict)))) for lemma in lemmas]
        answers = pool.map(answer, [job for _, jobs in asked for job in jobs])
        for lemma, jobs in asked:
            got = {q.kind: next(answers) for _, q in jobs}
            column = {k: got[k][0] if k in got else "-" for k in ("z3", "cvc5", "assumptions")}
            print(f"{lemma.name:<12} {column['z3']:<8} {column['cvc5']:<8} {column['assumptions']:<11} {len(jobs):6} "
                  f"{sum(t for _, t in got.values()):7.1f}  {' '.join(lemma.rules) or '-'}", flush=True)  # fmt: skip
            report.check("unsat" in (column["z3"], column["cvc5"]), f"{lemma.name}: no solver proves it")
            for _, q in jobs:
                report.check(got[q.kind][0] == q.expected, f"{lemma.name}: {q.kind}: {got[q.kind][0]}, not {q.expected}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--restrict", action="store_true")
    parser.add_argument("--covered", nargs=2, type=Path)
    parser.add_argument("--write", type=Path, help="keep the scripts in this folder")
    options = parser.parse_args()
    assemble, lemmas, report = Assembler(), read_lemmas(), Report()
    check_rules(report, lemmas, assemble.rules)
    parts = check_schemata(report, lemmas)
    if options.covered:
        stamp, depfile = options.covered
        sources = [*sorted((ROOT / "constraints").glob("lower*.c")), ROOT / "constraints/callees.c", *sorted((ROOT / "frontend").glob("gir_*.def"))]
        files = [LEMMAS, Path(__file__).resolve(), *sorted(LEMMAS.iterdir()), RULES, *sources]
        depfile.write_text(f"{stamp}: {' '.join(map(str, files))}\n")
        if not report.failed:
            stamp.write_text(f"{len(assemble.rules)} rules and {parts} schemata have lemmas\n")
        return 1 if report.failed else 0
    check_sources(report)
    prove(report, [x for x in lemmas if not options.only or x.name in options.only], assemble, options)
    print(f"{len(assemble.rules)} rules, {len(lemmas)} lemmas for them and for {parts} schemata")
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
