#!/usr/bin/env python3
"""Runs the programs of tests/run under stackproof-run --outlived and compares what is observed with their `// outlives:` comments.

    outlives.py BUILD [FILE.go...]

A comment lists what is seen of the sites on its line (exit, rerun); of all other lines nothing may be seen. The program must also do the
same as naive code (--naive), and exit with status 0.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def expected(path):
    wants = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        comment = re.search(r"// outlives: (.*)$", line)
        if comment and not line.startswith("//"):
            wants[number] = set(comment[1].split())
    return wants


def observed(run, gir, path, *options):
    with tempfile.NamedTemporaryFile("r") as out:
        done = subprocess.run([run, "--outlived", "--output", out.name, *options, gir], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{path}: exit status {done.returncode}\n{done.stderr}")
        seen = {}
        for line in out:
            site = json.loads(line)
            if pathlib.Path(site["file"]).resolve() == path:
                seen.setdefault(site["line"], set()).add(site["observed"])
        return seen, done.stdout


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    paths = [pathlib.Path(p) for p in sys.argv[2:]] or sorted((ROOT / "tests/run").glob("*.go"))
    passed = failed = 0
    for path in (p.resolve() for p in paths):
        wants = expected(path)
        with tempfile.NamedTemporaryFile(suffix=".gir") as gir:
            subprocess.run([build / "goir", "-values", path], stdout=gir, check=True)
            seen, out = observed(build / "stackproof-run", gir.name, path)
            again, _ = observed(build / "stackproof-run", gir.name, path, "--seed", "7")
            naive = subprocess.run([build / "stackproof-run", "--naive", gir.name], capture_output=True, text=True, check=False).stdout
        for line in sorted(wants.keys() | seen.keys() | again.keys()):
            want, got = wants.get(line, set()), seen.get(line, set())
            if want == got == again.get(line, set()):
                passed += 1
            else:
                failed += 1
                print(f"{path.name}:{line}: outlives {' '.join(sorted(got | again.get(line, set()))) or 'nothing'}, want {' '.join(sorted(want)) or 'nothing'}")
        if naive != out:
            failed += 1
            print(f"{path.name}: other output with --naive: {naive!r}, want {out!r}")
        if not wants:
            failed += 1
            print(f"{path.name}: no expectation")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
