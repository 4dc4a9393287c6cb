#!/usr/bin/env python3
"""Derivations are least, and derive what they say: against all derivations that there are.

    derivations.py [--sample N] [--seed N] [--largest N] BUILD TARGET...

For each target (packages, a folder of a Go module, or a .gir file) the certificates are written, and the facts and the finite universe of
each query. A naive evaluator of the rules' text, which shares nothing with stackproof, finds the least model and all rule instances that
hold in it, and by rounds until nothing changes the size of the smallest derivation of each tuple. The steps in the certificate are then
replayed by the text of the rules: each must be one of those instances, with premises before it; and the tree that they make of each heap
verdict must be as small as the smallest. The last line counts checks.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import sys
import tempfile
from pathlib import Path

from solvers import Atom, Tuple, parse_rules, read_facts, run, solutions

Rule = tuple[str, Atom, list[Atom]]
RULES = Path(__file__).resolve().parents[2] / "constraints/rules/escape.dl"
SITE = 6  # enum sp_object_kind
DERIVED = "pt mem weak survives out shown lost outward hot target stray lreach holder held heapI heapG".split()


def named_rules() -> list[Rule]:
    names = re.findall(r"^//: (\w+)", RULES.read_text(), re.M)
    rules = parse_rules(re.sub(r", ", ",", RULES.read_text()))
    assert len(names) == len(rules)
    return [(name, head, body) for name, (head, body) in zip(names, rules)]


def variables(rule: Rule) -> list[str]:
    """In the order in which they first stand in the rule."""
    return [x for x in dict.fromkeys(x for atom in (rule[1], *rule[2]) for x in atom[2]) if x != "_"]


def instances(rules: list[Rule], facts: dict[str, set[Tuple]]) -> tuple[dict[str, set[Tuple]], list[tuple[Rule, dict[str, str]]]]:
    """The least model and all that the rules say in it."""
    model = {name: set(tuples) for name, tuples in facts.items()}
    changed = True
    while changed:
        changed = False
        for _, (_, name, arguments), body in rules:
            new = {tuple(s[x] for x in arguments) for s in solutions(body, model, {})} - model.setdefault(name, set())
            model[name] |= new
            changed |= bool(new)
    return model, [(rule, s) for rule in rules for s in solutions(rule[2], model, {})]


def premises(rule: Rule, bound: dict[str, str], model: dict[str, set[Tuple]]) -> list[list[tuple[str, Tuple]]]:
    """The derived premises of an instance; each by the tuples that it may be, where there is a wildcard."""
    found = []
    for _, name, arguments in rule[2]:
        if name in DERIVED:
            values = [bound.get(x) for x in arguments]
            whole = None not in values
            found.append([(name, tuple(values))] if whole else [(name, t) for t in model[name] if all(v in (None, x) for v, x in zip(values, t))])
    return found


def least_sizes(found: list[tuple[Rule, dict[str, str]]], model: dict[str, set[Tuple]]) -> dict[tuple[str, Tuple], int]:
    """By rounds, until nothing becomes smaller (Bellman and Ford's way, not Dijkstra's)."""
    size: dict[tuple[str, Tuple], int] = {}
    ready = [((rule[1][1], tuple(s[x] for x in rule[1][2])), premises(rule, s, model)) for rule, s in found]
    changed = True
    while changed:
        changed = False
        for head, body in ready:
            parts = [min((size[t] for t in options if t in size), default=None) for options in body]
            if None not in parts and (total := 1 + sum(p for p in parts if p)) < size.get(head, total + 1):
                size[head] = total
                changed = True
    return size


def signed(word: str) -> str:
    """A number as Souffle has it."""
    x = 2**32 - 1 if word == "-" else int(word)
    return str(x - 2**32 if x >= 2**31 else x)


class Derived:
    """What a run of the main pass derives: steps, and the objects of the instructions that are heap."""

    def __init__(self) -> None:
        self.objects: list[list[str]] = []
        self.steps: list[list[str]] = []
        self.heap: list[tuple[int, bool, bool]] = []


def read_derived(folder: Path) -> tuple[dict[str, list[Derived]], Path]:
    """By function, one for each run that decides its sites; and the program."""
    contents = (folder / "certificate").read_text()
    found: dict[str, list[Derived]] = {}
    for name in re.findall(r"^(?:component|settled) \d+ (\w+)$", contents, re.M):
        current, relation = Derived(), ""
        for line in gzip.decompress((folder / f"{name}.gz").read_bytes()).decode().splitlines():
            words = line.split()
            if words[0] == "run":
                function = line.split(" # ")[1].encode().decode("unicode_escape")
                main, current = words[1] == "main", Derived()
            elif words[0] == "limits" and main and "explains" in words:
                found.setdefault(function, []).append(current)
            elif line.startswith(" ") and relation == "objects":
                current.objects.append(words)
            elif words[0] == "step":
                current.steps.append([words[1], *map(signed, words[2:])])
            elif words[0] == "heap":
                current.heap.append((int(words[1]), "ideal" in words, "go" in words))
            relation = words[0] if not line.startswith(" ") else relation
    program = re.search(r"^program (\w+)$", contents, re.M)
    assert program
    text = folder / "program.gir"
    text.write_bytes(gzip.decompress((folder / f"{program[1]}.gz").read_bytes()))
    return found, text


class Suite:
    def __init__(self, build: Path) -> None:
        self.build = build
        self.rules = named_rules()
        self.passed = self.failed = self.steps = self.larger = 0

    def check(self, good: bool, text: str) -> None:
        self.passed += good
        self.failed += not good
        if not good:
            print(f"FAILED: {text}")

    def replay(self, d: Derived, facts: dict[str, set[Tuple]], what: str) -> dict[tuple[str, Tuple], int]:
        """The sizes of the trees that the steps make; a step that is none leaves its conclusion out."""
        by_name = {rule[0]: rule for rule in self.rules}
        size: dict[tuple[str, Tuple], int] = {}
        for words in d.steps:
            rule = by_name[words[0]]
            bound = dict(zip(variables(rule), words[1:]))
            known = {**facts, **{name: {t for n, t in size if n == name} for name in DERIVED}}
            good = bool(solutions(rule[2], known, bound))
            self.check(good, f"{what}: {' '.join(words)}: no instance whose premises hold")
            head = (rule[1][1], tuple(bound[x] for x in rule[1][2]))
            self.check(head not in size, f"{what}: {head} is derived twice")
            if good:
                size[head] = 1 + sum(min(size[t] for t in options if t in size) for options in premises(rule, bound, known))
            self.steps += 1
        return size

    def function(self, d: Derived, facts: dict[str, set[Tuple]], what: str) -> None:
        model, found = instances(self.rules, facts)
        least = least_sizes(found, model)
        size = self.replay(d, facts, what)
        for instr, ideal, go in d.heap:
            o = next(str(k) for k, x in enumerate(d.objects) if (int(x[0]), int(x[1]), x[2]) == (SITE, instr, "0"))
            for name, holds in (("heapI", ideal), ("heapG", go)):
                ours, best = size.get((name, (o,))), least.get((name, (o,)))
                self.check((best is not None) == holds, f"{what}: {name} of instruction {instr}: {holds}, and {best}")
                self.check(ours == best, f"{what}: {name} of instruction {instr}: {ours} steps, and {best} are enough")
                self.larger += (best or 0) > 4
        whole = {(name, t) for name in ("heapI", "heapG") for t in model.get(name, ())}
        said = {(n, d.objects.index(x)) for instr, i, g in d.heap for n, h in (("heapI", i), ("heapG", g)) if h for x in d.objects if x[:3] == [str(SITE), str(instr), "0"]}
        sites = {str(k) for k, x in enumerate(d.objects) if x[0] == str(SITE) and x[2] == "0"}
        self.check({(n, t[0]) for n, t in whole if t[0] in sites} == {(n, str(o)) for n, o in said}, f"{what}: some heap site is not derived")

    def target(self, target: str, sample: int, largest: int, rng: random.Random) -> None:
        with tempfile.TemporaryDirectory(prefix="stackproof-derivations-") as temporary:
            proofs, queries = Path(temporary) / "proofs", Path(temporary) / "queries"
            status, output = run(self.build / "stackproof", "prove", target, "-o", proofs)
            self.check(status == 0, f"{target}: prove: {output}")
            derived, program = read_derived(proofs)
            status, output = run(self.build / "stackproof", "export", "--format=souffle", program, "-o", queries)
            self.check(status == 0, f"{target}: export: {output}")
            rows = [line.split("\t") for line in (queries / "queries.tsv").read_text().splitlines()[1:]]
            small = [r for r in rows if int(r[2]) <= largest and len(derived.get(r[3], ())) == 1 and derived[r[3]][0].heap]
            if len(small) > sample:
                small = rng.sample(small, sample)
            for name, _, _, function in small:
                self.function(derived[function][0], self.relations(queries, name), f"{target}: {function}")
            print(f"{target}: {len(small)} functions of {len(rows)}")

    @staticmethod
    def relations(queries: Path, name: str) -> dict[str, set[Tuple]]:
        """Differ and Apart stand in the export by what is the same."""
        facts = read_facts(queries / name)
        cells, objects = {c for t in facts["Obj"] for c in t[:1]}, {t[1] for t in facts["Obj"]}
        facts["Differ"] = {(a, b) for a in cells for b in cells if (a, b) not in facts["Same"]}
        facts["Apart"] = {(a, b) for a in objects for b in objects if (a, b) not in facts["Equal"]}
        return facts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=40, help="functions of each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--largest", type=int, default=300, help="clauses of a function")
    parser.add_argument("build", type=Path)
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    suite = Suite(options.build.resolve())
    for target in options.targets:
        suite.target(target, options.sample, options.largest, random.Random(options.seed))
    print(f"{suite.steps} steps replayed; {suite.larger} derivations of more than 4 steps")
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed or suite.larger == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
