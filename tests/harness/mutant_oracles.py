"""Who might notice that the analysis is unsound: the oracles that mutants.py asks, and the programs that they look at.

    corpus       a `want: heap` or `want: bounded` of the corpora: what their authors reasoned
    runs         an object of a `stack` site outlives in a run of the concrete semantics (corpora, random programs)
    gotests      a site or parameter of the Go authors' tests that outlives (go_escape_true.txt) is `stack` or does not leak
    containment  the finer variant, the coarse one and the baseline contradict each other (exit status 3)
    certificate  the checker refuses the analysis' certificate, for mutants of rules by its own rules. It shares reader, lowering, models
                 and settling with the analysis, as it does where a real mistake lies there: such a mutant changes both
    solvers      Z3's Horn solver or fixedpoint engine comes to another result
    lemmas       cvc5 has a counterexample to the lemma of the rule
    units        a unit test fails

An input is one program as .gir text; one run of stackproof over it serves all of the first five.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import corpus
import dynamic
import fuzz
import go_escape
import gogen
import lemmas
from mutant_table import ROOT, UNITS, Mutant, rules_text

ORACLES = ("corpus", "runs", "gotests", "containment", "certificate", "solvers", "lemmas", "units")
SECONDS = 120
SLOW_UNITS = ("ssa", "ground")
QUICK_UNITS = tuple(u for u in UNITS if u not in SLOW_UNITS)
LARGE = 1 << 20  # bytes of .gir: beyond, a program is looked at only where small ones have not shown enough
Row = dict[str, Any]
Place = tuple[str, int, int]
Kills = dict[str, str]  # by oracle: what it saw


@dataclass
class Input:
    """A program, and what is known of it."""

    name: str
    folder: Path  # positions are relative to it
    gir: Path
    wants: list[corpus.Want] = field(default_factory=list)
    outlived: dict[Place, str] = field(default_factory=dict)
    test: go_escape.Test | None = None
    messages: list[go_escape.Message] = field(default_factory=list)

    @property
    def large(self) -> bool:
        return self.gir.stat().st_size > LARGE


class Trouble(Exception):
    """Something other than a wrong verdict."""


def run(command: list[object], folder: Path, number: int = 0, rules: Path | None = None, seconds: int = SECONDS) -> subprocess.CompletedProcess[str]:
    env = os.environ | ({"SP_MUTANT": str(number)} if number else {}) | ({"SP_MUTANT_RULES": str(rules)} if rules else {})
    try:
        return subprocess.run([str(c) for c in command], cwd=folder, env=env, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as slow:
        raise Trouble(f"{' '.join(map(str, command[:6]))} takes more than {seconds} s") from slow


# --- inputs


class Inputs:
    """Makes the programs once, with the sound build; what outlived in their runs is kept until they or the tools change."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.build, self.folder = build, folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.kept = folder.parent / "runs"
        self.kept.mkdir(exist_ok=True)
        tools = b"".join((build / t).read_bytes() for t in ("goir", "stackproof-run"))
        self.tools = hashlib.sha256(tools + (ROOT / "tests/harness/callall.go").read_bytes()).hexdigest()

    def export(self, module: Path, target: str, name: str, *options: str) -> Path:
        gir = self.folder / f"{name.replace('/', '-')}.gir"
        done = run([self.build / "goir", *options, "--", target], module)
        if done.returncode:
            raise Trouble(f"{name}: {done.stderr}")
        gir.write_text(done.stdout)
        return gir

    def outlived(self, gir: Path, observe: Callable[[], list[list[Any]]]) -> dict[Place, str]:
        """What outlived its frame in runs of the program @gir, or of what calls it, which @observe sees: by place. Kept for the next time."""
        kept = self.kept / f"{hashlib.sha256(gir.read_bytes() + self.tools.encode()).hexdigest()}.json"
        if not kept.exists():
            kept.write_text(json.dumps(observe()))
        return {(f, line, col): how for f, line, col, how in json.loads(kept.read_text())}

    def corpora(self, only: list[str]) -> list[Input]:
        """The folders of the corpora whose names begin so, each a program or library of its own."""
        made = []
        for module in (ROOT / "tests/go", ROOT / "examples"):
            copy = (self.folder / module.name).resolve()
            shutil.copytree(module, copy)
            path = re.search(r"^module (\S+)", (copy / "go.mod").read_text(), re.M)
            wants, _ = corpus.parse_module(copy)
            packages = [str(p.relative_to(copy)) for p in dynamic.folders_of(copy)]
            for package in packages:
                name = f"{module.name}/{package}"
                if any(name.startswith(o) for o in only) and any(Path(w.file).parent == Path(package) for w in wants):
                    made.append(self.package(copy, path[1] if path else "", package, name, wants))
        return made

    def package(self, copy: Path, path: str, package: str, name: str, wants: list[corpus.Want]) -> Input:
        gir = self.export(copy, f"./{package}", name)
        outlived = self.outlived(gir, lambda: self.drive(copy, path, package))
        return Input(name, copy, gir, [w for w in wants if Path(w.file).parent == Path(package)], outlived)

    def drive(self, copy: Path, path: str, package: str) -> list[list[Any]]:
        """What outlives when a program of the corpora runs, or one that calls all of a library; nothing where there is no such program."""
        driver = f"./{package}"
        if not dynamic.is_main(copy / package):
            (copy / "zz_call_all").mkdir()
            call = run(["go", "run", ROOT / "tests/harness/callall.go", package, f"{path}/{package}"], copy)
            (copy / "zz_call_all/main.go").write_text(call.stdout)
            driver = "" if call.returncode else "./zz_call_all"
        seen = dynamic.Harness(self.build, 2).observe(copy, driver) if driver else {}
        shutil.rmtree(copy / "zz_call_all", ignore_errors=True)
        return [[os.path.relpath(os.path.realpath(f), copy), line, col, site["observed"]] for (f, line, col), site in seen.items()]

    def go_tests(self, only: list[str]) -> list[Input]:
        """Go's own tests of escape analysis that have something in go_escape_true.txt; none where they are not there."""
        found = go_escape.find_tests()
        if not found:
            return []
        listed = {key.split(" ")[0] for key in go_escape.read_list(go_escape.TRUE)}
        tests = [t for t in go_escape.read_tests(found, only) if t.path.name in listed]
        folder = self.folder / "gotests"
        folder.mkdir()
        go_escape.lay_out(tests, folder, go_escape.go_env("GOVERSION"))
        girs = {t.name: self.export(folder, f"./{t.name}", f"gotests/{t.name}") for t in tests}
        messages = go_escape.ask_compiler(tests, folder)
        return [Input(f"gotests/{t.name}", folder, girs[t.name], test=t, messages=go_escape.selected(t, messages[t.name])[0]) for t in tests]

    def random(self, seeds: range) -> list[Input]:
        """Random programs in which something outlives."""
        module = (self.folder / "random").resolve()
        module.mkdir()
        (module / "go.mod").write_text("module fuzz\n\ngo 1.24\n")
        made = []
        for seed in (s for s in seeds if s not in fuzz.known_seeds()):
            (module / f"p{seed}").mkdir()
            (module / f"p{seed}/main.go").write_text(gogen.source(fuzz.program(seed)[0]))
            gir = self.export(module, f"./p{seed}", f"random/{seed}", "-values")
            outlived = self.outlived(gir, lambda gir=gir: self.execute(gir, module))
            if outlived:
                made.append(Input(f"random/{seed}", module, gir, outlived=outlived))
        return made

    def execute(self, gir: Path, module: Path) -> list[list[Any]]:
        rows = []
        with tempfile.NamedTemporaryFile("r") as out:
            for seed in (1, 2):
                run([self.build / "stackproof-run", "--outlived", f"--output={out.name}", f"--seed={seed}", f"--steps={fuzz.STEPS}", gir], module)
                out.seek(0)
                for site in map(json.loads, out):
                    rows.append([os.path.relpath(os.path.realpath(site["file"]), module), site["line"], site["col"], site["observed"]])
        return rows


# --- one run of the analysis


def corpus_kill(i: Input, rows: list[Row]) -> str:
    places = defaultdict(list)
    for row in rows:
        places[row["file"], row["line"], row["site"]].append(corpus.state(row))
    for want in i.wants:
        if want.goal or want.variants or want.verdict == "stack":
            continue
        got = max(places.get((want.file, want.line, want.text), []), key=lambda s: corpus.ORDER[s], default="")
        if got and corpus.ORDER[got] < corpus.ORDER[want.verdict]:
            return f"{want.file}:{want.line}: {want.text} is {got}, not {want.verdict}"
    return ""


def runs_kill(i: Input, rows: list[Row]) -> str:
    places: dict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        places[row["file"], row["line"], row["col"]].append(row)
    for place, how in i.outlived.items():
        sites = places.get(place, [])
        # gc lays constant composites out as data; the machine makes them.
        if sites and all(s["runtime_ideal"] == "stack" and s["reason"] != "needs no allocation" for s in sites):
            return f"{place[0]}:{place[1]}:{place[2]}: {sites[0]['site']} is stack, but outlives ({how})"
    return ""


def gotests_kill(i: Input, rows: list[Row]) -> str:
    if not i.test:
        return ""
    things = go_escape.make_things([i.test], rows)[i.test.name]
    go_escape.compare(i.test, i.messages, things)
    true = go_escape.read_list(go_escape.TRUE)
    for thing in things:
        if thing.outcome == "more" and thing.key() in true:
            return go_escape.describe(thing)
    return ""


def judge(i: Input, rows: list[Row], status: int, error: str) -> Kills:
    """What the oracles see in one run."""
    sites = [row for row in rows if "verdict" in row]
    kills = {"corpus": corpus_kill(i, sites), "runs": runs_kill(i, sites), "gotests": gotests_kill(i, rows)}
    if status == corpus.DISAGREEMENT and "disagree" in error:
        kills["containment"] = error
    if status == corpus.DISAGREEMENT and "certificate" in error:
        kills["certificate"] = error
    return {k: v for k, v in kills.items() if v}


class Examiner:
    """Asks the oracles about mutants."""

    def __init__(self, out: Path, inputs: list[Input], quick: bool) -> None:
        self.out, self.inputs, self.quick = out, inputs, quick
        self.assemble = lemmas.Assembler()
        self.lemmas = lemmas.read_lemmas()

    def analyse(self, m: Mutant | None, i: Input, rules: Path | None, *options: str) -> Kills:
        command: list[object] = [self.out / "stackproof", "--gc=off", "--json", "-j1", *options]
        command += ["--params"] if i.test else []
        command += [f"--rules={rules}"] if rules else []
        done = run([*command, i.gir], i.folder, m.number if m and not m.rule else 0)
        if done.returncode not in (0, corpus.DISAGREEMENT):
            raise Trouble(f"{i.name}: exit status {done.returncode}: {done.stderr[-300:]}")
        return judge(i, [json.loads(line) for line in done.stdout.splitlines()], done.returncode, done.stderr.strip())

    def look_at(self, m: Mutant, inputs: list[Input], kills: Kills, enough: int, rules: Path | None) -> None:
        """Adds to @kills until so many oracles have noticed."""
        for i in inputs:
            if len(kills) >= enough:
                return
            if self.quick and i.large and i.name != m.at:
                continue
            for oracle, what in self.analyse(m, i, rules, "--solver=native", *m.options).items():
                kills.setdefault(oracle, f"{i.name}: {what}")

    def ask_solvers(self, m: Mutant, kills: Kills) -> None:
        if m.kind != "solver":
            return
        for i in (i for i in self.inputs if not i.large):
            for solver in ("z3-horn", "z3-datalog"):
                found = self.analyse(m, i, None, f"--solver={solver}")
                if "containment" in found and "containment" not in self.analyse(m, i, None, "--solver=native"):
                    kills["solvers"] = f"{i.name}: {solver}: {found['containment']}"
                    return

    def ask_checker(self, m: Mutant, kills: Kills, rules: Path | None) -> None:
        """Where the rules are given, the analysis checks itself with those; stackproof-verify has its own."""
        if not rules or "certificate" in kills:
            return
        for i in (i for i in self.inputs if not i.large):
            with tempfile.TemporaryDirectory() as folder:
                proved = run([self.out / "stackproof", "prove", "-j1", i.gir, "-o", folder], i.folder, rules=rules)
                if proved.returncode not in (0, corpus.DISAGREEMENT):
                    raise Trouble(f"{i.name}: prove: {proved.stderr}")
                done = run([self.out / "stackproof-verify", folder], i.folder)
            if done.returncode == corpus.DISAGREEMENT:
                kills["certificate"] = f"{i.name}: {done.stdout.strip() or done.stderr.strip()}"
                return

    def ask_lemmas(self, m: Mutant, kills: Kills) -> None:
        if not m.rule:
            return
        _, mutated = lemmas.parse_rules(rules_text(m), m.name)
        mine = {r.name: r for r in mutated}
        for lemma in (x for x in self.lemmas if m.rule in x.rules):
            script = self.assemble.file(lemma, without=m.rule)
            if not m.drops:
                clause = lemmas.clause(mine[m.rule], self.assemble.sorts)
                script = script.replace("; the rules\n", "; the rules\n" + clause + "\n")
            with tempfile.TemporaryDirectory() as scratch:
                if lemmas.ask(lemmas.MODEL, script, Path(scratch), lemma.name) == "sat":
                    kills["lemmas"] = f"lemma {lemma.name} has a counterexample"
                    return

    def ask_units(self, m: Mutant, kills: Kills, names: tuple[str, ...]) -> None:
        if m.rule or "units" in kills:
            return
        for name in names:
            done = run([self.out / f"tests/unit/test_{name}"], self.out, m.number)
            if done.returncode:
                failed = re.search(r"\[  FAILED  \] (\w+)", done.stdout + done.stderr)
                kills["units"] = f"test_{name}: {failed[1] if failed else f'exit status {done.returncode}'}"
                return

    def examine(self, m: Mutant, enough: int) -> Kills:
        """What notices @m: what is quick is asked first, until @enough oracles have noticed."""
        kills: Kills = {}
        random = [i for i in self.inputs if i.name.startswith("random/")]
        small = [i for i in self.inputs if not i.large and i not in random]
        large = sorted((i for i in self.inputs if i.large), key=lambda i: i.name != m.at)
        with tempfile.TemporaryDirectory() as scratch:
            rules = Path(scratch) / "mutant.dl" if m.rule else None
            if rules:
                rules.write_text(rules_text(m))
            for ask in (
                lambda: self.ask_lemmas(m, kills),
                lambda: self.look_at(m, small, kills, enough, rules),
                lambda: self.look_at(m, random, kills, enough, rules),
                lambda: self.ask_units(m, kills, QUICK_UNITS),
                lambda: self.ask_solvers(m, kills),
                lambda: self.ask_checker(m, kills, rules),
                lambda: self.look_at(m, large[: 1 if m.at else None], kills, enough, rules),
                lambda: self.look_at(m, large[1:] if m.at and not self.quick else [], kills, enough, rules),
                lambda: self.ask_units(m, kills, () if self.quick else SLOW_UNITS),
            ):
                if len(kills) < enough:
                    ask()
        return {o: kills[o] for o in ORACLES if o in kills}


