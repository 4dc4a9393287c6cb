"""The table of mutants, mutants.txt, and a copy of the sources that holds all those of the C code at once.

A row of the table is a block of lines, up to the next one:

    mutant NAME
    forgets WHAT
    at INPUT                        (optional) which large program is looked at first; a sample leaves such rows out
    with OPTIONS                    (optional) what else the analysis is given: budgets beyond which the code is reached that is edited
    drop RULE                       a rule of escape.dl that is left out; or
    rule RULE                       one whose text is edited, by lines `- OLD` and `+ NEW`; or
    edit FILE [FUNCTION]            a file of the sources (a function of it), edited likewise

and `kind NAME` begins a group of rows. What is edited has to be there exactly once, whatever the spaces at the begin of lines: a row
that applies nowhere, or twice, is an error, so that the table cannot outlive the code that it is about.

In the copy each edit stands beside what it replaces, and the environment variable SP_MUTANT, a number made of the row's name, tells which one runs;
without it the copy behaves as the sources do. (SP_MUTANT_RULES names a file of rules that stands for the built-in ones, where a command
takes no --rules.) So one build serves for all, and the sources know nothing of mutants.
"""

from __future__ import annotations

import re
import subprocess
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = Path(__file__).with_name("mutants.txt")
RULES = "constraints/rules/escape.dl"
MODELS = "constraints/models.def"
COPIED = (".", ":!tests/go", ":!examples", ":!papers")


class TableProblem(Exception):
    pass


@dataclass
class Mutant:
    number: int
    name: str
    kind: str
    forgets: str = ""
    file: str = ""
    function: str = ""
    rule: str = ""  # of escape.dl: what it is about
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    at: str = ""
    options: tuple[str, ...] = ()

    @property
    def drops(self) -> bool:
        return bool(self.rule) and not self.old

    def problem(self, what: str) -> TableProblem:
        return TableProblem(f"{TABLE.name}: {self.name}: {what}")


def read_table() -> list[Mutant]:
    mutants: list[Mutant] = []
    kind = ""
    for number, line in enumerate(TABLE.read_text().splitlines(), 1):
        word, _, rest = line.partition(" ")
        if not line.strip() or line.startswith("#"):
            continue
        if word == "kind":
            kind = rest
        elif word == "mutant":
            mutants.append(Mutant(zlib.crc32(rest.encode()) >> 1, rest, kind))
        elif word == "forgets":
            mutants[-1].forgets = rest
        elif word == "at":
            mutants[-1].at = rest
        elif word == "with":
            mutants[-1].options = tuple(rest.split())
        elif word in ("drop", "rule"):
            mutants[-1].file, mutants[-1].rule = RULES, rest
        elif word == "edit":
            mutants[-1].file, _, mutants[-1].function = rest.partition(" ")
        elif word == "-":
            mutants[-1].old.append(rest)
        elif word == "+":
            mutants[-1].new.append(rest)
        else:
            raise TableProblem(f"{TABLE.name}:{number}: neither kind, mutant, forgets, at, with, drop, rule, edit, - nor +: {line}")
    names = [m.name for m in mutants]
    for m in mutants:
        if not m.forgets or not m.file or not m.kind or names.count(m.name) != 1 or [x.number for x in mutants].count(m.number) != 1:
            raise m.problem("a row needs a kind, a name of its own, what it forgets, and an edit")
    return mutants


# --- edits


def function_span(text: str, name: str) -> tuple[int, int]:
    """Where the C function of GNU style lies, from its name to the closing brace; (0, 0) where there is none."""
    found = re.search(rf"^{re.escape(name)} \([^;{{]*\)\n\{{\n.*?^\}}$", text, re.M | re.S)
    return found.span() if found else (0, 0)


def find_span(m: Mutant, text: str) -> tuple[int, int]:
    """The one place that the row edits."""
    first, end = function_span(text, m.function) if m.function else (0, len(text))
    if end == 0:
        raise m.problem(f"no function {m.function} in {m.file}")
    pattern = r"\s*\n\s*".join(re.escape(line.strip()) for line in m.old)
    found = list(re.finditer(pattern, text[first:end])) if pattern else []
    if len(found) != 1:
        raise m.problem(f"{m.file} has its text {len(found)} times, not once: {' '.join(m.old)[:80]!r}")
    return first + found[0].start(), first + found[0].end()


def guarded(m: Mutant, old: str) -> str:
    """Both texts, as a statement or an expression, the one chosen when the program runs."""
    new = "\n".join(m.new)
    if m.old[-1].rstrip()[-1] in ";}":
        return f"{{ if (sp_mutant == {m.number}) {{ {new} }} else {{ {old} }} }}"
    return f"(sp_mutant == {m.number} ? ({new}) : ({old}))"


def with_mutants(text: str, edits: list[tuple[int, int, Mutant]], offset: int = 0) -> str:
    """@text, which begins at @offset, with all @edits in place; those within another's text are in what that replaces."""
    out, at = "", offset
    rest = sorted(edits, key=lambda e: (e[0], -e[1], e[2].number))
    while rest:
        first, end, m = rest.pop(0)
        inner = [e for e in rest if e[1] <= end]
        outside = [e for e in rest if e[0] >= end]
        if len(inner) + len(outside) != len(rest):
            raise m.problem("its text overlaps that of another row")
        rest = outside
        out += text[at - offset : first - offset] + guarded(m, with_mutants(text[first - offset : end - offset], inner, first))
        at = end
    return out + text[at - offset :]


# --- rules


def rules_text(m: Mutant) -> str:
    """escape.dl as the mutant has it."""
    text = (ROOT / RULES).read_text()
    found = list(re.finditer(rf"^//: {re.escape(m.rule)}  .*\n((?:(?!//).*\n?)*?.*\.)$", text, re.M))
    if len(found) != 1:
        raise m.problem(f"{RULES} has {len(found)} rules {m.rule}")
    if m.drops:
        return text[: found[0].start()] + text[found[0].end() :]
    clause = found[0][1]
    if clause.count(m.old[0]) != 1 or len(m.old) != 1 or len(m.new) != 1:
        raise m.problem(f"rule {m.rule} has its text {clause.count(m.old[0])} times, not once: {m.old[0]}")
    return text[: found[0].start(1)] + clause.replace(m.old[0], m.new[0]) + text[found[0].end(1) :]


# --- models


def model_entry(m: Mutant) -> tuple[int, str]:
    """Which row of the table of models has another effect, and which."""
    shape = re.compile(r'SP_MODEL \(("[^"]*"), (\w+),')
    old, new = (shape.fullmatch(lines[0]) if len(lines) == 1 else None for lines in (m.old, m.new))
    entries = shape.findall((ROOT / MODELS).read_text())
    if not old or not new or old[1] != new[1] or old[2] == new[2] or entries.count(old.groups()) != 1:
        raise m.problem(f'a model is edited by one line `SP_MODEL ("NAME", EFFECT,` that {MODELS} has once')
    return entries.index(old.groups()), new[2]


def models_switch(mutants: list[Mutant]) -> str:
    cases = "".join(f"    case {m.number}: sp_models[{model_entry(m)[0]}].effect = SP_EFFECT_{model_entry(m)[1]}; break;\n" for m in mutants)
    head = "__attribute__ ((constructor)) static void\nmutate_models (void)\n{\n  sp_mutant_read ();\n  switch (sp_mutant)\n    {\n"
    return f"\n{head}{cases}    default: break;\n    }}\n}}\n"


# --- the copy

SWITCH = """#include <stdio.h>
#include <stdlib.h>
int sp_mutant;
void sp_mutant_read (void);
__attribute__ ((constructor)) void
sp_mutant_read (void)
{
  const char *number = getenv ("SP_MUTANT");
  sp_mutant = number ? atoi (number) : 0;
}
const char *sp_mutant_rules (const char *rules);
const char *
sp_mutant_rules (const char *rules)
{
  const char *name = getenv ("SP_MUTANT_RULES");
  FILE *f = name ? fopen (name, "r") : NULL;
  if (!f)
    return rules;
  char *text = calloc (1 << 20, 1);
  fread (text, 1, (1 << 20) - 1, f);
  fclose (f);
  return text;
}
"""
DECLARED = "extern int sp_mutant;\nvoid sp_mutant_read (void);\nconst char *sp_mutant_rules (const char *);\n"


def mutated_sources(mutants: list[Mutant]) -> dict[str, str]:
    """The files of the copy that differ from the sources."""
    by_file: dict[str, list[Mutant]] = defaultdict(list)
    for m in mutants:
        if m.rule:
            rules_text(m)
        else:
            by_file[m.file].append(m)
    made = {"base/mutant.c": SWITCH}
    for file, edits in by_file.items():
        text = (ROOT / file).read_text()
        if file != MODELS:
            made[file] = DECLARED + "#line 1\n" + with_mutants(text, [(*find_span(m, text), m) for m in edits])
    models = "constraints/models.c"
    text = made.get(models, DECLARED + (ROOT / models).read_text())
    made[models] = text.replace("const struct sp_model sp_models[]", "struct sp_model sp_models[]") + models_switch(by_file[MODELS])
    engine = "solver/engine.c"
    made.setdefault(engine, DECLARED + (ROOT / engine).read_text())
    for file, old, new in (
        (engine, "options->rules ? options->rules : sp_rules_builtin", "sp_mutant_rules (options->rules ? options->rules : sp_rules_builtin)"),
        ("constraints/models.h", "extern const struct sp_model sp_models[]", "extern struct sp_model sp_models[]"),
        ("base/meson.build", "'arena.c'", "'arena.c', 'mutant.c'"),
    ):
        text = made.get(file) or (ROOT / file).read_text()
        if text.count(old) != 1:
            raise TableProblem(f"{file} no longer has {old}: mend mutant_table.py")
        made[file] = text.replace(old, new)
    return made


def write_if_new(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write_copy(mutants: list[Mutant], folder: Path) -> None:
    made = mutated_sources(mutants)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *COPIED], cwd=ROOT, capture_output=True, text=True, check=True)
    files = set(listed.stdout.split("\n")) - {""}
    for name in files | set(made):
        if name in made or (ROOT / name).exists():
            write_if_new(folder / name, made[name].encode() if name in made else (ROOT / name).read_bytes())
    for path in list(folder.rglob("*")):
        if path.is_file() and str(path.relative_to(folder)) not in files | set(made):
            path.unlink()
    (folder / "tests/harness/lemmas.py").chmod(0o755)
    (folder / "constraints/embed.py").chmod(0o755)


UNITS = ("cells", "models", "order", "params", "rules", "summary", "types", "uses", "callgraph", "cfg", "ground", "ssa", "verify", "baseline")


def build_copy(mutants: list[Mutant], folder: Path) -> Path:
    """Writes and compiles the copy; the folder of the programs."""
    sources, out = folder / "src", folder / "out"
    write_copy(mutants, sources)
    quiet = {"capture_output": True, "text": True, "check": False}
    if not (out / "build.ninja").exists():
        setup = ["meson", "setup", out, sources, "-Dbuildtype=plain", "-Doptimization=2", "-Dwerror=false", "-Dc_args=-w"]
        done = subprocess.run([str(x) for x in setup], **quiet)
        if done.returncode:
            raise TableProblem(done.stdout + done.stderr)
    targets = ["stackproof", "stackproof-verify", *(f"tests/unit/test_{u}" for u in UNITS)]
    done = subprocess.run(["ninja", "-C", str(out), *targets], **quiet)
    if done.returncode:
        raise TableProblem(f"the copy does not compile:\n{done.stdout[-4000:]}")
    return out
