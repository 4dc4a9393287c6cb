#!/usr/bin/env python3
"""Certificates: `stackproof prove` writes what `stackproof-verify` accepts, and nothing else is accepted.

    prove.py [--seed N] [--flips N] BUILD TARGET...

For each target (a package, or a .gir file) the certificates are written with one thread and with two, and must be the same, byte by
byte; the checker must find them valid, and prove every site that `stackproof --json` calls stack. Then single tuples, statements of
summaries, claims and files are changed at random, with the table of contents made to fit: none may pass. The last line counts checks.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

VALID, HOLEY, INVALID = 0, 1, 3
SITE = "6"  # enum sp_object_kind
STATEMENTS = ("ret", "put", "leak", "hold", "arg", "fresh", "residual")


class Failure(Exception):
    pass


class Folder:
    """A folder of certificates, and how to change it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.contents = (path / "certificate").read_text()
        self.names = re.findall(r"^(?:component|settled) \d+ (\w+)$", self.contents, re.M)

    def read(self, name: str) -> list[str]:
        return gzip.decompress((self.path / f"{name}.gz").read_bytes()).decode().split("\n")

    def replace(self, name: str, lines: list[str]) -> Path:
        """Writes another text in place of @name; what to take away again."""
        data = "\n".join(lines).encode()
        new = hashlib.sha256(data).hexdigest()
        added = self.path / f"{new}.gz"
        added.write_bytes(gzip.compress(data, 1))
        (self.path / "certificate").write_text(self.contents.replace(name, new))
        return added

    def restore(self, added: Path | None = None) -> None:
        (self.path / "certificate").write_text(self.contents)
        if added:
            added.unlink()


def run(*command: str | Path, status: int | None = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, errors="replace")
    if status is not None and done.returncode != status:
        raise Failure(f"{' '.join(map(str, command))}: exit status {done.returncode}, not {status}: {(done.stderr or done.stdout).strip()}")
    return done


def same_files(a: Path, b: Path) -> bool:
    names = sorted(p.name for p in a.iterdir())
    return names == sorted(p.name for p in b.iterdir()) and all((a / n).read_bytes() == (b / n).read_bytes() for n in names)


def sections(lines: list[str]) -> dict[str, list[int]]:
    """The numbers of the lines of each kind: tuples by relation, statements of summaries."""
    found: dict[str, list[int]] = {}
    relation = ""
    for k, line in enumerate(lines):
        words = line.split()
        if not words:
            continue
        if words[0] in ("objects", "cells", "tuples"):
            relation = words[1] if words[0] == "tuples" else words[0]
        elif words[0] in ("step", "heap"):
            found.setdefault("step", []).append(k)
        elif line.startswith(" ") and relation not in ("objects", "cells"):
            found.setdefault("tuple", []).append(k)
        elif words[0] in STATEMENTS:
            found.setdefault("statement", []).append(k)
    return found


def drop_tuple(lines: list[str], k: int) -> list[str]:
    head = k
    while lines[head].startswith(" "):
        head -= 1
    words = lines[head].split()
    words[2] = str(int(words[2]) - 1)
    return lines[:head] + [" ".join(words)] + lines[head + 1 : k] + lines[k + 1 :]


def change_tuple(rng: random.Random, lines: list[str], k: int) -> list[str]:
    words = lines[k].split()
    column = rng.randrange(len(words))
    words[column] = str(int(words[column]) + rng.choice((1, 2, 7))) if words[column] != "-" else "0"
    return lines[:k] + [" " + " ".join(words)] + lines[k + 1 :]


def heap_sites(lines: list[str]) -> list[tuple[int, str]]:
    """Where to put a claim that is wrong: (line, instruction) of objects that are heap."""
    found = []
    objects: list[list[str]] = []
    relation, heap = "", []
    for k, line in enumerate(lines):
        words = line.split()
        if not words:
            continue
        if words[0] == "limits":
            objects, heap = [], []
        if words[0] in ("objects", "cells", "tuples"):
            relation = words[1] if words[0] == "tuples" else words[0]
        elif line.startswith(" ") and relation == "objects":
            objects.append(words)
        elif line.startswith(" ") and relation == "heapG":
            heap.append(int(words[0]))
        elif words[0] in ("claim", "summary"):
            found += [(k, objects[o][1]) for o in heap if o < len(objects) and objects[o][0] == SITE and objects[o][2] == "0"]
            heap = []
    return found


class Suite:
    def __init__(self, build: Path, seed: int) -> None:
        self.build = build
        self.rng = random.Random(seed)
        self.passed = self.failed = 0

    def check(self, ok: bool, text: str) -> None:
        self.passed += ok
        self.failed += not ok
        if not ok:
            print(f"FAILED: {text}")

    def verify(self, folder: Path) -> int:
        return run(self.build / "stackproof-verify", folder, status=None).returncode

    def flip(self, folder: Folder, name: str, what: str, lines: list[str]) -> None:
        added = folder.replace(name, lines)
        status = self.verify(folder.path)
        self.check(status in (HOLEY, INVALID), f"{name}: {what}: exit status {status}")
        folder.restore(added)

    def flip_one(self, folder: Folder) -> None:
        """A component at random, the larger the likelier; there something at random."""
        sizes = [(folder.path / f"{n}.gz").stat().st_size for n in folder.names]
        name = self.rng.choices(folder.names, sizes)[0]
        lines = folder.read(name)
        found = sections(lines)
        kind = self.rng.choice(["drop", "drop", "change", "statement", "claim", "step"])
        if kind == "claim" and (sites := heap_sites(lines)):
            k, instr = self.rng.choice(sites)
            # Only a run that decides its sites makes claims.
            head = max(i for i in range(k) if lines[i].startswith("limits"))
            if "decides" in lines[head] and "iterating" not in lines[head]:
                self.flip(folder, name, f"claim of {instr}", lines[:k] + [f"claim {instr} go"] + lines[k:])
                return
        if kind == "step" and "step" in found:
            k = self.rng.choice(found["step"])
            self.flip(folder, name, f"without line {k}: {lines[k]}", lines[:k] + lines[k + 1 :])
        elif kind == "statement" and "statement" in found:
            k = self.rng.choice(found["statement"])
            self.flip(folder, name, f"without line {k}: {lines[k]}", lines[:k] + lines[k + 1 :])
        elif "tuple" in found:
            k = self.rng.choice(found["tuple"])
            if kind == "change":
                self.flip(folder, name, f"line {k} changed", change_tuple(self.rng, lines, k))
            else:
                self.flip(folder, name, f"without line {k}", drop_tuple(lines, k))

    def files(self, folder: Folder) -> None:
        """Files that are absent, cut short, or not what their names say."""
        program = re.search(r"^program (\w+)$", folder.contents, re.M)
        assert program
        for name in (program[1], self.rng.choice(folder.names)):
            path = folder.path / f"{name}.gz"
            data = path.read_bytes()
            path.unlink()
            self.check(self.verify(folder.path) == HOLEY, f"without {path.name}")
            at = self.rng.randrange(12, len(data))
            path.write_bytes(data[:at] + bytes([data[at] ^ 64]) + data[at + 1 :])
            self.check(self.verify(folder.path) == INVALID, f"{path.name} with byte {at} changed")
            path.write_bytes(data)
        contents = folder.path / "certificate"
        for text, status in (
            (folder.contents[: len(folder.contents) // 2].rsplit("\n", 1)[0] + "\n", HOLEY),
            (folder.contents.replace("end\n", "nonsense\nend\n"), INVALID),
            (re.sub(r"^component.*\n", "", folder.contents, count=1, flags=re.M), HOLEY),
        ):
            contents.write_text(text)
            found = self.verify(folder.path)
            self.check(found == status, f"another table of contents: exit status {found}, not {status}")
        folder.restore()
        self.check(self.verify(folder.path) == VALID, "restored")

    def claims(self, folder: Path, targets: list[str]) -> None:
        """All that the command calls stack is proved."""
        listed = run(self.build / "stackproof-verify", "--list", folder).stdout
        proved = set(re.findall(r"([^/\n]+:\d+:\d+): .*: stack$", listed, re.M))
        text = run(self.build / "stackproof", "--json", "--gc=off", *targets).stdout
        sites = [json.loads(line) for line in text.splitlines()]
        for s in sites:
            self.check(s["certificate"] == "valid", f"{s['file']}:{s['line']}:{s['col']}: certificate {s['certificate']}")
        missing = [
            s
            for s in sites
            if s["verdict"] == "stack" and not s["reason"] and f"{Path(s['file']).name}:{s['line']}:{s['col']}" not in proved
        ]
        self.check(not missing, f"{len(missing)} sites are stack without a proof: {missing[:1]}")

    def cost(self, target: str) -> None:
        """Checking takes at most 0.3 of the time of solving: staging, grounding and Z3."""
        text = run(self.build / "stackproof", "--stats", "--quiet", "--gc=off", target).stdout
        seconds = {name: float(value) for name, value in re.findall(r"^(\w+)_s +([\d.]+) ", text, re.M)}
        solving = sum(seconds[name] for name in ("coarse", "solve", "z3"))
        ratio = seconds["verify"] / solving
        print(f"{target}: checked in {seconds['verify']:.3f} s, {ratio:.3f} of the {solving:.3f} s of solving")
        self.check(ratio <= 0.3, f"{target}: checking takes too long")

    def target(self, target: str, flips: int) -> None:
        if not target.endswith(".gir"):
            self.cost(target)
        with tempfile.TemporaryDirectory(prefix="stackproof-prove-") as temporary:
            one, two = Path(temporary) / "one", Path(temporary) / "two"
            run(self.build / "stackproof", "prove", "-j1", target, "-o", one)
            run(self.build / "stackproof", "prove", "-j2", target, "-o", two)
            self.check(same_files(one, two), f"{target}: another certificate with two threads")
            self.check(self.verify(one) == VALID, f"{target}: not valid")
            self.claims(one, [target])
            folder = Folder(one)
            self.files(folder)
            for _ in range(flips):
                self.flip_one(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flips", type=int, default=20)
    parser.add_argument("build", type=Path)
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    suite = Suite(options.build.resolve(), options.seed)
    try:
        for target in options.targets:
            suite.target(target, options.flips)
    except Failure as failure:
        suite.check(False, str(failure))
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
