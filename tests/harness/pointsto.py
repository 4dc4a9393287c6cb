#!/usr/bin/env python3
"""Checks `stackproof pointsto` against what tests/pointsto says of itself, and against a run of that program.

    pointsto.py STACKPROOF      the last line counts expectations

`// points: x` at the end of a line: what the line assigns may point to x, whatever the variant; `// only: x`: and to nothing else;
`// points: anything`: to what code out of sight has. That it does point there the program checks itself.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "pointsto"
VARIANTS = ("coarse", "field", "flow", "full")
FEWEST = 25  # a run that finds fewer expectations has not looked


def expectations(text: str) -> list[tuple[int, str, bool]]:
    """(line, name, whether nothing else)."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.search(r"\t.*// points: (\S+)( // only: \1)?$", line):
            found.append((number, match[1], bool(match[2])))
    return found


def assigned(rows: list[dict], line: int) -> tuple[set[str], bool] | None:
    """The objects that the value assigned in a line may lead to, and whether there may be others; None where it is not reached."""
    here = [row for row in rows if row["line"] == line and row["what"] == "value assigned"]
    if not here or not all(row["reached"] for row in here):
        return None
    return {label["name"] for row in here for label in row["points_to"]}, any(row["unknown"] for row in here)


def fault(answer: tuple[set[str], bool] | None, name: str, only: bool) -> str:
    """What is wrong with an answer, or nothing."""
    if answer is None:
        return "no answer"
    names, unknown = answer
    if name == "anything":
        return "" if unknown else "nothing of code out of sight"
    if name not in names:
        return f"{name} is missed"
    if only and (unknown or names != {name}):
        return f"not only {name} but {', '.join(sorted(names))}{', anything' if unknown else ''}"
    return ""


def main() -> int:
    stackproof = str(Path(sys.argv[1]).resolve())
    want = expectations((PROGRAM / "main.go").read_text())
    failures = [] if len(want) >= FEWEST else [f"only {len(want)} expectations"]
    ran = subprocess.run(["go", "run", "."], cwd=PROGRAM, capture_output=True, text=True)
    if ran.returncode:
        failures.append(f"the program fails: {ran.stderr}")
    for variant in VARIANTS:
        done = subprocess.run([stackproof, "pointsto", "--json", f"--variant={variant}", "main.go"], cwd=PROGRAM, capture_output=True, text=True)
        if done.returncode:
            failures.append(f"{variant}: exit status {done.returncode}: {done.stderr}")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        for line, name, only in want:
            if said := fault(assigned(rows, line), name, only):
                failures.append(f"main.go:{line}: {variant}: {said}")
    for failure in failures:
        print(failure)
    print(f"{len(want) * len(VARIANTS) + 1 + len(VARIANTS) - len(failures)} passed, {len(failures)} failed")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
