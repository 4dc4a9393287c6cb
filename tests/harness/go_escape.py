#!/usr/bin/env python3
"""Go's own tests of escape analysis, against our verdicts and summaries.

    go_escape.py STACKPROOF [--all] [--bad] [FILE...]

The tests are test/escape*.go and test/fixedbugs/*.go of the Go distribution whose recipe has -m and -l. Their `// ERROR "regexp"` comments
say what the compiler reports of each line. A regexp may be loose, so the message that it selects decides: the compiler's own, for the same
file. Each message is about a site or a parameter of ours, found by place and text. The outcomes:

    agreed        the same
    more precise  we keep on the stack what the compiler does not, or leak less of a parameter
    less precise  the other way round
    unsound       we keep on the stack what is listed in go_escape_true.txt: it truly outlives its frame
    unmatched     a message about nothing that we know

Less precise and unsound ones are listed with their reasons in go_escape_known.txt; a new one fails, and so does a listed one that is gone.
The goal is an empty list. --all lists all that is not agreed, --bad the verdicts where a comment of the Go authors says BAD. The files are
never copied into this repository.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KNOWN = HERE / "go_escape_known.txt"
TRUE = HERE / "go_escape_true.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stackproof"
MODULE = "gotest"
SKIPPED = 77
DISAGREEMENT = "disagreement"  # the key of the tool's own complaint that its solvers differ
OUTCOMES = "agreed more less unsound unmatched".split()
WORDS = {"more": "more precise", "less": "less precise"}


# --- the tests of the Go distribution


def go_env(name: str) -> str:
    return subprocess.run(["go", "env", name], capture_output=True, text=True, check=True).stdout.strip()


def download(version: str) -> Path | None:
    """The test folder of Go's source archive, kept in the cache; None where it cannot be had."""
    root = CACHE / version
    if not (root / "go" / "test").is_dir():
        root.mkdir(parents=True, exist_ok=True)
        socket.setdefaulttimeout(60)
        archive = root / "src.tar.gz"
        try:
            urllib.request.urlretrieve(f"https://go.dev/dl/{version}.src.tar.gz", archive)
            with tarfile.open(archive) as tar:
                tar.extractall(root, [m for m in tar.getmembers() if m.name.startswith("go/test/")], filter="data")
        except (OSError, tarfile.TarError) as error:
            print(f"{version}.src.tar.gz: {error}")
            return None
        finally:
            archive.unlink(missing_ok=True)
    return root / "go" / "test"


def find_tests() -> Path | None:
    folders = [f"{go_env('GOROOT')}/test", *sorted(glob.glob("/usr/share/go-*/test"), reverse=True)]
    for folder in folders:
        if (Path(folder) / "escape2.go").exists():
            return Path(folder)
    return download(go_env("GOVERSION"))


@dataclass
class Expectation:
    """One regexp of an ERROR comment."""

    line: int
    regexp: str


@dataclass
class Test:
    path: Path
    name: str
    flags: list[str]
    text: list[str]
    expectations: list[Expectation]


def read_expectations(text: list[str], file: str) -> list[Expectation]:
    """As the errorcheck of Go's cmd/internal/testdir reads them. ERRORAUTO is about code that no line has."""
    found = []
    for number, line in enumerate(text, 1):
        comment = re.search(r"// (?:GC_)?ERROR (.*)", line)
        if "////" in line or not comment:
            continue
        for quoted in re.findall(r'"([^"]*)"', comment[1]):
            regexp = re.sub(r"LINE(?:([+-]\d+))?", lambda m: f"{file}:{number + int(m[1] or 0)}", quoted)
            found.append(Expectation(number, regexp))
    return found


def read_test(path: Path) -> Test | None:
    text = path.read_text(errors="replace").splitlines()
    recipe = text[0].split() if text else []
    wanted = recipe[:2] in (["//", "errorcheck"], ["//", "errorcheckwithauto"]) and "-l" in recipe and any(f.startswith("-m") for f in recipe)
    if not wanted:
        return None
    flags = [flag for flag in recipe[2:] if flag != "-0"]
    return Test(path, path.stem, flags, text, read_expectations(text, path.name))


def imports_internal(test: Test) -> bool:
    return any(re.match(r'\s*(?:import\s+)?(?:\w+\s+)?"(?:.*/)?internal/', line) for line in test.text)


def read_tests(folder: Path, only: list[str]) -> list[Test]:
    paths = sorted(folder.glob("escape*.go")) + sorted(folder.glob("fixedbugs/*.go"))
    tests = [test for path in paths if (not only or path.name in only) and (test := read_test(path))]
    for test in tests:
        if imports_internal(test):
            print(f"{test.path.name}: left out: it imports an internal package, which a module cannot")
    return [test for test in tests if not imports_internal(test)]


# --- what the compiler and we say


@dataclass
class Message:
    """What the compiler says of a place."""

    line: int
    col: int
    text: str


# A flow of a parameter: (place, its name, level).
Flow = tuple[str, str, int]


@dataclass
class Thing:
    """A site or a parameter of ours."""

    test: Test
    line: int
    col: int
    func: str
    text: str
    kind: str  # as in the JSON output; "leak" for a parameter
    heap: bool = False
    reason: str = ""
    ideal: bool = False  # heap under --runtime=ideal too
    flows: list[Flow] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    number: int = 0  # among those of the same text in the function
    outcome: str = ""

    def key(self) -> str:
        number = f"#{self.number + 1}" if self.number else ""
        return f"{self.test.path.name} {self.func} {'param ' if self.kind == 'leak' else ''}{self.text}{number}"

    def ours(self) -> str:
        if self.kind == "leak":
            return ", ".join(self.words)
        bounded = "" if self.ideal else "; lifetime-bounded"
        return f"heap ({self.reason}{bounded})" if self.heap else f"stack ({self.reason})" if self.reason else "stack"


def lay_out(tests: list[Test], folder: Path, version: str) -> None:
    """A module in @folder, each test a package of its own."""
    release = re.match(r"go(\d+\.\d+)", version)
    (folder / "go.mod").write_text(f"module {MODULE}\n\ngo {release[1] if release else '1.24'}\n")
    for test in tests:
        (folder / test.name).mkdir()
        (folder / test.name / test.path.name).write_text("\n".join(test.text) + "\n")


def ask_compiler(tests: list[Test], folder: Path) -> dict[str, list[Message]]:
    """By test: the compiler's messages. Functions without bodies need an assembly file, which our run must not see."""
    for test in tests:
        (folder / test.name / "empty.s").touch()
    flags = [f"-gcflags={MODULE}/{test.name}={' '.join(test.flags)}" for test in tests]
    env = os.environ | {"CGO_ENABLED": "0"}
    run = subprocess.run(["go", "build", *flags, "./..."], cwd=folder, env=env, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"go build: {run.stderr[-2000:]}")
    messages: dict[str, list[Message]] = {test.name: [] for test in tests}
    for line in run.stderr.splitlines():
        found = re.match(r"(?:\./)?(\w+)/(\w+)\.go:(\d+):(\d+): (.*)", line)
        if found and found[1] == found[2] and found[1] in messages:
            message = Message(int(found[3]), int(found[4]), found[5])
            if message not in messages[found[1]]:
                messages[found[1]].append(message)
    return messages


def make_things(tests: list[Test], rows: Iterable[dict[str, Any]]) -> dict[str, list[Thing]]:
    """Sites and parameters from the rows of JSON output, by test."""
    by_name = {test.name: test for test in tests}
    things: dict[tuple[object, ...], Thing] = {}
    for row in rows:
        test = by_name[Path(row["file"]).stem]
        func = row["func"].replace(f"{MODULE}/{test.name}.", "")
        key = (test.name, row["line"], row["col"], row["site"], row["kind"])
        thing = things.setdefault(key, Thing(test, row["line"], row["col"], func, row["site"], row["kind"]))
        if row["kind"] == "leak":
            thing.flows.append((row["to"], row["name"], row["level"]))
            thing.words.append(row["text"])
        else:
            thing.heap |= row["verdict"] == "heap"
            thing.reason = row["reason"]
            thing.ideal |= row["runtime_ideal"] == "heap"
    result: dict[str, list[Thing]] = {test.name: [] for test in tests}
    numbers: Counter[str] = Counter()
    for thing in sorted(things.values(), key=lambda t: (t.line, t.col)):
        plain = thing.key()
        thing.number = numbers[plain]
        numbers[plain] += 1
        result[thing.test.name].append(thing)
    return result


def ask_stackproof(stackproof: str, tests: list[Test], folder: Path) -> tuple[dict[str, list[Thing]], str]:
    """By test: our sites and parameters; and what went wrong."""
    command = [stackproof, "--gc=off", "--json", "--params", "./..."]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    result = make_things(tests, map(json.loads, run.stdout.splitlines()))
    problem = "" if run.returncode == 0 else f"exit status {run.returncode}: {run.stderr.strip()}"
    return result, problem


# --- the comparison

IGNORED = re.compile(
    r"^\s|ignoring self-assignment|^(mutates|calls) param|zero-copy|can inline|inlining call|devirtualizing |marking .* as escaping|is unsafe uintptr|:$"
)


def selected(test: Test, messages: list[Message]) -> tuple[list[Message], list[str]]:
    """The messages that expectations select, and the expectations that select none."""
    chosen: list[Message] = []
    stale = []
    for e in test.expectations:
        hits = [m for m in messages if m.line == e.line and re.search(e.regexp, m.text)]
        chosen += [m for m in hits if m not in chosen]
        if not hits:
            stale.append(f"{test.path.name}:{e.line}: the compiler says nothing like {e.regexp!r}")
    return chosen, stale


def parse_flow(text: str, name: str) -> Flow | None:
    """A parameter's flow in the compiler's words."""
    if text == f"leaking param: {name}":
        return ("heap", "", 0)
    if text == f"leaking param content: {name}":
        return ("heap", "", 1)
    found = re.fullmatch(rf"leaking param: {re.escape(name)} to result (\S+) level=(\d+)", text)
    if found:
        return ("result", found[1], int(found[2]))
    if text in (f"{name} does not escape", f"{name} does not escape, mutate, or call"):
        return ("nowhere", "", 0)
    return None


def subject(text: str) -> tuple[str, bool] | None:
    """The site that a message is about, and whether it is on the heap."""
    for pattern, heap in ((r"moved to heap: (.*)", True), (r"(.*) escapes to heap(?: in .*)?", True), (r"(.*) does not escape", False)):
        found = re.fullmatch(pattern, text)
        if found:
            return found[1], heap
    return None


def find_thing(things: list[Thing], m: Message) -> Thing | None:
    here = [t for t in things if (t.line, t.col) == (m.line, m.col)]
    moved = m.text.startswith("moved to heap: ")
    for t in here:
        if t.kind == "leak" and not moved and parse_flow(m.text, t.text):
            return t
    about = subject(m.text)
    if not about:
        return None
    sites = [t for t in here if t.kind != "leak" and (t.kind in ("var", "param")) == moved]
    for t in sites:
        if t.text == about[0]:
            return t
    return sites[0] if len(sites) == 1 else None


def covers(x: Flow, y: Flow) -> bool:
    """Whether whoever says x says y too: the heap is more than any other place, and fewer loads are more."""
    if y[0] == "nowhere":
        return True
    depth = x[2] <= y[2] or (x[0] == "heap" and x[2] == y[2] == 1)
    return depth and (x[0] == "heap" or x[:2] == y[:2])


def content(flow: Flow) -> Flow:
    """The compiler does not tell how deep content lies."""
    return (flow[0], flow[1], min(flow[2], 1)) if flow[0] == "heap" else flow


def compare_flows(ours: list[Flow], theirs: list[Flow]) -> str:
    ours = [content(x) for x in ours]
    if any(not any(covers(y, x) for y in theirs) for x in ours):
        return "less"
    if any(not any(covers(x, y) for x in ours) for y in theirs):
        return "more"
    return "agreed"


def judge(thing: Thing) -> str:
    """Of a parameter that is itself on the heap the compiler says no more."""
    if thing.kind == "leak":
        theirs = [flow for text in thing.said if (flow := parse_flow(text, thing.text))]
        return compare_flows(thing.flows, theirs) if theirs else "agreed"
    heap = any(about[1] for text in thing.said if (about := subject(text)))
    if thing.heap == heap:
        return "agreed"
    return "less" if thing.heap else "more"


def compare(test: Test, messages: list[Message], things: list[Thing]) -> list[str]:
    """Gives the things their outcomes; returns the messages without one."""
    unmatched = []
    for m in messages:
        if IGNORED.search(m.text):
            continue
        thing = find_thing(things, m)
        if thing:
            thing.said.append(m.text)
        else:
            unmatched.append(f"{test.path.name}:{m.line}:{m.col}: {m.text}")
    for thing in things:
        silent = thing.kind not in ("var", "param")
        if not thing.said and silent:
            continue
        thing.outcome = judge(thing)
    return unmatched


# --- reviewed lists


def read_list(path: Path) -> dict[str, str]:
    """Key -> reason."""
    entries = {}
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
        if not line.strip() or line.startswith("#"):
            continue
        key, bar, reason = line.partition(" | ")
        if not bar or not reason.strip():
            raise SystemExit(f"{path.name}:{number}: an entry is KEY | REASON")
        entries[key.strip()] = reason.strip()
    return entries


def place(thing: Thing) -> str:
    return f"{thing.test.path.name}:{thing.line}:{thing.col}"


def describe(thing: Thing) -> str:
    said = ", ".join(thing.said) or "nothing"
    return f"{place(thing)}: {WORDS.get(thing.outcome, thing.outcome)}: {thing.key()}: ours {thing.ours()}; gc: {said}"


# --- BAD comments


def scope_of(test: Test, number: int) -> range:
    """The lines that a BAD comment is about: the file, the next function, or the one around it."""
    text = test.text
    if "almost everything is BAD" in text[number - 1]:
        return range(1, len(text) + 1)
    first = number
    if not text[number - 1].startswith("//"):
        while not text[first - 1].startswith("func"):
            first -= 1
    last = number
    while last < len(text) and not text[last - 1].startswith("}"):
        last += 1
    return range(first, last + 1)


def is_bad(thing: Thing) -> bool:
    """Whether the compiler puts it on the heap or lets it leak, or we do."""
    return thing.outcome not in ("", "agreed") or thing.heap or any(flow[0] != "nowhere" for flow in thing.flows)


def list_bad(tests: list[Test], things: dict[str, list[Thing]]) -> None:
    for test in tests:
        for number, line in enumerate(test.text, 1):
            if "BAD" not in line or "//" not in line:
                continue
            print(f"{test.path.name}:{number}: {line.strip()}")
            scope = scope_of(test, number)
            for thing in things[test.name]:
                if thing.line in scope and is_bad(thing) and thing.outcome:
                    print(f"    {describe(thing)}")


# --- main


def mark_unsound(things: dict[str, list[Thing]]) -> None:
    true = read_list(TRUE)
    by_key = {t.key(): t for found in things.values() for t in found if t.outcome}
    for key in true:
        if key in by_key and by_key[key].outcome == "more":
            by_key[key].outcome = "unsound"
    files = {t.test.path.name for t in by_key.values()}
    for key in sorted(set(true) - set(by_key)):
        if key.split(" ")[0] in files:
            print(f"{key}: listed in {TRUE.name}, but no site or parameter of ours")


def report(tests: list[Test], things: dict[str, list[Thing]], unmatched: dict[str, list[str]]) -> None:
    print(f"{'file':<28}" + "".join(f"{WORDS.get(o, o):>14}" for o in OUTCOMES))
    total: Counter[str] = Counter()
    for test in tests:
        counts = Counter(t.outcome for t in things[test.name] if t.outcome)
        counts["unmatched"] = len(unmatched[test.name])
        print(f"{test.path.name:<28}" + "".join(f"{counts[o]:>14}" for o in OUTCOMES))
        total += counts
    print(f"{'all':<28}" + "".join(f"{total[o]:>14}" for o in OUTCOMES))


def main() -> int:
    parser = argparse.ArgumentParser(prog="go_escape")
    parser.add_argument("stackproof")
    parser.add_argument("--all", action="store_true", help="list all that is not agreed")
    parser.add_argument("--bad", action="store_true", help="list the verdicts where the Go authors wrote BAD")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()

    folder = find_tests()
    if not folder:
        print("Go's test folder is not there: not in $(go env GOROOT)/test, nor in /usr/share/go-*/test (Debian: golang-src), nor to be downloaded")
        return 1 if os.environ.get("CI") else SKIPPED
    tests = read_tests(folder, options.files)
    with tempfile.TemporaryDirectory(prefix="stackproof-go-") as temporary:
        lay_out(tests, Path(temporary), go_env("GOVERSION"))
        things, problem = ask_stackproof(str(Path(options.stackproof).resolve()), tests, Path(temporary))
        messages = ask_compiler(tests, Path(temporary))

    unmatched = {}
    for test in tests:
        chosen, stale = selected(test, messages[test.name])
        for line in stale:
            print(line)
        unmatched[test.name] = compare(test, chosen, things[test.name])
    mark_unsound(things)
    report(tests, things, unmatched)
    if options.bad:
        list_bad(tests, things)
    all_things = [t for found in things.values() for t in found if t.outcome]
    failed = check(options, all_things, [line for found in unmatched.values() for line in found], problem)
    print(f"{max(len(all_things) - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


def check(options: argparse.Namespace, all_things: list[Thing], unmatched: list[str], problem: str) -> int:
    """Prints what is wrong; returns how many."""
    known = read_list(KNOWN)
    wrong = [t for t in all_things if t.outcome in ("less", "unsound")]
    new = [t for t in wrong if t.key() not in known]
    keys = {t.key() for t in wrong} | ({DISAGREEMENT} if "disagree" in problem else set())
    gone = [] if options.files else sorted(set(known) - keys)
    for thing in all_things if options.all else new:
        if thing.outcome != "agreed":
            print(describe(thing) + (f" [{known[thing.key()]}]" if thing.key() in known else ""))
    for line in unmatched:
        print(f"{line}: unmatched")
    for key in gone:
        print(f"{key}: listed in {KNOWN.name}, but no longer so: take it out")
    if problem:
        print(problem)
    unknown_problem = bool(problem) and not ("disagree" in problem and DISAGREEMENT in known)
    print(f"{sum(t.key() in known for t in wrong)} of those that are less precise or unsound are known")
    return len(new) + len(unmatched) + len(gone) + unknown_problem


if __name__ == "__main__":
    sys.exit(main())
