#!/usr/bin/env python3
"""Second opinions: every query that stackproof exports, decided by solvers that are not ours.

    solvers.py BUILD [--sample N] [--seed N] [FOLDER...]

For each module of the folders (default: examples, tests/go), in the variant full, with exact and with weak candidates:

    dimacs   CaDiCaL gives each .cnf the answer that goes with stackproof's verdicts; for "unsat" its DRAT proof is checked here, by unit
             propagation (drat-trim is no Debian package)
    smt2     cvc5 likewise, up to 10,000 clauses; for "unsat" with its own proof checker on, and an Alethe proof for every tenth
    souffle  a small evaluator of this file finds the heap objects by the exported rules and facts, and no hole; Souffle too, where it is
             on PATH (it is no Debian package)
    chc      the program z3 on the constrained Horn clauses, where it is on PATH

Then the same checks must notice what is broken on purpose: without the clauses that derive a verdict, with an object said to be on
the stack that is not, without a rule, without a fact. --sample: so many queries of each kind (0: all). The last line counts.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from corpus import modules_of, targets_of  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
CVC5_CLAUSES = 10_000
SECONDS = 120
Clause = list[int]


class Counter:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.kinds: dict[str, int] = {}

    def check(self, good: bool, kind: str, what: str) -> None:
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{kind}: {what}")


def run(*command: str | Path, text: str | None = None) -> tuple[int, str]:
    try:
        done = subprocess.run(
            list(map(str, command)), input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return -1, "timeout"
    return done.returncode, done.stdout + done.stderr


# --- DIMACS, DRAT -------------------------------------------------------------------------------------


def read_cnf(text: str) -> list[Clause]:
    lines = [line for line in text.splitlines() if line and line[0] not in "cp"]
    return [[int(x) for x in line.split()[:-1]] for line in lines]


class Propagation:
    """Unit propagation with two watched literals; clauses may be added."""

    def __init__(self, clauses: list[Clause]) -> None:
        self.watches: dict[int, list[Clause]] = {}
        self.units: list[int] = []
        self.empty = False
        for clause in clauses:
            self.add(clause)

    def add(self, clause: Clause) -> None:
        clause = list(dict.fromkeys(clause))
        if not clause:
            self.empty = True
        elif len(clause) == 1:
            self.units.append(clause[0])
        else:
            for literal in clause[:2]:
                self.watches.setdefault(literal, []).append(clause)

    def refutes(self, assumed: Clause) -> bool:
        """Whether propagation from the assumed literals meets a contradiction."""
        if self.empty:
            return True
        true: set[int] = set()
        queue = self.units + assumed
        while queue:
            literal = queue.pop()
            if literal in true:
                continue
            if -literal in true:
                return True
            true.add(literal)
            kept = []
            for clause in self.watches.pop(-literal, []):
                # The false watch comes second.
                if clause[0] == -literal:
                    clause[0], clause[1] = clause[1], clause[0]
                other = next((k for k in range(2, len(clause)) if -clause[k] not in true), None)
                if clause[0] in true or other is None:
                    kept.append(clause)
                    if clause[0] not in true:
                        queue.append(clause[0])
                else:
                    clause[1], clause[other] = clause[other], clause[1]
                    self.watches.setdefault(clause[1], []).append(clause)
            if kept:
                self.watches.setdefault(-literal, []).extend(kept)
        return False


def proof_holds(clauses: list[Clause], proof: str) -> bool:
    """Each lemma follows by unit propagation from the clauses and the lemmas before it, and one is empty. Deletions only forget."""
    state = Propagation(clauses)
    for line in proof.splitlines():
        if line.startswith("d") or not line.strip():
            continue
        lemma = [int(x) for x in line.split()[:-1]]
        if not state.refutes([-x for x in lemma]):
            return False
        if not lemma:
            return True
        state.add(lemma)
    return False


def cadical(path: Path) -> str:
    with tempfile.NamedTemporaryFile("r", suffix=".drat") as proof:
        status, output = run("cadical", "-q", "-n", "--no-binary", path, proof.name)
        if status == 10:
            return "sat"
        if status != 20:
            return f"no answer: {output[:200]}"
        return "unsat" if proof_holds(read_cnf(path.read_text()), proof.read()) else "unsat, with a proof that does not hold"


# --- cvc5 ---------------------------------------------------------------------------------------------


def cvc5(path: Path, *options: str) -> str:
    _, output = run("cvc5", "--lang=smt2", "--check-proofs", *options, path)
    return output.strip()


def alethe(path: Path) -> bool:
    """An Alethe proof of the empty clause comes out."""
    text = path.read_text() + "(get-proof)\n"
    _, output = run("cvc5", "--lang=smt2", "--produce-proofs", "--proof-format-mode=alethe", "-", text=text)
    return output.startswith("unsat\n") and re.search(r"^\(step \S+ \(cl\)", output, re.M) is not None


# --- Datalog ------------------------------------------------------------------------------------------

Tuple = tuple[str, ...]
Atom = tuple[bool, str, list[str]]  # negated, relation, arguments
Rules = list[tuple[Atom, list[Atom]]]


def parse_rules(text: str) -> Rules:
    def atom(text: str) -> Atom:
        found = re.fullmatch(r"(!?)(\w+)\((.*)\)", text.strip())
        assert found, text
        return bool(found[1]), found[2], found[3].split(",")

    rules = []
    for line in text.splitlines():
        if ":-" in line:
            head, body = line.rstrip(".").split(":-")
            rules.append((atom(head), [atom(x) for x in re.findall(r"!?\w+\([^)]*\)", body)]))
    return rules


def matches(arguments: list[str], values: Tuple, bound: dict[str, str]) -> dict[str, str] | None:
    new = dict(bound)
    for name, value in zip(arguments, values):
        if name != "_" and new.setdefault(name, value) != value:
            return None
    return new


def solutions(body: list[Atom], facts: dict[str, set[Tuple]], bound: dict[str, str]) -> list[dict[str, str]]:
    """All bindings that make the body true; an atom whose variables are bound is looked up."""
    if not body:
        return [bound]

    def unbound(atom: Atom) -> int:
        return sum(x == "_" or x not in bound for x in atom[2])

    candidates = [a for a in body if not a[0] or unbound(a) == 0]
    atom = min(candidates, key=lambda a: (unbound(a) > 0, len(facts.get(a[1], ())) if unbound(a) else 0))
    rest = [a for a in body if a is not atom]
    negated, name, arguments = atom
    known = facts.get(name, set())
    if unbound(atom) == 0:
        there = tuple(bound[x] for x in arguments) in known
        return solutions(rest, facts, bound) if there != negated else []
    found = []
    for values in known:
        new = matches(arguments, values, bound)
        if new is not None:
            found += solutions(rest, facts, new)
    return found


def evaluate(rules: Rules, facts: dict[str, set[Tuple]]) -> dict[str, set[Tuple]]:
    """The least model, naively: round after round until nothing is new. Slow, and nothing like ours."""
    model = {name: set(tuples) for name, tuples in facts.items()}
    changed = True
    while changed:
        changed = False
        for (_, name, arguments), body in rules:
            known = model.setdefault(name, set())
            new = {tuple(s[x] for x in arguments) for s in solutions(body, model, {})} - known
            known |= new
            changed |= bool(new)
    return model


def read_facts(folder: Path) -> dict[str, set[Tuple]]:
    return {p.stem: {tuple(line.split("\t")) for line in p.read_text().splitlines()} for p in folder.glob("*.facts")}


def datalog_problem(rules: Rules, folder: Path) -> str:
    model = evaluate(rules, read_facts(folder))
    if model.get("hole"):
        return "a hole in the universe"
    for name in ("heapI", "heapG"):
        expected = {(line,) for line in (folder / f"{name}.expected").read_text().splitlines()}
        if model.get(name, set()) != expected:
            return f"{name} is not what stackproof says"
    return ""


def souffle_problem(rules: Path, folder: Path) -> str:
    with tempfile.TemporaryDirectory() as out:
        status, output = run("souffle", "-F", folder, "-D", out, rules)
        if status:
            return output[:300]
        if (Path(out) / "hole.csv").read_text():
            return "a hole in the universe"
        for name in ("heapI", "heapG"):
            if sorted((Path(out) / f"{name}.csv").read_text().split()) != sorted((folder / f"{name}.expected").read_text().split()):
                return f"{name} is not what stackproof says"
    return ""


# --- the export ---------------------------------------------------------------------------------------


class Harness:
    def __init__(self, build: Path, sample: int, seed: int, folders: list[Path]) -> None:
        self.stackproof = build / "stackproof"
        self.sample = sample
        self.random = random.Random(seed)
        self.folders = folders
        self.counter = Counter()
        self.work = Path(tempfile.mkdtemp(prefix="stackproof-solvers-"))

    def export(self, name: str, *options: str) -> list[tuple[Path, str, int]]:
        """(file, answer, clauses) of every query."""
        queries = []
        for k, module in enumerate(m for folder in self.folders for m in modules_of(folder)):
            for n, targets in enumerate(targets_of(module)):
                out = self.work / name / f"{k}-{n}"
                command = [str(self.stackproof), "export", *options, "-o", str(out), *targets]
                done = subprocess.run(command, cwd=module, stderr=subprocess.PIPE, text=True)
                if done.returncode:
                    self.counter.check(False, name, f"{module} {targets}: export ended with {done.returncode}: {done.stderr[:300]}")
                    continue
                for line in (out / "queries.tsv").read_text().splitlines()[1:]:
                    file, answer, size, _ = line.split("\t")
                    queries.append((out / file, answer, int(size)))
        return queries

    def some(self, queries: list[tuple[Path, str, int]], most: int | None = None) -> list[tuple[Path, str, int]]:
        most = self.sample if most is None else most
        return queries if not most or len(queries) <= most else self.random.sample(queries, most)

    def decide(self, kind: str, queries: list[tuple[Path, str, int]], solver: object) -> None:
        with ThreadPoolExecutor(2) as pool:
            for (path, answer, _), found in zip(queries, pool.map(lambda q: solver(q[0]), queries)):  # type: ignore[operator]
                self.counter.check(found == answer, kind, f"{path}: {found}, not {answer}")

    def clauses(self, candidates: str) -> list[tuple[Path, str, int]]:
        options = (f"--candidates={candidates}", "--solver=z3-horn")
        cnf = self.export(f"cnf-{candidates}", "--format=dimacs", *options)
        smt2 = self.export(f"smt2-{candidates}", "--format=smt2", *options)
        self.decide(f"cadical {candidates}", self.some(cnf), cadical)
        self.decide(f"cvc5 {candidates}", self.some([q for q in smt2 if q[2] <= CVC5_CLAUSES], self.sample // 2), cvc5)
        refuted = [q for q in self.some(smt2) if q[1] == "unsat" and q[2] <= CVC5_CLAUSES]
        for path, _, _ in refuted[::10]:
            self.counter.check(alethe(path), f"alethe {candidates}", f"{path}: no Alethe proof")
        return cnf

    def weak_clauses(self) -> list[tuple[Path, str, int]]:
        """With weak candidates there is something to find out: objects on the stack that some clause would send to the heap."""
        queries = self.clauses("weak")
        asked = sum("\nc the question\n" in path.read_text() for path, answer, _ in queries if answer == "sat")
        self.counter.check(asked > 0, "weak candidates", "no object on the stack has a clause that would send it to the heap")
        print(f"{asked} queries with weak candidates have objects on the stack that only strong updates keep there")
        return queries

    def relations(self) -> None:
        queries = self.export("souffle", "--format=souffle")
        small = [q for q in queries if q[2] <= 400]
        for path, _, _ in self.some(small):
            problem = datalog_problem(parse_rules((path.parent / "rules.dl").read_text()), path)
            self.counter.check(not problem, "datalog", f"{path}: {problem}")
        if shutil.which("souffle"):
            for path, _, _ in self.some(queries):
                problem = souffle_problem(path.parent / "rules.dl", path)
                self.counter.check(not problem, "souffle", f"{path}: {problem}")
        else:
            print("souffle is not on PATH: not run")
        self.break_relations(small)

    def horn(self) -> None:
        if not shutil.which("z3"):
            print("z3 is not on PATH: chc not run")
            return
        queries = [q for q in self.export("chc", "--format=chc") if q[2] <= 2000]
        self.decide("chc", self.some(queries), lambda path: run("z3", path)[1].strip())

    # What must be noticed.

    def break_clauses(self, queries: list[tuple[Path, str, int]]) -> None:
        broken = self.work / "broken.cnf"
        refuted = [q for q in queries if q[1] == "unsat"]
        for path, _, _ in self.some(refuted, 20):
            text = path.read_text()
            verdicts = {m[1] for m in re.finditer(r"^c (\d+) heap[IG]\(", text, re.M)}
            lines = [line for line in text.splitlines() if not (line[:1] in "-123456789" and line.split()[-2] in verdicts and line[-4:] != " 0 0")]
            question = [line for line in text.splitlines() if line][-1]
            kept = [line for line in lines if line != question] + [question]
            clauses = [line for line in kept if line and line[0] not in "cp"]
            header = next(line for line in text.splitlines() if line.startswith("p cnf"))
            broken.write_text("\n".join([f"p cnf {header.split()[2]} {len(clauses)}", *clauses]) + "\n")
            self.counter.check(cadical(broken) == "sat", "noticed", f"{path} without what derives the verdicts is still refuted")
            forced = [line.split() for line in text.splitlines() if line and line[0] not in "cp"][-1][:-1]
            clauses = [line for line in text.splitlines() if line and line[0] not in "cp"][:-1] + [f"{self.random.choice(forced)} 0"]
            broken.write_text("\n".join([f"p cnf {header.split()[2]} {len(clauses)}", *clauses]) + "\n")
            self.counter.check(cadical(broken) == "unsat", "noticed", f"{path}: an object of the heap passes as one of the stack")
            self.counter.check(not proof_holds(read_cnf(broken.read_text())[:-1], "0\n"), "noticed", f"{path}: a proof of nothing holds")

    def break_relations(self, queries: list[tuple[Path, str, int]]) -> None:
        """Without the rule `go`, or a fact of every kind that matters, verdicts change or a hole opens."""
        noticed = {"go": 0, "Site": 0, "Obj": 0, "Sub_domain": 0}
        for path, _, _ in self.some(queries, 60):
            rules = parse_rules((path.parent / "rules.dl").read_text())
            fewer = [r for r in rules if (r[0][1], [a[1] for a in r[1]]) != ("heapG", ["heapI"])]
            noticed["go"] += bool(datalog_problem(fewer, path))
            for name in ("Site", "Obj", "Sub_domain"):
                copy = self.work / "broken"
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(path, copy)
                (copy / f"{name}.facts").write_text("")
                noticed[name] += bool(datalog_problem(rules, copy))
        for name, n in noticed.items():
            self.counter.check(n > 0, "noticed", f"nothing changes without {name}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "examples", ROOT / "tests" / "go"])
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    harness = Harness(arguments.build.resolve(), arguments.sample, arguments.seed, arguments.folders)
    try:
        for program in ("cadical", "cvc5"):
            harness.counter.check(shutil.which(program) is not None, "installed", f"{program} is not on PATH")
        if not harness.counter.failed:
            harness.clauses("exact")
            harness.break_clauses(harness.weak_clauses())
            harness.relations()
            harness.horn()
    finally:
        shutil.rmtree(harness.work, ignore_errors=True)
    print(", ".join(f"{kind} {n}" for kind, n in sorted(harness.counter.kinds.items())))
    print(f"{harness.counter.passed} passed, {harness.counter.failed} failed")
    return 1 if harness.counter.failed else 0


if __name__ == "__main__":
    sys.exit(main())
