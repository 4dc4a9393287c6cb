package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// sourceLoop is a part of a function that gc's escape analysis takes for a loop: from begin to end, one level deeper. A
// statement's own variables lie between head and begin.
type sourceLoop struct {
	head, begin, end token.Pos
	isRange          bool
}

// loopFinder lists the loops of one function, as they stand in its syntax: gc counts them there, and not in the control
// flow, so that a loop that never goes round counts too.
type loopFinder struct {
	info   *types.Info
	loops  []sourceLoop
	labels map[string]*ast.LabeledStmt
	ends   map[*ast.LabeledStmt]token.Pos // of the blocks that labels stand in
}

// loopsOf lists the loops of a function's body. Those of functions inside it are their own.
func loopsOf(info *types.Info, syntax ast.Node) []sourceLoop {
	f := loopFinder{info: info, labels: map[string]*ast.LabeledStmt{}, ends: map[*ast.LabeledStmt]token.Pos{}}
	var body *ast.BlockStmt
	switch n := syntax.(type) {
	case *ast.FuncDecl:
		body = n.Body
	case *ast.FuncLit:
		body = n.Body
	case *ast.RangeStmt:
		body = n.Body
	}
	if body != nil {
		ast.Inspect(body, f.visit)
	}
	return f.loops
}

func (f *loopFinder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		return false
	case *ast.BlockStmt:
		f.block(n.List, n.End())
	case *ast.CaseClause:
		f.block(n.Body, n.End())
	case *ast.CommClause:
		f.block(n.Body, n.End())
	case *ast.ForStmt:
		f.loops = append(f.loops, sourceLoop{n.For, forBegin(n), n.End(), false})
	case *ast.RangeStmt:
		if t := f.info.TypeOf(n.X); t != nil && isFunc(t) {
			ast.Inspect(n.X, f.visit)
			return false
		}
		f.loops = append(f.loops, sourceLoop{n.For, n.Body.Pos(), n.End(), true})
	case *ast.LabeledStmt:
		f.labels[n.Label.Name] = n
	case *ast.BranchStmt:
		f.branch(n)
	}
	return true
}

// forBegin is where a for statement starts to loop: behind its first part.
func forBegin(n *ast.ForStmt) token.Pos {
	switch {
	case n.Init != nil:
		return n.Init.End()
	case n.Cond != nil:
		return n.Cond.Pos()
	case n.Post != nil:
		return n.Post.Pos()
	}
	return n.Body.Pos()
}

// block notes where the blocks of labels end: a label deepens what follows in its block.
func (f *loopFinder) block(list []ast.Stmt, end token.Pos) {
	for _, s := range list {
		for label, ok := s.(*ast.LabeledStmt); ok; label, ok = label.Stmt.(*ast.LabeledStmt) {
			f.ends[label] = end
		}
	}
}

// branch makes a loop of a goto back to a label.
func (f *loopFinder) branch(n *ast.BranchStmt) {
	if n.Tok != token.GOTO {
		return
	}
	if label := f.labels[n.Label.Name]; label != nil {
		f.loops = append(f.loops, sourceLoop{label.Pos(), label.Pos(), f.ends[label], false})
		delete(f.labels, n.Label.Name)
	}
}

// loopRecords writes the loop records.
func (w *funcWriter) loopRecords() {
	if w.fn.Syntax() == nil || w.index.info == nil {
		return
	}
	for _, l := range loopsOf(w.index.info, w.fn.Syntax()) {
		w.body.str("loop ")
		w.shortPlace(w.places.at(l.head))
		w.body.byte(' ')
		w.shortPlace(w.places.at(l.begin))
		w.body.byte(' ')
		w.shortPlace(w.places.at(l.end))
		w.flag(l.isRange, " range")
		w.body.line()
	}
}
