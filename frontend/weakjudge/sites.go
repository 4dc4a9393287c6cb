package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/token"
	"io"
	"path/filepath"
)

// maxColumn is where gc's columns saturate: what is there has no place of its own.
const maxColumn = 255

// place is where stackproof and gc have a site.
type place struct {
	kind, file string
	line, col  int
}

// site is a site to watch.
type site struct {
	Kind    string `json:"kind"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Watched bool   `json:"watched"` // found in the source, and rewritten
}

// siteTable finds sites by their places; a site's number is its index in the list.
type siteTable struct {
	list []site
	at   map[place]int
}

// readSites reads the lines of `stackproof --json`. What needs no allocation is left out, and channels, which the runtime
// always makes on the heap.
func readSites(in io.Reader) (*siteTable, error) {
	t := &siteTable{at: map[place]int{}}
	decoder := json.NewDecoder(in)
	for {
		var v struct {
			File, Kind, Reason string
			Line, Col          int
		}
		if err := decoder.Decode(&v); errors.Is(err, io.EOF) {
			return t, nil
		} else if err != nil {
			return nil, err
		}
		name, err := realPath(v.File)
		if err != nil || v.Line == 0 || v.Col >= maxColumn || v.Kind == "chan" || v.Reason == "needs no allocation" {
			continue
		}
		at := place{v.Kind, name, v.Line, v.Col}
		if _, ok := t.at[at]; !ok {
			t.at[at] = len(t.list)
			t.list = append(t.list, site{v.Kind, name, v.Line, v.Col, false})
		}
	}
}

func realPath(name string) (string, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(name)
}

// find looks a site up, and returns its number; -1 if it is none.
func (t *siteTable) find(kind string, at token.Position) int {
	if n, ok := t.at[place{kind, at.Filename, at.Line, at.Column}]; ok {
		return n
	}
	return -1
}

// gcPos is where gc has an expression: at the token that makes it what it is, not at its first character.
func (r *rewriter) gcPos(e ast.Expr) token.Pos {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return r.dot(e.X.End(), e.Sel.Pos())
	case *ast.TypeAssertExpr:
		return r.dot(e.X.End(), e.Lparen)
	case *ast.CallExpr:
		return e.Lparen
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.IndexListExpr:
		return e.Lbrack
	case *ast.SliceExpr:
		return e.Lbrack
	case *ast.BinaryExpr:
		return e.OpPos
	case *ast.CompositeLit:
		return e.Lbrace
	case *ast.KeyValueExpr:
		return e.Colon
	}
	return e.Pos()
}

// dot finds the dot between two places; with comments in between there may be several, and it is the first one.
func (r *rewriter) dot(from, to token.Pos) token.Pos {
	for at := from; at < to; at++ {
		if r.src[r.offset(at)] == '.' {
			return at
		}
	}
	return from
}

// typeEnd is where gc has the variable of a type switch's clause: the end of its last type.
func (r *rewriter) typeEnd(e ast.Expr) token.Pos {
	switch t := e.(type) {
	case *ast.ParenExpr:
		return r.typeEnd(t.X)
	case *ast.StarExpr:
		return r.typeEnd(t.X)
	case *ast.ArrayType:
		return r.typeEnd(t.Elt)
	case *ast.ChanType:
		return r.typeEnd(t.Value)
	case *ast.MapType:
		return r.typeEnd(t.Value)
	case *ast.SelectorExpr:
		return r.gcPos(t.X)
	case *ast.IndexExpr:
		return r.typeEnd(t.Index)
	}
	return e.Pos()
}
