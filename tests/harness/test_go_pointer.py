#!/usr/bin/env python3
"""Tests of go_pointer.py itself: how annotations are read, how both sides are spelt, what counts as a difference, and when it fails."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

import go_pointer as g

TEXT = """package main
type S string
x := new(T) // @line here
print(x) // @pointsto new@here:10 | ...
print(y) // @types S | func(a int, b *S) bool
// @calls (*command-line-arguments.T).f -> command-line-arguments.g$1
print(x) // @pointstoquery <-(*x[i].a)[key] command-line-arguments.a
print(z) // #@types int
// @warning "no"
"""


class Reading(unittest.TestCase):
    def test_annotations(self) -> None:
        p = g.read_program("p", TEXT)
        self.assertEqual(p.tags, {3: "here"})
        self.assertEqual([(e.line, e.kind, e.exact) for e in p.expectations], [(4, "pointsto", False), (5, "types", True), (6, "calls", True), (7, "pointsto", True)])
        self.assertEqual(p.expectations[0].want, {"new@here:10"})
        self.assertEqual(p.expectations[1].want, {"command-line-arguments.S", "func(int, *command-line-arguments.S) bool"})
        self.assertEqual(p.expectations[2].want, {"command-line-arguments.(*T).f -> command-line-arguments.g$1"})
        self.assertEqual(g.with_queries(p).split("\n")[6], 'print(<-(*x[0].a)[""]) // @pointstoquery <-(*x[i].a)[key] command-line-arguments.a')

    def test_spelling(self) -> None:
        for go, ours in (
            ("(command-line-arguments.D).f$bound", "command-line-arguments.D.f$bound"),
            ("(*a/b.S[int]).String[int]", "a/b.(*S[int]).String"),
            ("(*struct{command-line-arguments.D}).f", "(*struct { command-line-arguments.D }).f"),
            ("fmt.Println", "fmt.Println"),
        ):
            self.assertEqual(g.same_function(go), g.same_function(ours))
        self.assertEqual(g.same_type("func(x int, y []byte) (rune, any)"), "func(int, []uint8) (int32, interface{})")
        self.assertEqual(g.same_type("chan<- *T", {"T"}), "chan *command-line-arguments.T")

    def test_columns(self) -> None:
        self.assertEqual(g.go_column("complit", "&B{...}", "\tb := &B{", 7), 9)
        self.assertEqual(g.go_column("complit", "B{...}", "\tb := B{", 8), 8)
        self.assertEqual(g.go_column("varargs", "... argument", "\tfunc8(1, f(2), 3)", 7), 18)
        self.assertEqual(g.go_column("conv", "([]byte)(s)", "\tba := []byte(s)", 15), 14)
        self.assertEqual(g.go_column("new", "new(int)", "\tx := new(int)", 10), 10)


def said(points_to: list[str] = (), types: list[str] = (), unknown: bool = False, interface: bool = False, reached: bool = True) -> g.Answers:
    labels = [{"kind": "global", "name": name, "path": ""} for name in points_to]
    row = {"points_to": labels, "types": list(types), "type": "*int", "unknown": unknown, "interface": interface, "reached": reached}
    return g.Answers({4: [row]}, {"f -> <out of sight>", "<out of sight> -> g", "f -> h"}, "")


def judge(kind: str, want: set[str], answers: g.Answers, exact: bool = True) -> str:
    p = g.Program("p", [], {}, [])
    return g.judge(p, g.Expectation("p", 4, kind, frozenset(want), exact), answers)[0]


class Judging(unittest.TestCase):
    def test_points_to(self) -> None:
        self.assertEqual(judge("pointsto", {"a", "b"}, said(["b", "a"])), "equal")
        self.assertEqual(judge("pointsto", {"a", "b"}, said(["b"])), "smaller")
        self.assertEqual(judge("pointsto", {"a"}, said(["b", "a"])), "larger")
        self.assertEqual(judge("pointsto", {"a"}, said(["b", "a"]), exact=False), "equal")
        self.assertEqual(judge("pointsto", {"a"}, said(["b"]), exact=False), "smaller")
        self.assertEqual(judge("pointsto", {"a"}, said(["b"])), "other")
        self.assertEqual(judge("pointsto", {"a"}, said([], unknown=True)), "larger")
        self.assertEqual(judge("pointsto", {"a"}, said(["a"], reached=False)), "other")
        self.assertEqual(judge("pointsto", set(), said([])), "equal")
        self.assertEqual(judge("pointsto", {"<command-line args>"}, said([], unknown=True), exact=False), "equal")
        self.assertEqual(judge("pointsto", {"<command-line args>"}, said([]), exact=False), "smaller")

    def test_types(self) -> None:
        self.assertEqual(judge("types", {"*int"}, said(types=["*int"], interface=True)), "equal")
        self.assertEqual(judge("types", {"*int"}, said()), "equal")
        self.assertEqual(judge("pointsto", {"makeinterface:*int"}, said(["a"], types=["*int"], interface=True)), "equal")

    def test_calls(self) -> None:
        self.assertEqual(judge("calls", {"f -> h"}, said()), "equal")
        self.assertEqual(judge("calls", {"f -> g"}, said()), "larger")
        self.assertEqual(judge("calls", {"h -> g"}, said()), "smaller")

    def test_what_is_fine(self) -> None:
        def fine(variant: str, outcome: str, field: str = "equal", kind: str = "pointsto") -> bool:
            return g.Verdict(g.Expectation("p", 4, kind, frozenset(), True), variant, outcome, "", "").is_fine(field)

        self.assertTrue(fine("field", "equal"))
        self.assertFalse(fine("field", "smaller"))
        self.assertFalse(fine("coarse", "smaller"))
        self.assertTrue(fine("full", "smaller"))
        self.assertFalse(fine("full", "smaller", field="larger"))
        self.assertFalse(fine("full", "smaller", kind="calls"))
        self.assertFalse(fine("full", "larger"))

    def test_known(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "known"
            path.write_text("# comment\n\np:4:pointsto field,full larger some cause\nq * larger,other another cause\n")
            known = g.read_known(path)
        e, f = g.Expectation("p", 4, "pointsto", frozenset(), True), g.Expectation("q", 9, "types", frozenset(), True)
        self.assertEqual(g.find_known(known, e, "full", "larger"), ("p:4:pointsto", 0))
        self.assertIsNone(g.find_known(known, e, "flow", "larger"))
        self.assertIsNone(g.find_known(known, e, "full", "smaller"))
        self.assertEqual(g.find_known(known, f, "flow", "other"), ("q", 0))


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=0)
