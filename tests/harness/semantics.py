#!/usr/bin/env python3
"""Runs Go's own test programs (GOROOT/test, those whose first line is `// run`) on stackproof-run and compares standard output
and exit status, and standard error where the program succeeds, with what the real Go makes of them.

    semantics.py BUILD [--sample N] [--seed S] [--seconds T] [--jobs J] [--list] [FILE.go...]

Prints how many agree, which causes keep others from running, and every difference. A program that the real Go cannot build or
whose output the real Go itself does not repeat is left out. Exit status 1 on any difference, or where fewer than --least agree.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import pickle
import random
import re
import subprocess
import sys
import tempfile
import time

STEPS = 1_000_000_000
LIMIT = 60  # seconds for one program, theirs or ours


def output(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout.strip()


def programs():
    """The single-file programs of the Go distribution that are meant to be run."""
    candidates = [pathlib.Path(output(["go", "env", "GOROOT"])) / "test"]
    candidates += sorted(pathlib.Path("/usr/share").glob("go-*/test"))
    for folder in candidates:
        if folder.is_dir():
            break
    else:
        sys.exit("semantics.py: no test folder in GOROOT")
    found = []
    for path in sorted(folder.rglob("*.go")):
        with open(path, errors="replace") as file:
            if file.readline().strip() == "// run":
                found.append(path)
    return folder, found


class Suite:
    def __init__(self, build, watched=False):
        self.watched = watched
        self.goir = build / "goir"
        self.run = build / "stackproof-run"
        self.version = output(["go", "version"])
        self.cache = build / "semantics-cache"
        self.cache.mkdir(exist_ok=True)
        self.env = dict(os.environ, CGO_ENABLED="0", GO111MODULE="off", GOFLAGS="", GOTRACEBACK="1")

    def execute(self, command, stdin=None):
        """Exit status, standard output and standard error; status None after LIMIT seconds."""
        try:
            done = subprocess.run(command, stdin=stdin or subprocess.DEVNULL, capture_output=True, timeout=LIMIT, env=self.env,
                                  cwd=tempfile.gettempdir())
        except subprocess.TimeoutExpired:
            return None, b"", b""
        return done.returncode, done.stdout, done.stderr

    def truth(self, path):
        """What the real Go does, remembered between runs; None if it cannot build the program or does not repeat itself."""
        key = hashlib.sha256((self.version + "\0").encode() + path.read_bytes()).hexdigest()
        stored = self.cache / key
        if stored.exists():
            return pickle.loads(stored.read_bytes())
        with tempfile.TemporaryDirectory() as folder:
            binary = os.path.join(folder, "program")
            result = None
            if self.execute(["go", "build", "-o", binary, str(path)])[0] == 0:
                result, again = self.execute([binary]), self.execute([binary])
                if result[:2] != again[:2] or result[0] is None:
                    result = None
                elif result[2] != again[2]:
                    result = (result[0], result[1], None)
        stored.write_bytes(pickle.dumps(result))
        return result

    def ours(self, path):
        with tempfile.NamedTemporaryFile(suffix=".gir") as file:
            exported = subprocess.run([str(self.goir), "-values", str(path)], stdout=file, stderr=subprocess.PIPE, env=self.env,
                                      cwd=tempfile.gettempdir(), check=False)
            if exported.returncode != 0:
                return 3, b"", b"unsupported: export: " + exported.stderr.splitlines()[0]
            plain = self.execute([str(self.run), "--steps", str(STEPS), file.name])
            if self.watched:
                for how in (["--naive"], ["--outlived", "--check=200"]):
                    again = self.execute([str(self.run), "--steps", str(STEPS), *how, "--output", os.devnull, file.name])
                    if again != plain:
                        return again[0], again[1], b"with " + " ".join(how).encode() + b": " + again[2]
            return plain

    def judge(self, path):
        """(verdict, detail): agree, unsupported, differ or left out."""
        truth = self.truth(path)
        if truth is None:
            return "left out", ""
        status, out, err = self.ours(path)
        last = err.decode(errors="replace").rstrip().rsplit("\n", 1)[-1]
        if status is None:
            return "unsupported", "time"
        if status in (3, 4) and re.match("unsupported: |budget: |out of ", last):
            return "unsupported", re.sub(r" at [^ ]* \([^ ]*\)$", "", last.removeprefix("unsupported: "))
        if status == 125:
            return "unsupported", "input: " + re.sub(r"^.*?:[0-9]+: ", "", last)
        if status != truth[0]:
            return "differ", f"exit status {status}, want {truth[0]}; {last[-300:]!r}"
        if out != truth[1]:
            return "differ", f"output {tail(out)}, want {tail(truth[1])}"
        if status == 0 and truth[2] is not None and err != truth[2]:
            return "differ", f"standard error {tail(err)}, want {tail(truth[2])}"
        return "agree", ""


def tail(text):
    return repr(text[-160:].decode(errors="replace"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--sample", type=int, default=0, help="so many programs, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0, help="start no more programs after this time")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--least", type=int, default=0, help="fail if fewer programs agree")
    parser.add_argument("--watched", action="store_true", help="it must do the same as naive code, and when objects are watched")
    parser.add_argument("--verbose", action="store_true", help="one line a program")
    options = parser.parse_args()
    suite = Suite(options.build.resolve(), options.watched)
    folder, chosen = programs()
    if options.files:
        chosen = [path.resolve() for path in options.files]
    elif options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    start = time.monotonic()

    def judge(path):
        if options.seconds and time.monotonic() - start > options.seconds:
            return path, ("not started", "")
        return path, suite.judge(path)

    counts = collections.Counter()
    causes = collections.Counter()
    differences = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, (verdict, detail) in pool.map(judge, chosen):
            name = os.path.relpath(path, folder)
            counts[verdict] += 1
            if verdict == "unsupported":
                causes[detail] += 1
            elif verdict == "differ":
                differences.append(f"{name}: {detail}")
            if options.verbose:
                print(f"{verdict}: {name} {detail}", flush=True)
    for cause, n in causes.most_common():
        print(f"unsupported {n:4d}  {cause}")
    for line in differences:
        print(f"differ: {line}")
    print(", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())), f"in {time.monotonic() - start:.0f} s")
    few = counts["agree"] < options.least
    if few:
        print(f"fewer than {options.least} agree")
    print(f"{counts['agree']} passed, {len(differences) + few} failed")
    return 1 if differences or few else 0


if __name__ == "__main__":
    sys.exit(main())
