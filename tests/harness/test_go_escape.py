#!/usr/bin/env python3
"""Tests of go_escape.py itself: how expectations are read, what counts as less precise, and when it fails."""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

import go_escape as g


def expectations(line: str) -> list[tuple[int, str]]:
    return [(e.line, e.regexp) for e in g.read_expectations(["package p", line], "a.go")]


def make_test(text: str = "// errorcheck -0 -m -l\n") -> g.Test:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.go"
        path.write_text(text)
        test = g.read_test(path)
    assert test
    return test


class Reading(unittest.TestCase):
    def test_expectations(self) -> None:
        self.assertEqual(expectations('x := 1 // ERROR "moved to heap: x$"'), [(2, "moved to heap: x$")])
        self.assertEqual(expectations('f(x) // ERROR "a" "b\\(c\\)"'), [(2, "a"), (2, "b\\(c\\)")])
        self.assertEqual(expectations('f(x) // GC_ERROR "a"'), [(2, "a")])
        self.assertEqual(expectations('f(x) // ERROR "see LINE-1 and LINE+2 and LINE"'), [(2, "see a.go:1 and a.go:4 and a.go:2")])
        self.assertEqual(expectations('f(x) // ERRORAUTO "a"'), [])
        self.assertEqual(expectations('f(x) //// ERROR "a"'), [])

    def test_recipes(self) -> None:
        self.assertEqual(make_test("// errorcheck -0 -N -m -l\n").flags, ["-N", "-m", "-l"])
        self.assertEqual(make_test("// errorcheck -0 -l -m=2\n").flags, ["-l", "-m=2"])
        for recipe in ("// errorcheck -0 -m", "// errorcheck -0 -l", "// run -m -l", "// errorcheckdir -0 -m -l", "", "package p"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "a.go"
                path.write_text(recipe)
                self.assertIsNone(g.read_test(path), recipe)

    def test_internal_imports(self) -> None:
        for line, internal in (('import "internal/abi"', True), ('\t"a/internal/b"', True), ('x := "internal/abi"', False), ('import "fmt"', False)):
            self.assertEqual(g.imports_internal(make_test("// errorcheck -0 -m -l\n" + line)), internal, line)

    def test_messages(self) -> None:
        self.assertEqual(g.parse_flow("leaking param: p", "p"), ("heap", "", 0))
        self.assertEqual(g.parse_flow("leaking param content: p", "p"), ("heap", "", 1))
        self.assertEqual(g.parse_flow("leaking param: p to result r level=2", "p"), ("result", "r", 2))
        self.assertEqual(g.parse_flow("p does not escape, mutate, or call", "p"), ("nowhere", "", 0))
        self.assertIsNone(g.parse_flow("leaking param: pp", "p"))
        self.assertEqual(g.subject("moved to heap: x"), ("x", True))
        self.assertEqual(g.subject("a + b escapes to heap"), ("a + b", True))
        self.assertEqual(g.subject("new(T) does not escape"), ("new(T)", False))
        self.assertIsNone(g.subject("ignoring self-assignment in p = p"))


class Comparing(unittest.TestCase):
    def test_flows(self) -> None:
        heap, content, nowhere = ("heap", "", 0), ("heap", "", 1), ("nowhere", "", 0)
        r0, r1, s0, call, param = ("result", "r", 0), ("result", "r", 1), ("result", "s", 0), ("call", "", 0), ("param", "q", 0)
        agreed = [([heap], [heap]), ([r0], [r0]), ([nowhere], [nowhere]), ([content, r0], [content, r0]), ([("heap", "", 3)], [content])]
        more = [([r0], [heap]), ([r1], [r0]), ([nowhere], [r0]), ([call], [heap]), ([param], [heap]), ([content], [heap]), ([r0], [r0, s0])]
        less = [([heap], [r0]), ([r0], [r1]), ([r0], [nowhere]), ([call], [nowhere]), ([heap], [content]), ([r0, s0], [r0]), ([s0], [r0])]
        for expected, cases in (("agreed", agreed), ("more", more), ("less", less)):
            for ours, theirs in cases:
                self.assertEqual(g.compare_flows(ours, theirs), expected, (ours, theirs))

    def outcome(self, heap: bool, *messages: str, kind: str = "var") -> str:
        thing = g.Thing(make_test(), 3, 2, "f", "x", kind, heap=heap)
        unmatched = g.compare(thing.test, [g.Message(3, 2, m) for m in messages], [thing])
        return "unmatched" if unmatched else thing.outcome

    def test_sites(self) -> None:
        self.assertEqual(self.outcome(True, "moved to heap: x"), "agreed")
        self.assertEqual(self.outcome(False, "moved to heap: x"), "more")
        self.assertEqual(self.outcome(True), "less")  # silence about a variable means stack
        self.assertEqual(self.outcome(False), "agreed")
        self.assertEqual(self.outcome(True, kind="new"), "")  # about anything else it means nothing
        self.assertEqual(self.outcome(True, "x does not escape", kind="new"), "less")
        self.assertEqual(self.outcome(True, "moved to heap: y", kind="new"), "unmatched")
        self.assertEqual(self.outcome(True, "ignoring self-assignment in x = x", kind="new"), "")

    def test_what_is_bad_is_around_the_comment(self) -> None:
        text = ["// errorcheck -0 -m -l", "func f() {", "\t// BAD: x", "\tx()", "}", "// BAD: y", "func g() {", "}", "func h() {", "}"]
        test = make_test("\n".join(text))
        self.assertEqual(list(g.scope_of(test, 3)), [2, 3, 4, 5])
        self.assertEqual(list(g.scope_of(test, 6)), [6, 7, 8])


class Judging(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.saved = g.KNOWN, g.TRUE
        g.KNOWN, g.TRUE = Path(folder.name) / "known.txt", Path(folder.name) / "true.txt"

    def tearDown(self) -> None:
        g.KNOWN, g.TRUE = self.saved

    def failures(self, outcome: str, known: str = "", true: str = "", problem: str = "", unmatched: tuple[str, ...] = ()) -> int:
        g.KNOWN.write_text(known)
        g.TRUE.write_text(true)
        thing = g.Thing(make_test(), 3, 2, "f", "x", "var", outcome=outcome)
        options = argparse.Namespace(files=[], all=False)
        with contextlib.redirect_stdout(io.StringIO()):
            g.mark_unsound({"a": [thing]})
            return g.check(options, [thing], list(unmatched), problem)

    def test_gate(self) -> None:
        key = "a.go f x | reason\n"
        self.assertEqual(self.failures("agreed"), 0)
        self.assertEqual(self.failures("more"), 0)
        self.assertEqual(self.failures("less"), 1)
        self.assertEqual(self.failures("less", known=key), 0)
        self.assertEqual(self.failures("agreed", known=key), 1)  # gone
        self.assertEqual(self.failures("more", true=key), 1)  # unsound
        self.assertEqual(self.failures("more", true=key, known=key), 0)
        self.assertEqual(self.failures("agreed", true=key), 0)
        self.assertEqual(self.failures("agreed", unmatched=("a.go:1:1: y",)), 1)
        self.assertEqual(self.failures("agreed", problem="exit status 2: no"), 1)
        self.assertEqual(self.failures("agreed", problem="exit status 3: the solvers disagree", known="disagreement | reason\n"), 0)

    def test_an_entry_has_a_reason(self) -> None:
        with self.assertRaises(SystemExit):
            self.failures("less", known="a.go f x\n")

    def test_the_number_tells_equal_sites_apart(self) -> None:
        test = make_test()
        self.assertEqual(g.Thing(test, 3, 2, "f", "x", "leak", number=1).key(), "a.go f param x#2")


def main() -> int:
    result = unittest.TextTestRunner(stream=sys.stdout).run(unittest.TestLoader().loadTestsFromModule(sys.modules[__name__]))
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
