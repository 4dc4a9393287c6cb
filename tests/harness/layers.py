#!/usr/bin/env python3
"""What may include what, and what is linked into stackproof-verify.

    layers.py BUILD

The folders' dependencies point one way only (the list below), and the checker of certificates holds neither Z3 nor a function of the
solver: neither by its includes, nor in its link line, nor among its symbols. The last line counts checks.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASE = {"base"}
FRONTEND = BASE | {"frontend"}
CONSTRAINTS = FRONTEND | {"constraints"}
SOLVER = CONSTRAINTS | {"solver"}
VERIFY = CONSTRAINTS | {"proofs/verify"}
# The executable semantics is another judge of verdicts: it knows the program alone.
CERTIFICATES = {"proofs/certificate.h", "proofs/certificate.c", "proofs/certify.h", "proofs/certify.c"}
ALLOWED = {
    "base": BASE,
    "frontend": FRONTEND,
    "constraints": CONSTRAINTS,
    "solver": SOLVER,
    "proofs/verify": VERIFY,
    "proofs": FRONTEND | {"proofs"},
    "proofs/export": SOLVER | {"proofs/export"},
    "certificates": SOLVER | VERIFY | {"proofs"},
    "cli": SOLVER | VERIFY | {"proofs", "proofs/export", "cli"},
}
FOLDERS = sorted(k for k in ALLOWED if k != "certificates")


def folder_of(path: str) -> str:
    return max((f for f in FOLDERS if path.startswith(f + "/")), key=len, default="")


def layer_of(path: str) -> str:
    return "certificates" if path in CERTIFICATES else folder_of(path)


def wrong_includes(path: str, text: str) -> list[str]:
    allowed = ALLOWED[layer_of(path)]
    named = re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M)
    wrong = [name for name in named if folder_of(name) not in allowed]
    wrong += [name for name in named if path.startswith("proofs/") and layer_of(path) == "proofs" and name in CERTIFICATES]
    if layer_of(path) != "solver":
        wrong += re.findall(r"^\s*#\s*include\s+<(z3[^>]*)>", text, re.M)
    return [f"{path} includes {name}" for name in wrong]


def solver_functions(build: Path) -> set[str]:
    """The functions that solver/ defines."""
    text = subprocess.run(["nm", "--defined-only", build / "solver/libsolver.a"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r" T (\w+)$", text, re.M))


def check_link(build: Path) -> list[str]:
    problems = []
    commands = subprocess.run(["ninja", "-C", build, "-t", "commands", "stackproof-verify"], capture_output=True, text=True, check=True).stdout
    link = commands.splitlines()[-1]
    if "-o stackproof-verify" not in link:
        problems.append(f"no link line: {link}")
    problems += [f"{word} is linked" for word in link.split() if "z3" in word.lower() or "solver" in word]
    symbols = subprocess.run(["nm", build / "stackproof-verify"], capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r" [A-Za-z] (\w+)", symbols))
    problems += [f"{name} is in it" for name in sorted(names) if name.startswith("Z3_")]
    problems += [f"{name} of solver/ is in it" for name in sorted(names & solver_functions(build))]
    if not {"sp_verifier_new", "sp_lower_function"} <= names:
        problems.append("its symbols cannot be read")
    return problems


def main() -> int:
    build = Path(sys.argv[1] if len(sys.argv) > 1 else "build").resolve()
    files = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.def"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    files = [f for f in files if folder_of(f)]
    problems = [p for f in files for p in wrong_includes(f, (ROOT / f).read_text())] + check_link(build)
    # The lists themselves: what must be refused is.
    for path, text in (
        ("base/x.c", '#include "frontend/gir.h"\n'),
        ("constraints/x.c", '#include "solver/engine.h"\n'),
        ("proofs/verify/x.c", '#include "solver/ground.h"\n'),
        ("proofs/verify/x.c", '#include "proofs/certify.h"\n'),
        ("proofs/exec.c", '#include "constraints/lower.h"\n'),
        ("cli/x.c", "#include <z3.h>\n"),
        ("solver/x.c", '#include "proofs/export/formula.h"\n'),
        ("proofs/export/x.c", '#include "proofs/certify.h"\n'),
    ):
        if not wrong_includes(path, text):
            problems.append(f"{path}: {text.strip()} would pass")
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{len(files) + 2 - min(len(problems), len(files))} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
